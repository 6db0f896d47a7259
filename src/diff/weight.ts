import { Comprehension, Rendered } from "../html/index.js";
import { ListNode, TemplateNode, type Slot } from "./nodes.js";

/** Approximately how many values a tree or a page's template holds. Of a list, only its items' own slots count. */
export function weightOf(slot: Slot): number {
  if (slot instanceof TemplateNode) return slot.slots.reduce<number>((weight, inner) => weight + weightOf(inner), 1);
  if (slot instanceof ListNode) return 1 + slot.slots.length;
  if (slot instanceof Rendered) return slot.values.reduce<number>((weight, inner) => weight + weightOf(inner), 1);
  return slot instanceof Comprehension || Array.isArray(slot) ? 1 + slot.length : 1;
}
