import { HoldfastError } from "../errors/index.js";
import { Comprehension, Rendered, SafeHtml, Template, type Hole } from "../html/index.js";

/**
 * The tree that the browser has, and the diff that turns it into the next one.
 *
 * A view keeps one `Tree`. It remembers of the last render only what a comparison needs: for each template its identity
 * and the values of its holes as they were given, before escaping. Comparing is therefore cheaper than rendering: a value
 * that did not change is never turned into text.
 *
 * The wire's shape is LiveView 1.2's: a template is an object of its changed slots, with its statics under `s` when the
 * browser does not have them yet; statics are shared within a frame under `p`; lists are `k` with `kc` and `km`.
 *
 * @module
 */

/** A slot's new value on the wire. */
export type Wire = string | number | WireNode;
/** A template or a list on the wire. */
export interface WireNode {
  [slot: string]: unknown;
}

/** What a slot held in the last render: a value that is compared by identity, or a subtree. */
type Slot = TemplateNode | ListNode | unknown;

class TemplateNode {
  readonly template: Template;
  slots: readonly Slot[];

  constructor(template: Template, slots: readonly Slot[]) {
    this.template = template;
    this.slots = slots;
  }
}

class ListNode {
  /** The template that all items share, or `ANY` if they do not share one. */
  readonly template: Template;
  keys: readonly unknown[];
  /** Per item, the slots of its template. */
  entries: readonly (readonly Slot[])[];

  constructor(template: Template, keys: readonly unknown[], entries: readonly (readonly Slot[])[]) {
    this.template = template;
    this.keys = keys;
    this.entries = entries;
  }
}

/** The template of an item that is not a template of its own: one hole and nothing around it. */
const ANY = new Template(["", ""]);

/** What one frame collects: the statics that it is the first to send. */
class Frame {
  #templates: Map<Template, number> | undefined;

  /** The number under which this frame's `p` has the template. */
  number(template: Template): number {
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

/** A view's tree, as the browser has it. */
export class Tree {
  #root: TemplateNode | undefined;

  /** The whole tree, for a join: afterwards the browser has `rendered`. */
  full(rendered: Rendered): WireNode {
    const out = this.#anew(rendered);
    if (rendered.template.root) out["r"] = 1;
    return out;
  }

  #anew(rendered: Rendered): WireNode {
    const frame = new Frame();
    const out: WireNode = {};
    this.#root = buildTemplate(frame, rendered, out);
    return frame.finish(out);
  }

  /**
   * What changed since the last render, or undefined if nothing did.
   *
   * @throws what a hole throws for a value that it refuses; the tree is then unchanged
   */
  diff(rendered: Rendered): WireNode | undefined {
    const frame = new Frame();
    const root = this.#root;
    // Without the mark of a single root: in a diff the client takes `r` for the event's reply.
    if (root === undefined || root.template !== rendered.template) return this.#anew(rendered);
    const next: { slots: readonly Slot[] } = { slots: root.slots };
    const out = diffSlots(frame, root.template, root.slots, rendered.values, next);
    root.slots = next.slots;
    return out === undefined ? undefined : frame.finish(out);
  }
}

// ---- building what the browser does not have yet ----

function buildTemplate(frame: Frame, rendered: Rendered, out: WireNode): TemplateNode {
  const slots = buildSlots(frame, rendered.template, rendered.values, out);
  // The client numbers statics as it meets them, inner ones first.
  out["s"] = frame.number(rendered.template);
  return new TemplateNode(rendered.template, slots);
}

function buildSlots(frame: Frame, template: Template, values: readonly unknown[], out: WireNode): readonly Slot[] {
  const { holes } = template;
  // The values can be kept as they are unless one of them becomes a subtree.
  let slots: readonly Slot[] = values;
  let own: Slot[] | undefined;
  for (let i = 0; i < holes.length; i++) {
    const value = values[i];
    const slot = buildSlot(frame, holes[i]!, value, out, i);
    if (slot !== value) {
      own ??= values.slice(0, holes.length);
      own[i] = slot;
      slots = own;
    }
  }
  return slots;
}

function buildSlot(frame: Frame, hole: Hole, value: unknown, out: WireNode, at: number): Slot {
  if (hole.content && typeof value === "object" && value !== null) {
    if (value instanceof Rendered) {
      const node: WireNode = {};
      out[at] = node;
      return buildTemplate(frame, value, node);
    }
    if (value instanceof Comprehension || Array.isArray(value)) {
      const list = asComprehension(value);
      if (list.items.length === 0) {
        out[at] = "";
        return "";
      }
      const node: WireNode = {};
      out[at] = node;
      return buildList(frame, list, sharedTemplate(list), node);
    }
    if (value instanceof SafeHtml) {
      out[at] = value.html;
      return value;
    }
  }
  out[at] = hole.encode(value);
  return value;
}

function buildList(frame: Frame, list: Comprehension, template: Template, out: WireNode): ListNode {
  assertUnique(list.keys);
  const { items } = list;
  const keyed: WireNode = {};
  const entries: (readonly Slot[])[] = new Array(items.length);
  for (let i = 0; i < items.length; i++) {
    const entry: WireNode = {};
    entries[i] = buildSlots(frame, template, entryValues(template, items[i]), entry);
    keyed[i] = entry;
  }
  keyed["kc"] = items.length;
  out["k"] = keyed;
  out["s"] = frame.number(template);
  return new ListNode(template, list.keys, entries);
}

// ---- comparing ----

/** Compares a template's slots; what changed is returned, what they are now is left in `next`. */
function diffSlots(
  frame: Frame, template: Template, before: readonly Slot[], values: readonly unknown[], next: { slots: readonly Slot[] },
): WireNode | undefined {
  const { holes } = template;
  let out: WireNode | undefined;
  let slots: readonly Slot[] = values;
  let own: Slot[] | undefined;
  for (let i = 0; i < holes.length; i++) {
    const old = before[i];
    const value = values[i];
    // An equal primitive is the usual case, and it costs one comparison.
    if (old === value && (typeof value !== "object" || value === null)) continue;
    const change: WireNode = out ?? {};
    const slot = diffSlot(frame, holes[i]!, old, value, change, i);
    if (i in change) out = change;
    if (slot !== value) {
      own ??= values.slice(0, holes.length);
      own[i] = slot;
      slots = own;
    }
  }
  // What did not change keeps the values it had: they are old already, and the new ones can die young.
  next.slots = out === undefined ? before : slots;
  return out;
}

/** Compares one slot; if it changed, `out[at]` says how. Returns what the slot holds now. */
function diffSlot(frame: Frame, hole: Hole, old: Slot, value: unknown, out: WireNode, at: number): Slot {
  if (hole.content) {
    if (value instanceof Rendered) {
      if (!(old instanceof TemplateNode) || old.template !== value.template) return buildSlot(frame, hole, value, out, at);
      const next = { slots: old.slots };
      const change = diffSlots(frame, value.template, old.slots, value.values, next);
      if (change === undefined) return old;
      out[at] = change;
      return new TemplateNode(value.template, next.slots);
    }
    if (value instanceof Comprehension || Array.isArray(value)) {
      const list = asComprehension(value);
      if (!(old instanceof ListNode)) {
        // "" is how an empty list began, and as long as it is empty nothing has changed
        if (list.items.length === 0 && old === "") return "";
        return buildSlot(frame, hole, list, out, at);
      }
      const template = old.template === ANY || list.items.length === 0 ? old.template : sharedTemplate(list);
      if (template !== old.template) return buildSlot(frame, hole, list, out, at);
      const change: WireNode = {};
      const node = diffList(frame, old, list, change);
      if ("k" in change) out[at] = change;
      return node;
    }
    if (value instanceof SafeHtml) {
      if (!(old instanceof SafeHtml) || old.html !== value.html) out[at] = value.html;
      return value;
    }
  }
  // Different values can still be the same text: null and undefined, an event reference made anew. Between tags whatever
  // was an object was no text.
  const text = hole.encode(value);
  const wasMarkup = hole.content && typeof old === "object" && old !== null;
  if (wasMarkup || text !== hole.encode(old)) out[at] = text;
  return value;
}

function diffList(frame: Frame, old: ListNode, list: Comprehension, out: WireNode): ListNode {
  const { template } = old;
  const { keys, items } = list;
  const entries: (readonly Slot[])[] = new Array(items.length);
  const keyed: WireNode = {};
  let changed = items.length !== old.keys.length;
  let moved = false;
  // Built when the first key is not where it was: most renders move nothing.
  let oldIndexes: Map<unknown, number> | undefined;
  const next: { slots: readonly Slot[] } = { slots: [] };

  for (let i = 0; i < items.length; i++) {
    const values = entryValues(template, items[i]);
    let from: number | undefined = i;
    if (keys[i] !== old.keys[i]) {
      if (oldIndexes === undefined) {
        assertUnique(keys);
        oldIndexes = new Map(old.keys.map((key, index) => [key, index]));
      }
      from = oldIndexes.get(keys[i]);
    }
    if (from === undefined) {
      const entry: WireNode = {};
      entries[i] = buildSlots(frame, template, values, entry);
      keyed[i] = entry;
      changed = true;
      continue;
    }
    const change = diffSlots(frame, template, old.entries[from]!, values, next);
    entries[i] = next.slots;
    if (from !== i) {
      keyed[i] = change === undefined ? from : [from, change];
      moved = true;
      changed = true;
    } else if (change !== undefined) {
      keyed[i] = change;
      changed = true;
    }
  }

  if (!changed) return old;
  if (oldIndexes === undefined && items.length > old.keys.length) assertUnique(keys);
  if (moved) keyed["km"] = true;
  keyed["kc"] = items.length;
  out["k"] = keyed;
  return new ListNode(template, keys, entries);
}

// ---- lists ----

function asComprehension(value: Comprehension | readonly unknown[]): Comprehension {
  return value instanceof Comprehension ? value : new Comprehension([...value.keys()], value);
}

/** The one template that all items are made of, or `ANY`. */
function sharedTemplate(list: Comprehension): Template {
  const first = list.items[0];
  if (!(first instanceof Rendered)) return ANY;
  const { template } = first;
  for (const item of list.items) if (!(item instanceof Rendered) || item.template !== template) return ANY;
  return template;
}

function entryValues(template: Template, item: unknown): readonly unknown[] {
  return template === ANY ? [item] : (item as Rendered).values;
}

function assertUnique(keys: readonly unknown[]): void {
  if (new Set(keys).size === keys.length) return;
  const seen = new Set<unknown>();
  const twice = keys.find((key) => seen.size === seen.add(key).size);
  throw new HoldfastError("template_keys_not_unique", {
    what: "Two items of a keyed list have the same key.",
    expected: "a key that no other item of the list has",
    got: `${typeof twice} ${String(twice).slice(0, 40)} twice`,
    fix: "key by the item's id",
  });
}
