import {
  assertUnique, bindsForm, checkStreamContainer, ComponentCall, Comprehension, formSeal, Rendered, SafeHtml, SentOnce,
  StreamContent, templateIn, valueParts, ViewCall, type FormSearch, type Hole, type Template,
} from "../html/index.js";
import type { Frame } from "./frame.js";
import { asComprehension, entryValues, memoOf, sharedTemplate } from "./lists.js";
import { ComponentNode, EMPTY, ListNode, nodeFor, StreamNode, TemplateNode, ViewNode, type Slot, type WireNode } from "./nodes.js";

export function buildTemplate(frame: Frame, rendered: Rendered, out: WireNode, model: Slot): TemplateNode {
  const { template, values } = rendered;
  // A clone already has the statics wherever its model has the same template.
  const cloned = model instanceof TemplateNode && model.template === template;
  const slots = buildSlots(frame, template, values, out, cloned ? model.slots : undefined);
  // The client numbers statics in the order in which it meets them, inner ones first.
  if (!cloned) out["s"] = frame.statics(template);
  return new TemplateNode(template, slots);
}

export function buildSlots(
  frame: Frame, template: Template, values: readonly unknown[], out: WireNode, model: readonly Slot[] | undefined,
): Slot[] {
  const { holes, ignored } = template;
  const { streamed, ignored: within } = frame;
  const slots: Slot[] = new Array(holes.length);
  if (template.bindings.length > 0) {
    frame.host.names(template);
    if (streamed) frame.host.forgets(template.bindings);
  }
  const kept = ignored?.in(values);
  if (kept !== undefined && !streamed) frame.host.forgets(kept.bindings);
  for (let i = 0; i < holes.length; i++) {
    if (kept !== undefined) {
      const inside = kept.holes.has(i);
      frame.streamed = streamed || inside;
      frame.ignored = within || inside;
    }
    const hole = holes[i]!;
    if (streamed && !frame.ignored && bindsForm(template, hole)) {
      out[i] = encodeFormHole(frame, template, values, hole, values[i]);
      slots[i] = values[i];
    } else slots[i] = buildSlot(frame, hole, values[i], out, i, model?.[i]);
  }
  frame.streamed = streamed;
  frame.ignored = within;
  return slots;
}

/** A form's binding where the server forgets it, with the fields that the form's user cannot change. */
export function encodeFormHole(
  frame: Frame, template: Template, values: readonly unknown[], hole: Hole, value: unknown, parts: FormSearch["parts"] = valueParts,
): string {
  return hole.encode(value, frame.seal && formSeal(frame.seal, template, values, hole, parts));
}

export function buildSlot(frame: Frame, hole: Hole, value: unknown, out: WireNode, at: number, model?: Slot): Slot {
  if (hole.content) {
    if (typeof value === "object" && value !== null) {
      if (value instanceof Rendered) {
        if (value.template.outermost.length > 0) checkStreamContainer(hole, value);
        return buildTemplate(frame, value, (out[at] = nodeFor(value.template)), model);
      }
      if (value instanceof Comprehension || Array.isArray(value)) {
        const list = asComprehension(value);
        if (list.length > 0) return buildList(frame, list, (out[at] = {}));
        out[at] = "";
        return "";
      }
      if (value instanceof StreamContent) {
        checkStreamContainer(hole, value);
        return buildStream(frame, value, (out[at] = {}));
      }
      if (value instanceof ComponentCall) {
        frame.lively++;
        const cid = frame.host.componentNumber(value, frame.streamed);
        out[at] = cid;
        return new ComponentNode(cid);
      }
      if (value instanceof ViewCall) {
        frame.lively++;
        const node = new ViewNode(frame.host.viewElement(value, frame.streamed));
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
  out[at] = hole.encode(value, frame.seal);
  return value;
}

/** The browser keeps what is sent now, and the server forgets what it called. */
export function sentOnce<T>(frame: Frame, write: () => T): T {
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
  assertUnique(keys, (index) => templateIn(items[index]));
  const template = sharedTemplate(items);
  const slots: Slot[] = [];
  const before = frame.lively;
  out["k"] = buildEntries(frame, template, items, slots);
  out["s"] = frame.statics(template);
  return new ListNode(template, keys, slots, frame.lively === before ? memoOf(list) : undefined);
}

/** The entries of an entirely new list, numbered from 0; their slots are appended to `slots`, if anybody wants them. */
function buildEntries(frame: Frame, template: Template, items: readonly unknown[], slots?: Slot[]): WireNode {
  const entries: WireNode = {};
  for (let i = 0; i < items.length; i++) {
    const entry = nodeFor(template);
    const built = buildSlots(frame, template, entryValues(template, items[i]), entry, undefined);
    if (slots !== undefined) for (const slot of built) slots.push(slot);
    entries[i] = entry;
  }
  entries["kc"] = items.length;
  return entries;
}

export function buildStream(frame: Frame, stream: StreamContent, out: WireNode): StreamNode {
  frame.lively++;
  const template = stream.items.length === 0 ? EMPTY : sharedTemplate(stream.items);
  writeStream(frame, stream, template, out);
  out["s"] = frame.statics(template);
  return new StreamNode(stream.ref, template);
}

/** Items of a stream have no place in the tree: the browser keeps them, and the next frame counts from 0 again. */
export function writeStream(frame: Frame, { ref, inserts, items, deletes, reset }: StreamContent, template: Template, out: WireNode): void {
  // The client reads the inserts newest first, and the items in the order in which they were inserted.
  const places = inserts.toReversed();
  out["stream"] = reset ? [ref, places, deletes, true] : [ref, places, deletes];
  out["k"] = sentOnce(frame, () => buildEntries(frame, template, items));
}
