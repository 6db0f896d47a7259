import {
  assertUnique, bindsForm, ClientCommand, ComponentCall, Comprehension, Rendered, SafeHtml, SentOnce, StreamContent,
  templateIn, ViewCall, type Hole, type Template,
} from "../html/index.js";
import { buildSlot, buildSlots, buildStream, encodeFormHole, sentOnce, writeStream } from "./build.js";
import type { Frame } from "./frame.js";
import { asComprehension, entryValues, isOf, memoOf, unchanged } from "./lists.js";
import {
  ComponentNode, ListChange, ListNode, nodeFor, nodeOf, StreamNode, TemplateNode, ViewNode, type Slot, type WireNode,
} from "./nodes.js";
import { slotParts } from "./shown-forms.js";

/**
 * Compares the slots of one template, which begin at `from` in `slots`, with the new values.
 *
 * @returns what changed, or undefined. Afterwards `slots` has the new contents.
 */
export function diffSlots(
  frame: Frame, template: Template, slots: Slot[], from: number, values: readonly unknown[],
): WireNode | undefined {
  const { holes, ignored } = template;
  const { streamed, ignored: within } = frame;
  const kept = ignored?.in(values)?.holes;
  let out = streamed && !within ? diffFormHoles(frame, template, slots, from, values, kept) : undefined;
  let formsKept = false;
  for (let i = 0; i < holes.length; i++) {
    const old = slots[from + i];
    const value = values[i];
    // An identical value is the usual case, and costs one comparison. Only templates contain values of their own.
    if (old === value && (typeof value !== "object" || value === null || !holes[i]!.content)) continue;
    // No closure here, because it would cost each hole of each row a context.
    if (kept !== undefined) {
      const inside = kept.has(i);
      frame.streamed = streamed || inside;
      frame.ignored = within || inside;
    }
    const now = diffSlot(frame, holes[i]!, old, value);
    const { change } = frame;
    frame.streamed = streamed;
    frame.ignored = within;
    if (now !== old) {
      if (typeof old === "object" && old !== null) {
        // What a form pushes is kept with the form: its event still counts for a moment, and with it the fields that its user
        // could not change. They come behind its start tag, so they have not been compared yet, and neither have those of later
        // forms.
        if (!isOnForm(template, holes[i]!)) frame.host.slotReplaced(old);
        else if (!formsKept) {
          formsKept = true;
          frame.host.formsChanged(template, slots.slice(from, from + holes.length));
        }
      }
      slots[from + i] = now;
    }
    if (change === undefined) continue;
    if (out === undefined) out = nodeOf(i, change);
    else out[i] = change;
  }
  return out;
}

/**
 * Where the server forgets what it called, a form's binding names the fields that its user cannot change: these may have changed
 * although the binding has not.
 */
function diffFormHoles(
  frame: Frame, template: Template, slots: Slot[], from: number, values: readonly unknown[], kept: ReadonlySet<number> | undefined,
): WireNode | undefined {
  const { holes } = template;
  const before = slots.slice(from, from + holes.length);
  let out: WireNode | undefined;
  for (let i = 0; i < holes.length; i++) {
    const hole = holes[i]!;
    if (!bindsForm(template, hole) || kept?.has(i) === true) continue;
    const text = encodeFormHole(frame, template, values, hole, values[i]);
    if (text !== encodeFormHole(frame, template, before, hole, before[i], NO_COMPONENTS)) (out ??= {})[i] = text;
    slots[from + i] = values[i];
  }
  return out;
}

/** What a live component shows is not among the fields that its form's event names. */
const NO_COMPONENTS = slotParts(() => undefined);

/** Whether a hole is an attribute of a form. */
function isOnForm({ elements }: Template, { content, place }: Hole): boolean {
  return !content && elements[place.elementIndex]?.tag === "form";
}

/** Compares one slot. Returns its new content; `frame.change` is what changed, undefined if nothing did. */
function diffSlot(frame: Frame, hole: Hole, old: Slot, value: unknown): Slot {
  frame.change = undefined;
  if (hole.content) {
    if (typeof value === "object" && value !== null) {
      if (value instanceof Rendered) {
        if (!(old instanceof TemplateNode) || old.template !== value.template) return rebuilt(frame, hole, value);
        frame.change = diffSlots(frame, old.template, old.slots, 0, value.values);
        return old;
      }
      if (value instanceof Comprehension || Array.isArray(value)) {
        const list = asComprehension(value);
        if (old instanceof ListNode) {
          const change = diffList(frame, old, list);
          frame.change = undefined;
          if (change === undefined) return old;
          if (change !== REBUILD) {
            frame.change = { k: change };
            return old;
          }
          frame.host.repeat();
        } else if (list.length === 0 && old === "") {
          // "" is the initial content of an empty list, so an empty list has not changed
          return old;
        }
        return rebuilt(frame, hole, list);
      }
      if (value instanceof StreamContent) return diffStream(frame, old, value);
      if (value instanceof ComponentCall) {
        frame.lively++;
        const cid = frame.host.componentNumber(value, frame.streamed);
        if (old instanceof ComponentNode && old.cid === cid) return old;
        frame.change = cid;
        return new ComponentNode(cid);
      }
      if (value instanceof ViewCall) {
        frame.lively++;
        const html = frame.host.viewElement(value, frame.streamed);
        if (old instanceof ViewNode && old.html === html) return old;
        frame.change = html;
        return new ViewNode(html);
      }
      if (value instanceof SafeHtml) {
        if (!(old instanceof SafeHtml) || old.html !== value.html) frame.change = value.html;
        return value;
      }
      if (value instanceof SentOnce) {
        frame.lively++;
        if (value.content === undefined) return old;
        return sentOnce(frame, () => diffSlot(frame, hole, old, value.content!.value));
      }
    }
  }
  // Different values may still be the same text: null and undefined, an event reference created again. Between tags, an
  // object was not text, and different strings are different texts.
  if (value instanceof ClientCommand && old instanceof ClientCommand && value.same(old)) return old;
  const text = hole.encode(value, frame.seal);
  const other = hole.content && (typeof old === "object" ? old !== null : typeof old === "string" && typeof value === "string");
  if (other || text !== hole.encode(old, frame.seal)) frame.change = text;
  return value;
}

/** The content of a slot that is sent anew. */
function rebuilt(frame: Frame, hole: Hole, value: unknown): Slot {
  const out = nodeOf(0, undefined);
  const slot = buildSlot(frame, hole, value, out, 0);
  frame.change = out[0];
  return slot;
}

/** An item has another template than its list: the list must be sent again. */
const REBUILD = Symbol("rebuild");

function diffList(frame: Frame, old: ListNode, list: Comprehension): ListChange | typeof REBUILD | undefined {
  const { template, keys, slots } = old;
  const width = template.holes.length;
  const { length } = list;
  let changed: ListChange | undefined;
  // As long as each key keeps its place, items are compared in place.
  const stay = Math.min(length, keys.length);
  const { lively } = frame;
  const memo = unchanged(old, list);
  const { source } = list;
  for (let i = 0; i < stay; i++) {
    if (memo !== undefined && memo[i] === source[i]) continue;
    if (list.key(i) !== keys[i]) return diffMoved(frame, old, list, i, changed, lively);
    const item = list.item(i);
    if (!isOf(item, template)) return REBUILD;
    const change = diffSlots(frame, template, slots, i * width, entryValues(template, item));
    if (change !== undefined) (changed ??= new ListChange(length)).add(i, change);
    if (memo !== undefined) memo[i] = source[i];
  }
  if (length > keys.length) return diffMoved(frame, old, list, stay, changed, lively);
  // An item now contains something that lives: from now on all items are checked.
  if (frame.lively !== lively) old.memo = undefined;
  else if (memo !== undefined) memo.length = length;
  else if (old.memo !== undefined) old.memo = memoOf(list);
  if (length === keys.length) return changed;
  frame.host.itemsRemoved(template, slots.slice(length * width));
  keys.length = length;
  slots.length = length * width;
  return changed ?? new ListChange(length);
}

/** The rest of a list, from the first item whose key has moved. */
function diffMoved(
  frame: Frame, old: ListNode, list: Comprehension, begin: number, before: ListChange | undefined, lively: number,
): ListChange | typeof REBUILD {
  const changed = before ?? new ListChange(list.length);
  const { template } = old;
  const width = template.holes.length;
  const memo = unchanged(old, list);
  const keys = old.keys.slice(0, begin);
  for (let i = begin; i < list.length; i++) keys.push(list.key(i));
  assertUnique(keys, (index) => templateIn(list.item(index)));
  const oldIndexes = new Map<unknown, number>();
  for (let i = begin; i < old.keys.length; i++) oldIndexes.set(old.keys[i], i);
  const slots = old.slots.slice(0, begin * width);
  for (let i = begin; i < list.length; i++) {
    const from = oldIndexes.get(keys[i]);
    if (from !== undefined) oldIndexes.delete(keys[i]);
    let change: WireNode | undefined;
    if (from === undefined || memo === undefined || memo[from] !== list.source[i]) {
      const item = list.item(i);
      if (!isOf(item, template)) return REBUILD;
      const values = entryValues(template, item);
      if (from === undefined) {
        const entry = nodeFor(template);
        slots.push(...buildSlots(frame, template, values, entry, undefined));
        changed.add(i, entry);
        continue;
      }
      change = diffSlots(frame, template, old.slots, from * width, values);
    }
    for (let s = 0; s < width; s++) slots.push(old.slots[from * width + s]);
    if (from !== i) {
      changed.add(i, change === undefined ? from : [from, change]);
      changed.moved = true;
    } else if (change !== undefined) {
      changed.add(i, change);
    }
  }
  // The remaining old items are gone.
  if (oldIndexes.size > 0) {
    frame.host.itemsRemoved(template, [...oldIndexes.values()].flatMap((index) => old.slots.slice(index * width, (index + 1) * width)));
  }
  old.keys = keys;
  old.slots = slots;
  old.memo = old.memo !== undefined && frame.lively === lively ? memoOf(list) : undefined;
  return changed;
}

function diffStream(frame: Frame, old: Slot, stream: StreamContent): Slot {
  frame.lively++;
  const known = old instanceof StreamNode && old.ref === stream.ref ? old : undefined;
  if (known !== undefined && stream.items.length === 0 && stream.deletes.length === 0 && !stream.reset) return known;
  const out: WireNode = {};
  frame.change = out;
  if (known === undefined || !stream.items.every((item) => isOf(item, known.template))) return buildStream(frame, stream, out);
  writeStream(frame, stream, known.template, out);
  return known;
}
