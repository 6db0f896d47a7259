import { checkProps, TEXT } from "../errors/options.js";
import { html, type Content, type Rendered } from "../html/index.js";
import type { Attributes } from "./attributes.js";
import { element } from "./element.js";

/** Props of `focusWrap`. */
export interface FocusWrapProps extends Attributes {
  /** Unique on the page; the two ends have it with `-start` and `-end`. */
  readonly id: string;
  /** The content that keeps the focus: at least one focusable element. */
  readonly inner: Content;
}

/**
 * Keeps the focus inside while the user moves with the Tab key, and takes it when it is shown: for dialogs and menus.
 *
 * @example
 * focusWrap({ id: "confirm", class: "dialog", inner: html`<p>Sure?</p> <button phx-click=${on.confirm}>Yes</button>` })
 */
export function focusWrap(props: FocusWrapProps): Rendered {
  checkProps({ of: "focusWrap", fix: 'focusWrap({ id: "dialog", inner: html`…` })' }, props, { id: TEXT });
  const { id, inner, ...attrs } = props;
  return element({
    tag: "div",
    own: { id, "phx-hook": "Phoenix.FocusWrap" },
    attrs,
    // The client's hook uses the first and the last child as the ends.
    inner: html`<div id="${id}-start" tabindex="0" aria-hidden="true"></div>${
      inner}<div id="${id}-end" tabindex="0" aria-hidden="true"></div>`,
  });
}
