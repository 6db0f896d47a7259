import type { Attributes } from "../components/index.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";

/** Props of `emptyState`; every other attribute goes to its element. */
export interface EmptyStateProps extends Omit<Attributes, "title"> {
  /** What is not there. */
  readonly title: Content;
  /** Why, or what will be. */
  readonly inner?: Content;
  /** What can be done about it: a button or a link. */
  readonly action?: Content;
}

/**
 * Instead of a list that has nothing.
 *
 * @example
 * emptyState({ title: "No posts yet", inner: "The first will appear here.", action: link({ navigate: "/posts/new", class: buttonClass("primary"), inner: "Write one" }) })
 */
export function emptyState({ title, inner, action, class: given, ...attributes }: EmptyStateProps): Rendered {
  return html`<div class=${classes("hf-empty", given)} ${spread(attributes)}><p class="hf-empty-title">${title}</p>${
    inner !== undefined && html`<p>${inner}</p>`}${action !== undefined && html`<div class="hf-empty-action">${action}</div>`}</div>`;
}

/** Props of `skeleton`; every other attribute goes to its element. */
export interface SkeletonProps extends Attributes {
  /** How many lines of text are to come. Default 3. */
  readonly lines?: number;
  /** What those hear who do not see it. Default "Loading …". */
  readonly label?: string;
}

/**
 * The outline of what is still loading.
 *
 * @example
 * asyncResult(post, { loading: skeleton({ lines: 5 }), failed: "not available", ok: (post) => article(post) })
 */
export function skeleton({ lines = 3, label = "Loading …", class: given, ...attributes }: SkeletonProps): Rendered {
  return html`<div class=${classes("hf-skeleton", given)} role="status" ${spread(attributes)}><span class="hf-hidden">${label}</span>${
    Array.from({ length: lines }, () => html`<span class="hf-line" aria-hidden="true"></span>`)}</div>`;
}
