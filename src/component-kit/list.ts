import type { Attributes } from "../components/index.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";

/** Props of `list`; every other attribute goes to its `<dl>`. */
export interface ListProps extends Attributes {
  readonly items: readonly { readonly term: Content; readonly inner: Content }[];
}

/**
 * What is known of one thing: terms, and what they are.
 *
 * @example
 * list({ items: [{ term: "Title", inner: post.title }, { term: "Written", inner: dateOf(post.createdAt) }] })
 */
export function list({ items, class: given, ...attributes }: ListProps): Rendered {
  return html`<dl class=${classes("hf-list", given)} ${spread(attributes)}>${items.map(({ term, inner }) => html`<div><dt>${term}</dt><dd>${inner}</dd></div>`)}</dl>`;
}
