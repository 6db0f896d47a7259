import { Comprehension, Rendered, type Template } from "../html/index.js";
import { ANY, type ListNode, type Memo } from "./nodes.js";

/** What the items were made of, if those that are still the same need not be rendered. */
export function unchanged({ memo }: ListNode, list: Comprehension): readonly unknown[] | undefined {
  return memo !== undefined && memo.render === list.memo ? memo.source : undefined;
}

/** A copy of what the items are made of: the array itself may be changed in place. */
export function memoOf(list: Comprehension): Memo | undefined {
  const render = list.memo;
  return render === undefined ? undefined : { render, source: list.source.slice() };
}

export function asComprehension(value: Comprehension | readonly unknown[]): Comprehension {
  return value instanceof Comprehension ? value : new Comprehension(value);
}

/** The one template that all items are made of, or `ANY`. */
export function sharedTemplate(items: readonly unknown[]): Template {
  const first = items[0];
  if (!(first instanceof Rendered)) return ANY;
  const { template } = first;
  return items.every((item) => isOf(item, template)) ? template : ANY;
}

export function isOf(item: unknown, template: Template): boolean {
  return template === ANY || (item instanceof Rendered && item.template === template);
}

export function entryValues(template: Template, item: unknown): readonly unknown[] {
  return template === ANY ? [item] : (item as Rendered).values;
}
