import { Comprehension, Rendered, valuesDisable, type Template } from "../html/index.js";
import type { Slot } from "./nodes.js";

/** The written lists of a page, with the template of those whose items differ in nothing but their text. */
type WrittenLists = ReadonlyMap<Comprehension | readonly unknown[], Template | undefined>;

/**
 * A page's template with as little as its events can be found in. The items of a list that differ only in their text push the
 * same events: one of them, without its text, stands for all, and what the application made them of can be collected.
 */
export function condensed(slot: Slot, lists: WrittenLists): Slot {
  if (slot instanceof Rendered) return new Rendered(slot.template, slot.values.map((value) => condensed(value, lists)));
  if (slot instanceof Comprehension || Array.isArray(slot)) {
    const template = lists.get(slot);
    if (template !== undefined && !valuesDisable(template)) return new Rendered(template, template.holes.map(() => undefined));
  }
  return Array.isArray(slot) ? slot.map((item) => condensed(item, lists)) : slot;
}
