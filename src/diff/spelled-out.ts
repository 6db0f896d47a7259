import { Comprehension, Rendered } from "../html/index.js";
import type { Slot } from "./nodes.js";

/**
 * Renders the lists in a page's template, so that repeated searches, for events that a client makes up, cost one rendering.
 */
export function spelledOut(slot: Slot): Slot {
  if (slot instanceof Rendered) return new Rendered(slot.template, slot.values.map(spelledOut));
  if (slot instanceof Comprehension) return Array.from({ length: slot.length }, (_, i) => spelledOut(slot.item(i)));
  return Array.isArray(slot) ? slot.map(spelledOut) : slot;
}
