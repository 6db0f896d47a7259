import { checkValue, FUNCTION, ITERABLE, type OptionsPlace } from "../errors/options.js";
import type { Content } from "../html/index.js";

const PLACE: OptionsPlace = { of: "intersperse", fix: 'intersperse(tags, ", ", (tag) => html`<b>${tag}</b>`)' };

/**
 * Items with a separator between each two, and none at the ends.
 *
 * @param items what to render, in order
 * @param separator rendered between items
 * @param render an item's content
 * @example
 * html`<nav>${intersperse(crumbs, html`<i>/</i>`, (crumb) => link({ navigate: crumb.path, inner: crumb.name }))}</nav>`
 */
export function intersperse<T>(
  items: Iterable<T>, separator: Content, render: (item: T, index: number) => Content,
): readonly Content[] {
  checkValue("template_value_refused", PLACE, "the list", items, ITERABLE);
  checkValue("template_value_refused", PLACE, "the template", render, FUNCTION);
  const list: Content[] = [];
  let index = 0;
  for (const item of items) {
    if (index > 0) list.push(separator);
    list.push(render(item, index++));
  }
  return list;
}
