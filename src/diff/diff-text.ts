import { ListChange, ListNode, TemplateNode, type Slot, type WireNode } from "./nodes.js";

/** What JSON leaves as it is: no quote, backslash or control character, and no half of a surrogate pair, which may be alone. */
const UNESCAPED = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/**
 * A view's diff as JSON. `JSON.stringify` takes V8's slow way for objects whose keys are numbers, a microsecond for each; this walk
 * takes a tenth of it, because it knows from the tree which keys there can be. What is new to the browser is left to V8: it is long.
 *
 * @param diff as the tree made it, with nothing added
 * @param root what the browser has after it
 */
export function diffText(diff: WireNode, root: TemplateNode): string {
  return diff["p"] === undefined ? templateText(diff, root.slots, 0, root.slots.length) : JSON.stringify(diff);
}

/** What changed in a template, whose slots begin at `from`. */
function templateText(node: WireNode, slots: readonly Slot[], from: number, width: number): string {
  if (node["s"] !== undefined) return JSON.stringify(node);
  let text = "";
  for (let i = 0; i < width; i++) {
    const change = node[i];
    if (change !== undefined) text += `${text === "" ? "{" : ","}"${i}":${changeText(change, slots[from + i])}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

function changeText(change: unknown, slot: Slot): string {
  if (typeof change === "string") return quoted(change);
  if (slot instanceof TemplateNode) return templateText(change as WireNode, slot.slots, 0, slot.slots.length);
  if (slot instanceof ListNode) {
    const { k } = change as WireNode;
    if (k instanceof ListChange) return `{"k":${listText(k, slot)}}`;
  }
  return JSON.stringify(change);
}

function listText({ indexes, changes, moved, count }: ListChange, { template, slots }: ListNode): string {
  const width = template.holes.length;
  let text = "{";
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i]!;
    const change = changes[i];
    const entry = typeof change === "object" && !Array.isArray(change)
      ? templateText(change as WireNode, slots, index * width, width) : JSON.stringify(change);
    text += `"${index}":${entry},`;
  }
  return `${text}${moved ? '"km":true,' : ""}"kc":${count}}`;
}

/** A text as JSON. */
function quoted(text: string): string {
  return UNESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}
