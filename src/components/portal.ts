import type { Content, Rendered } from "../html/index.js";
import { dynamicTag, type ForbiddenTag } from "./dynamic-tag.js";
import { element } from "./element.js";

/** Props of `portal`. */
export interface PortalProps<Container extends string = "div"> {
  /** Unique in the page. */
  readonly id: string;
  /** A selector of the one element to put the content into. It must be in the page, for instance in the layout. */
  readonly target: string;
  readonly inner: Content;
  /** The element around the content. Default "div". */
  readonly container?: Container extends ForbiddenTag ? never : Container;
  /** Classes of that element. */
  readonly class?: string;
}

/**
 * Content that stands in another place of the page, out of reach of what clips or covers it here; its events still belong
 * to this view. It appears when the page is connected: before that it is a `<template>`.
 *
 * @throws HoldfastError `template_hole_forbidden`, `template_malformed` for a container that cannot be
 * @example
 * portal({ id: "tip", target: "body", inner: html`<p>…</p>` })
 */
export function portal<const Container extends string = "div">(props: PortalProps<Container>): Rendered {
  const { id, target, inner, container = "div", class: classes } = props;
  // The client moves the first element of the template, and knows it by its id.
  const wrapper = dynamicTag({ name: container as string, attrs: { id: `_lv_portal_wrap_${id}`, class: classes }, inner });
  return element({ tag: "template", own: { id, "data-phx-portal": target }, inner: wrapper });
}
