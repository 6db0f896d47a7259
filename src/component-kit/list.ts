import { checkProps, LIST } from "../errors/options.js";
import type { Attributes } from "../components/index.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";

/** Props of `list`; all other attributes go to its `<dl>`. */
export interface ListProps extends Attributes {
  /** Terms and their descriptions, from first to last. */
  readonly items: readonly { readonly term: Content; readonly inner: Content }[];
}

/**
 * A description list: terms and their descriptions.
 *
 * @example
 * list({ items: [{ term: "Title", inner: post.title }, { term: "Written", inner: dateOf(post.createdAt) }] })
 */
export function list(props: ListProps): Rendered {
  checkProps({ of: "list", fix: 'list({ items: [{ term: "Author", inner: post.author }] })' }, props, { items: LIST });
  const { items, class: given, ...attributes } = props;
  return html`<dl class=${classes("hf-list", given)} ${spread(attributes)}>
    ${items.map(({ term, inner }) => html`<div><dt>${term}</dt><dd>${inner}</dd></div>`)}
  </dl>`;
}
