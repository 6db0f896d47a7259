import { checkProps, TEXT } from "../errors/options.js";
import type { Content, Rendered } from "../html/index.js";
import { dynamicTag, type ForbiddenTag } from "./dynamic-tag.js";
import { element } from "./element.js";

/** Props of `portal`. */
export interface PortalProps<Container extends string = "div"> {
  /** Unique on the page. */
  readonly id: string;
  /** A selector of the one element that receives the content. It must be on the page, for instance in the layout. */
  readonly target: string;
  readonly inner: Content;
  /** The element around the content. Default "div". */
  readonly container?: Container extends ForbiddenTag ? never : Container;
  /** Classes of that element. */
  readonly class?: string | undefined;
}

/**
 * Content rendered elsewhere on the page, outside elements that would clip or cover it here; its events still belong to this
 * view. It appears once the page is connected: before that it is a `<template>`.
 *
 * What comes and goes has its condition inside. When the portal itself is no longer rendered, the npm client removes the content without
 * its `phx-remove`: without a transition, and a modal would not return the focus.
 *
 * @throws HoldfastError `template_hole_forbidden`, `template_malformed` for an invalid container
 * @example
 * portal({ id: "tip", target: "body", inner: html`<p>…</p>` })
 * @example
 * const dialog = editing && modal({ id: "edit", title: "Edit", open: true, onClose: on.cancel, inner: … });
 * portal({ id: "dialogs", target: "body", inner: html`${dialog}` })
 */
export function portal<const Container extends string = "div">(props: PortalProps<Container>): Rendered {
  checkProps({ of: "portal", fix: 'portal({ id: "menu", target: "body", inner: html`…` })' }, props, { id: TEXT, target: TEXT });
  const { id, target, inner, container = "div", class: classes } = props;
  // The client moves the template's first element, and recognizes it by its id.
  const wrapper = dynamicTag<string>({ name: container, attrs: { id: `_lv_portal_wrap_${id}`, class: classes }, inner });
  return element({ tag: "template", own: { id, "data-phx-portal": target }, inner: wrapper });
}
