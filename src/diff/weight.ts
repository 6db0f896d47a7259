import { ListNode, TemplateNode, type Slot } from "./nodes.js";

/** About how many values a tree holds: those of templates and lists; items that are lists themselves count once. */
export function weightOf(slot: Slot): number {
  if (slot instanceof TemplateNode) return slot.slots.reduce<number>((weight, inner) => weight + weightOf(inner), 1);
  return slot instanceof ListNode ? 1 + slot.slots.length : 1;
}
