import { checkProps } from "../errors/options.js";
import { classes, html, spread, type ClassList, type Content, type Rendered } from "../html/index.js";
import type { Attributes, AttributeValue } from "../components/index.js";

/** How a button looks: the main action, one of several, a destructive one, or an unobtrusive one. */
export type ButtonKind = "primary" | "secondary" | "danger" | "quiet";

/** Props of `button`; all other attributes of a `<button>` pass through. */
export interface ButtonProps extends Attributes {
  /** Its text. */
  readonly inner: Content;
  /** Default "secondary"; of a submit button "primary". */
  readonly kind?: ButtonKind | undefined;
  /** Default "medium". */
  readonly size?: "small" | "medium" | undefined;
  /** Default "button"; a submit button must say so. */
  readonly type?: "button" | "submit" | "reset" | undefined;
  /** Its text while the server processes it; it cannot be pressed again meanwhile. Default: a spinner beside its text. */
  readonly busy?: string | undefined;
  readonly disabled?: AttributeValue;
  readonly form?: AttributeValue;
  readonly formaction?: AttributeValue;
  readonly name?: AttributeValue;
  readonly value?: AttributeValue;
}

/**
 * A button. While its event, or its form's, is in progress, it shows that it is busy.
 *
 * @example
 * button({ type: "submit", inner: "Save", busy: "Saving …" })
 * @example
 * button({ kind: "danger", inner: "Delete", "phx-click": on.remove({ id: post.id }) })
 */
export function button(props: ButtonProps): Rendered {
  checkProps({ of: "button", fix: 'button({ inner: "Save", "phx-click": on.save })' }, props);
  const {
    inner, type = "button", kind = type === "submit" ? "primary" : "secondary", size = "medium", busy, class: given, ...attributes
  } = props;
  return html`<button class=${classes(buttonClass(kind, size), given)} type=${type}
    ${spread({ "phx-disable-with": busy, ...attributes })}>${inner}</button>`;
}

/**
 * The classes of a button, for a link that looks like one.
 *
 * @example
 * link({ navigate: "/posts/new", class: buttonClass("primary"), inner: "Write a post" })
 */
export function buttonClass(kind: ButtonKind = "secondary", size: "small" | "medium" = "medium"): ClassList {
  return ["hf-button", `hf-button-${kind}`, { "hf-button-small": size === "small" }];
}
