import { Comprehension, Rendered, valuesDisable, type Template } from "../html/index.js";
import type { Slot } from "./nodes.js";

/** The lists of a written page, each with its items' template if the items differ only in their text. */
type WrittenLists = ReadonlyMap<Comprehension | readonly unknown[], Template | undefined>;

/**
 * Reduces a page's template to what is needed to find its events. Items of a list that differ only in their text push the
 * same events, so one of them, without its text, stands for all, and the application's own data can be collected.
 */
export function condensed(slot: Slot, lists: WrittenLists): Slot {
  if (slot instanceof Rendered) return new Rendered(slot.template, slot.values.map((value) => condensed(value, lists)));
  if (slot instanceof Comprehension || Array.isArray(slot)) {
    const template = lists.get(slot);
    if (template !== undefined && !valuesDisable(template)) return new Rendered(template, template.holes.map(() => undefined));
  }
  return Array.isArray(slot) ? slot.map((item) => condensed(item, lists)) : slot;
}
