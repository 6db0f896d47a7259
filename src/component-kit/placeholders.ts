import { checkProps } from "../errors/options.js";
import type { Attributes } from "../components/index.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";

/** Props of `emptyState`; all other attributes go to its element. */
export interface EmptyStateProps extends Omit<Attributes, "title"> {
  /** What is missing. */
  readonly title: Content;
  /** Why it is missing, or what will appear. */
  readonly inner?: Content;
  /** What the user can do about it: a button or a link. */
  readonly action?: Content;
}

/**
 * A placeholder for an empty list.
 *
 * @example
 * emptyState({
 *   title: "No posts yet", inner: "The first will appear here.",
 *   action: link({ navigate: "/posts/new", class: buttonClass("primary"), inner: "Write one" }),
 * })
 */
export function emptyState(props: EmptyStateProps): Rendered {
  checkProps({ of: "emptyState", fix: 'emptyState({ title: "No posts yet" })' }, props);
  const { title, inner, action, class: given, ...attributes } = props;
  return html`<div class=${classes("hf-empty", given)} ${spread(attributes)}><p class="hf-empty-title">${title}</p>${
    inner !== undefined && html`<p>${inner}</p>`}${action !== undefined && html`<div class="hf-empty-action">${action}</div>`}</div>`;
}

/** Props of `skeleton`; all other attributes go to its element. */
export interface SkeletonProps extends Attributes {
  /** How many lines of text to outline. Default 3. */
  readonly lines?: number | undefined;
  /** The text for screen readers. Default "Loading …". */
  readonly label?: string | undefined;
}

/**
 * The outline of content that is still loading.
 *
 * @example
 * asyncResult(post, { loading: skeleton({ lines: 5 }), failed: "not available", ok: (post) => article(post) })
 */
export function skeleton(props: SkeletonProps): Rendered {
  checkProps({ of: "skeleton", fix: "skeleton({ lines: 3 })" }, props);
  const { lines = 3, label = "Loading …", class: given, ...attributes } = props;
  return html`<div class=${classes("hf-skeleton", given)} role="status" ${spread(attributes)}><span class="hf-hidden">${label}</span>${
    Array.from({ length: lines }, () => html`<span class="hf-line" aria-hidden="true"></span>`)}</div>`;
}
