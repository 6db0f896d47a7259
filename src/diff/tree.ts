import {
  assertUnique, ComponentCall, Comprehension, Rendered, SafeHtml, SentOnce, StreamContent, Template, ViewCall, type Hole,
} from "../html/index.js";

/**
 * The tree that the browser has, and the diff that turns it into the next one.
 *
 * A view keeps one `Tree`, and so does each of its live components. It remembers of the last render only what a comparison
 * needs: for each template its identity and the values of its holes as they were given, before escaping. Comparing is
 * therefore cheaper than rendering: a value that did not change is never turned into text.
 *
 * The wire's shape is LiveView 1.2's: a template is an object of its changed slots, with its statics under `s` when the
 * browser does not have them yet; statics are shared within a frame under `p`; lists are `k` with `kc` and `km`; a stream is
 * a list with `stream`; a component is its number, and its own tree is under `c`.
 *
 * What was compared is written into the tree at once. So a tree is of no more use when a comparison has thrown: its view
 * has crashed.
 *
 * @module
 */

/** A template or a list on the wire. */
export interface WireNode {
  [slot: string]: unknown;
}

/** Who knows the components and nested views that a template calls. */
export interface Residents {
  /** The component's number, by which the client knows it. `streamed`: it stands in a stream's item. */
  componentNumber(call: ComponentCall, streamed: boolean): number;
  /** The whole tree is written anew, and the client forgets its components with the old one. */
  renewed(): void;
  /** A list is written anew behind its comparison: its components are called a second time. */
  repeat(): void;
  /** The nested view's element, with nothing in it: it joins by itself. */
  viewElement(call: ViewCall, streamed: boolean): string;
}

/** What a slot held in the last render: a value that is compared by identity, or one of these. */
type Slot = TemplateNode | ListNode | StreamNode | ComponentNode | ViewNode | unknown;

class TemplateNode {
  readonly template: Template;
  readonly slots: Slot[];
  constructor(template: Template, slots: Slot[]) {
    this.template = template;
    this.slots = slots;
  }
}

class ListNode {
  /** The template that all items share, or `ANY` if they do not share one. */
  readonly template: Template;
  keys: unknown[];
  /** What the items were made of, and by what, if they need not be looked at again as long as that is the same. */
  memo: Memo | undefined;
  /** The slots of all items, one item behind the other: a long list is compared in the order in which memory has it. */
  slots: Slot[];
  constructor(template: Template, keys: unknown[], slots: Slot[], memo: Memo | undefined) {
    this.template = template;
    this.keys = keys;
    this.slots = slots;
    this.memo = memo;
  }
}

interface Memo {
  readonly render: unknown;
  readonly source: readonly unknown[];
}

/** A stream. Its items are the browser's; only the template whose statics it has is known here. */
class StreamNode {
  readonly ref: string;
  readonly template: Template;
  constructor(ref: string, template: Template) {
    this.ref = ref;
    this.template = template;
  }
}

class ComponentNode {
  readonly cid: number;
  constructor(cid: number) {
    this.cid = cid;
  }
}

class ViewNode {
  readonly html: string;
  constructor(html: string) {
    this.html = html;
  }
}

/** The template of an item that is not a template of its own: one hole and nothing around it. */
const ANY = new Template(["", ""], { framework: true });
/** The template of a stream that has had no item yet. */
const EMPTY = new Template([""], { framework: true });

/** One message to the browser, while it is made. */
export class Frame {
  readonly residents: Residents;
  /** A stream's items are being written. */
  streamed = false;
  /** How many components, nested views and streams were looked at: they change without their item. */
  lively = 0;
  #templates: Map<Template, number> | undefined;

  constructor(residents: Residents) {
    this.residents = residents;
  }

  /** How this frame says which statics a template has: by a number under its `p`. */
  statics(template: Template): unknown {
    this.#templates ??= new Map();
    let number = this.#templates.get(template);
    if (number === undefined) {
      number = this.#templates.size;
      this.#templates.set(template, number);
    }
    return number;
  }

  /** Adds `p` to the frame's root, if the frame has statics. */
  finish(root: WireNode): WireNode {
    if (this.#templates !== undefined) {
      const statics: Record<number, readonly string[]> = {};
      for (const [template, number] of this.#templates) statics[number] = template.statics;
      root["p"] = statics;
    }
    return root;
  }
}

/** A component's part of a frame: it carries its statics itself, because the client may clone it into another one. */
class ComponentFrame extends Frame {
  override statics(template: Template): unknown {
    return template.statics;
  }
}

/** A view's tree or a component's, as the browser has it. */
export class Tree {
  readonly #residents: Residents;
  #root: TemplateNode | undefined;

  constructor(residents: Residents) {
    this.#residents = residents;
  }

  /** The template that the browser has at the root. */
  get template(): Template | undefined {
    return this.#root?.template;
  }

  /** A view's whole tree, for a join: afterwards the browser has `rendered`. */
  full(rendered: Rendered): WireNode {
    const out = this.#anew(new Frame(this.#residents), rendered);
    if (rendered.template.root) out["r"] = 1;
    return out;
  }

  /** What changed since the view's last render, or undefined if nothing did. */
  diff(rendered: Rendered): WireNode | undefined {
    // Without the mark of a single root: in a view's diff the client takes `r` for the event's reply.
    if (this.#root?.template !== rendered.template) {
      this.#residents.renewed();
      return this.#anew(new Frame(this.#residents), rendered);
    }
    const frame = new Frame(this.#residents);
    const out = diffSlots(frame, this.#root.template, this.#root.slots, 0, rendered.values);
    return out === undefined ? undefined : frame.finish(out);
  }

  /**
   * A component's whole tree.
   *
   * @param like a component whose tree has the same root template: the client clones it as `reference` says, and only what
   * differs is sent. Negative: as it was before this frame. Positive: as this frame makes it
   */
  fullComponent(rendered: Rendered, like?: { tree: Tree; reference: number }): WireNode {
    const frame = new ComponentFrame(this.#residents);
    const out: WireNode = {};
    const { template, values } = rendered;
    const model = like === undefined ? undefined : like.tree.#root;
    this.#root = new TemplateNode(template, buildSlots(frame, template, values, out, model?.slots));
    if (like !== undefined) {
      out["s"] = like.reference;
    } else {
      out["s"] = template.statics;
      out["r"] = 1;
    }
    return out;
  }

  /** What changed since the component's last render, or undefined if nothing did. */
  diffComponent(rendered: Rendered): WireNode | undefined {
    if (this.#root?.template !== rendered.template) return this.fullComponent(rendered);
    return diffSlots(new ComponentFrame(this.#residents), this.#root.template, this.#root.slots, 0, rendered.values);
  }

  #anew(frame: Frame, rendered: Rendered): WireNode {
    const out: WireNode = {};
    this.#root = buildTemplate(frame, rendered, out, undefined);
    return frame.finish(out);
  }
}

// ---- building what the browser does not have yet ----

function buildTemplate(frame: Frame, rendered: Rendered, out: WireNode, model: Slot): TemplateNode {
  const { template, values } = rendered;
  // In a clone the statics are there already, wherever the model has the same template.
  const cloned = model instanceof TemplateNode && model.template === template;
  const slots = buildSlots(frame, template, values, out, cloned ? model.slots : undefined);
  // The client numbers statics as it meets them, inner ones first.
  if (!cloned) out["s"] = frame.statics(template);
  return new TemplateNode(template, slots);
}

function buildSlots(
  frame: Frame, template: Template, values: readonly unknown[], out: WireNode, model: readonly Slot[] | undefined,
): Slot[] {
  const { holes } = template;
  const slots: Slot[] = new Array(holes.length);
  for (let i = 0; i < holes.length; i++) slots[i] = buildSlot(frame, holes[i]!, values[i], out, i, model?.[i]);
  return slots;
}

function buildSlot(frame: Frame, hole: Hole, value: unknown, out: WireNode, at: number, model?: Slot): Slot {
  if (hole.content) {
    if (typeof value === "object" && value !== null) {
      if (value instanceof Rendered) return buildTemplate(frame, value, (out[at] = {}), model);
      if (value instanceof Comprehension || Array.isArray(value)) {
        const list = asComprehension(value);
        if (list.length > 0) return buildList(frame, list, (out[at] = {}));
        out[at] = "";
        return "";
      }
      if (value instanceof StreamContent) return buildStream(frame, value, (out[at] = {}));
      if (value instanceof ComponentCall) {
        frame.lively++;
        const cid = frame.residents.componentNumber(value, frame.streamed);
        out[at] = cid;
        return new ComponentNode(cid);
      }
      if (value instanceof ViewCall) {
        frame.lively++;
        const node = new ViewNode(frame.residents.viewElement(value, frame.streamed));
        out[at] = node.html;
        return node;
      }
      if (value instanceof SafeHtml) {
        out[at] = value.html;
        return value;
      }
      if (value instanceof SentOnce) {
        if (value.content !== undefined) return sentOnce(frame, () => buildSlot(frame, hole, value.content!.value, out, at));
        out[at] = "";
        return "";
      }
    }
  }
  out[at] = hole.encode(value);
  return value;
}

/** The browser keeps what is sent now, and later nobody here knows what it called. */
function sentOnce<T>(frame: Frame, write: () => T): T {
  const outer = frame.streamed;
  frame.lively++;
  frame.streamed = true;
  const written = write();
  frame.streamed = outer;
  return written;
}

function buildList(frame: Frame, list: Comprehension, out: WireNode): ListNode {
  const { length } = list;
  const items: unknown[] = new Array(length);
  const keys: unknown[] = new Array(length);
  for (let i = 0; i < length; i++) {
    items[i] = list.item(i);
    keys[i] = list.key(i);
  }
  assertUnique(keys);
  const template = sharedTemplate(items);
  const slots: Slot[] = [];
  const before = frame.lively;
  out["k"] = buildEntries(frame, template, items, slots);
  out["s"] = frame.statics(template);
  return new ListNode(template, keys, slots, frame.lively === before ? memoOf(list) : undefined);
}

/** The entries of a list that are all new, numbered from 0; their slots are put behind those in `slots`. */
function buildEntries(frame: Frame, template: Template, items: readonly unknown[], slots: Slot[]): WireNode {
  const entries: WireNode = {};
  items.forEach((item, i) => {
    const entry: WireNode = {};
    slots.push(...buildSlots(frame, template, entryValues(template, item), entry, undefined));
    entries[i] = entry;
  });
  entries["kc"] = items.length;
  return entries;
}

// ---- comparing ----

/**
 * Compares the slots of one template, which begin at `from` in `slots`, with what it is given now.
 *
 * @returns what changed, or undefined. What the slots hold now is in `slots`.
 */
function diffSlots(
  frame: Frame, template: Template, slots: Slot[], from: number, values: readonly unknown[],
): WireNode | undefined {
  const { holes } = template;
  let out: WireNode | undefined;
  for (let i = 0; i < holes.length; i++) {
    const old = slots[from + i];
    const value = values[i];
    // The same value is the usual case, and it costs one comparison. Only templates hold values of their own.
    if (old === value && (typeof value !== "object" || value === null || !holes[i]!.content)) continue;
    const change: WireNode = out ?? {};
    slots[from + i] = diffSlot(frame, holes[i]!, old, value, change, i);
    if (i in change) out = change;
  }
  return out;
}

/** Compares one slot; if it changed, `out[at]` says how. Returns what the slot holds now. */
function diffSlot(frame: Frame, hole: Hole, old: Slot, value: unknown, out: WireNode, at: number): Slot {
  if (hole.content) {
    if (typeof value === "object" && value !== null) {
      if (value instanceof Rendered) {
        if (!(old instanceof TemplateNode) || old.template !== value.template) return buildSlot(frame, hole, value, out, at);
        const change = diffSlots(frame, old.template, old.slots, 0, value.values);
        if (change !== undefined) out[at] = change;
        return old;
      }
      if (value instanceof Comprehension || Array.isArray(value)) {
        const list = asComprehension(value);
        if (old instanceof ListNode) {
          const change = diffList(frame, old, list);
          if (change === undefined) return old;
          if (change !== REBUILD) {
            out[at] = { k: change };
            return old;
          }
          frame.residents.repeat();
        } else if (list.length === 0 && old === "") {
          // "" is how an empty list began, and as long as it is empty nothing has changed
          return old;
        }
        return buildSlot(frame, hole, list, out, at);
      }
      if (value instanceof StreamContent) return diffStream(frame, old, value, out, at);
      if (value instanceof ComponentCall) {
        frame.lively++;
        const cid = frame.residents.componentNumber(value, frame.streamed);
        if (old instanceof ComponentNode && old.cid === cid) return old;
        out[at] = cid;
        return new ComponentNode(cid);
      }
      if (value instanceof ViewCall) {
        frame.lively++;
        const html = frame.residents.viewElement(value, frame.streamed);
        if (old instanceof ViewNode && old.html === html) return old;
        out[at] = html;
        return new ViewNode(html);
      }
      if (value instanceof SafeHtml) {
        if (!(old instanceof SafeHtml) || old.html !== value.html) out[at] = value.html;
        return value;
      }
      if (value instanceof SentOnce) {
        frame.lively++;
        if (value.content === undefined) return old;
        return sentOnce(frame, () => diffSlot(frame, hole, old, value.content!.value, out, at));
      }
    }
  }
  // Different values can still be the same text: null and undefined, an event reference made anew. Between tags whatever
  // was an object was no text, and different strings are different texts.
  const text = hole.encode(value);
  const other = hole.content && (typeof old === "object" ? old !== null : typeof old === "string" && typeof value === "string");
  if (other || text !== hole.encode(old)) out[at] = text;
  return value;
}

/** An item is of another template than its list: the list must be sent anew. */
const REBUILD: WireNode = {};

function diffList(frame: Frame, old: ListNode, list: Comprehension): WireNode | undefined {
  const { template, keys, slots } = old;
  const width = template.holes.length;
  const { length } = list;
  let entries: WireNode | undefined;
  // As long as each key is where it was, items are compared in place.
  const stay = Math.min(length, keys.length);
  const { lively } = frame;
  const memo = unchanged(old, list);
  const { source } = list;
  for (let i = 0; i < stay; i++) {
    if (memo !== undefined && memo[i] === source[i]) continue;
    if (list.key(i) !== keys[i]) return diffMoved(frame, old, list, i, entries ?? {}, lively);
    const item = list.item(i);
    if (!isOf(item, template)) return REBUILD;
    const change = diffSlots(frame, template, slots, i * width, entryValues(template, item));
    if (change !== undefined) (entries ??= {})[i] = change;
  }
  if (length > keys.length) return diffMoved(frame, old, list, stay, entries ?? {}, lively);
  // An item that came to hold something that lives: from now on all are looked at.
  if (frame.lively !== lively) old.memo = undefined;
  else if (old.memo !== undefined) old.memo = memoOf(list);
  if (length === keys.length) {
    if (entries !== undefined) entries["kc"] = length;
    return entries;
  }
  keys.length = length;
  slots.length = length * width;
  entries ??= {};
  entries["kc"] = length;
  return entries;
}

/** The rest of a list from the first item on whose key is not where it was. */
function diffMoved(
  frame: Frame, old: ListNode, list: Comprehension, begin: number, entries: WireNode, lively: number,
): WireNode {
  const { template } = old;
  const width = template.holes.length;
  const memo = unchanged(old, list);
  const keys = old.keys.slice(0, begin);
  for (let i = begin; i < list.length; i++) keys.push(list.key(i));
  assertUnique(keys);
  const oldIndexes = new Map<unknown, number>();
  for (let i = begin; i < old.keys.length; i++) oldIndexes.set(old.keys[i], i);
  const slots = old.slots.slice(0, begin * width);
  let moved = false;
  for (let i = begin; i < list.length; i++) {
    const from = oldIndexes.get(keys[i]);
    let change: WireNode | undefined;
    if (from === undefined || memo === undefined || memo[from] !== list.source[i]) {
      const item = list.item(i);
      if (!isOf(item, template)) return REBUILD;
      const values = entryValues(template, item);
      if (from === undefined) {
        const entry: WireNode = {};
        slots.push(...buildSlots(frame, template, values, entry, undefined));
        entries[i] = entry;
        continue;
      }
      change = diffSlots(frame, template, old.slots, from * width, values);
    }
    for (let s = 0; s < width; s++) slots.push(old.slots[from * width + s]);
    if (from !== i) {
      entries[i] = change === undefined ? from : [from, change];
      moved = true;
    } else if (change !== undefined) {
      entries[i] = change;
    }
  }
  old.keys = keys;
  old.slots = slots;
  old.memo = old.memo !== undefined && frame.lively === lively ? memoOf(list) : undefined;
  if (moved) entries["km"] = true;
  entries["kc"] = list.length;
  return entries;
}

// ---- lists ----

/** What the items were made of, if those that are still the same need not be rendered. */
function unchanged({ memo }: ListNode, list: Comprehension): readonly unknown[] | undefined {
  return memo !== undefined && memo.render === list.memo ? memo.source : undefined;
}

/** A copy of what the items are made of: the array itself may be changed in place. */
function memoOf(list: Comprehension): Memo | undefined {
  const render = list.memo;
  return render === undefined ? undefined : { render, source: list.source.slice() };
}

function asComprehension(value: Comprehension | readonly unknown[]): Comprehension {
  return value instanceof Comprehension ? value : new Comprehension(value);
}

/** The one template that all items are made of, or `ANY`. */
function sharedTemplate(items: readonly unknown[]): Template {
  const first = items[0];
  if (!(first instanceof Rendered)) return ANY;
  const { template } = first;
  return items.every((item) => isOf(item, template)) ? template : ANY;
}

function isOf(item: unknown, template: Template): boolean {
  return template === ANY || (item instanceof Rendered && item.template === template);
}

function entryValues(template: Template, item: unknown): readonly unknown[] {
  return template === ANY ? [item] : (item as Rendered).values;
}

// ---- streams ----

function buildStream(frame: Frame, stream: StreamContent, out: WireNode): StreamNode {
  frame.lively++;
  const template = stream.items.length === 0 ? EMPTY : sharedTemplate(stream.items);
  writeStream(frame, stream, template, out);
  out["s"] = frame.statics(template);
  return new StreamNode(stream.ref, template);
}

function diffStream(frame: Frame, old: Slot, stream: StreamContent, out: WireNode, at: number): Slot {
  frame.lively++;
  if (!(old instanceof StreamNode) || old.ref !== stream.ref) return buildStream(frame, stream, (out[at] = {}));
  if (stream.items.length === 0 && stream.deletes.length === 0 && !stream.reset) return old;
  if (!stream.items.every((item) => isOf(item, old.template))) return buildStream(frame, stream, (out[at] = {}));
  writeStream(frame, stream, old.template, (out[at] = {}));
  return old;
}

/** The items have no place in the tree: the browser keeps them, and the next frame begins at 0 again. */
function writeStream(frame: Frame, { ref, inserts, items, deletes, reset }: StreamContent, template: Template, out: WireNode): void {
  // The client reads the inserts newest first, and the items in the order in which they were inserted.
  const places = [...inserts].reverse();
  out["stream"] = reset ? [ref, places, deletes, true] : [ref, places, deletes];
  out["k"] = sentOnce(frame, () => buildEntries(frame, template, items, []));
}
