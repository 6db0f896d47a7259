import { Comprehension, Rendered, type Template } from "../html/index.js";
import { ANY, type ListNode, type Memo } from "./nodes.js";

/** The previous items, if those that are unchanged need not be rendered. */
export function unchanged({ memo }: ListNode, list: Comprehension): unknown[] | undefined {
  return memo !== undefined && memo.render === list.memo ? memo.source : undefined;
}

/** A copy of the items, because the array itself may be modified in place. */
export function memoOf(list: Comprehension): Memo | undefined {
  const render = list.memo;
  return render === undefined ? undefined : { render, source: list.source.slice() };
}

export function asComprehension(value: Comprehension | readonly unknown[]): Comprehension {
  return value instanceof Comprehension ? value : new Comprehension(value);
}

/** The template that all items share, or `ANY`. */
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
