import { Comprehension, Rendered } from "../html/index.js";
import type { Slot } from "./nodes.js";

/**
 * A page's template with its lists rendered: searching it again and again, for events that a client makes up, costs one
 * rendering.
 */
export function spelledOut(slot: Slot): Slot {
  if (slot instanceof Rendered) return new Rendered(slot.template, slot.values.map(spelledOut));
  if (slot instanceof Comprehension) return Array.from({ length: slot.length }, (_, i) => spelledOut(slot.item(i)));
  return Array.isArray(slot) ? slot.map(spelledOut) : slot;
}
