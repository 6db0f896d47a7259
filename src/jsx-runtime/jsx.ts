import { HoldfastError } from "../errors/index.js";
import { checkValue, OBJECT } from "../errors/options.js";
import type { Content, Rendered } from "../html/index.js";
import { contentOf, element, fragment, type Props } from "./element.js";

/** A function whose calls are written as elements: `<Price amount={12} />`. */
export type Component = (props: never) => Content;

/**
 * The type of `<>`.
 *
 * @example
 * const pair = <><dt>Price</dt><dd>12</dd></>;
 */
export const Fragment: unique symbol = Symbol("Fragment");

/** What can be an element's type. */
export type ElementType = string | Component | typeof Fragment;

/**
 * Called by the compiler for an element with at most one child; `jsxs` for several.
 *
 * @returns the same `Rendered` as `html`
 * @throws HoldfastError `template_hole_forbidden`, `template_malformed`: as `html` does
 * @example
 * // tsconfig.json: "jsx": "react-jsx", "jsxImportSource": "holdfast"
 * const greeting = <p class={["greeting", { loud }]}>Hello {name}</p>;
 */
export function jsx(type: ElementType, props: Props, key?: unknown): Rendered {
  return render(type, props, Object.hasOwn(propsOf(props), "children") ? [props["children"]] : [], key, undefined);
}

/**
 * Called by the compiler for an element with several children. See `jsx`.
 *
 * @example
 * const line = <li><b>{name}</b> {price}</li>;
 */
export function jsxs(type: ElementType, props: Props & { readonly children: readonly unknown[] }, key?: unknown): Rendered {
  return render(type, props, propsOf(props).children, key, undefined);
}

/** Compilers always pass props; a program that calls these functions itself may not. */
export function propsOf<P extends Props>(props: P): P {
  checkValue("template_malformed", { of: "jsx", fix: 'jsx("p", { children: "Hello" })' }, "the object of props", props, OBJECT);
  return props;
}

/** Implements both. @param site file, line and column, if the compiler provides them */
export function render(type: ElementType, props: Props, children: readonly unknown[], key: unknown, site: string | undefined): Rendered {
  if (key !== undefined) {
    throw new HoldfastError("template_malformed", {
      what: "An element has a key.", expected: "keyed(items, (item) => item.id, (item) => <li>…</li>)", got: "key={…}",
      fix: "give the keys to the list, which is what compares them",
    });
  }
  if (type === Fragment) return fragment(children);
  if (typeof type === "function") return contentOf(type(props as never));
  if (typeof type === "string") return element(type, props, children, site);
  throw new HoldfastError("template_malformed", {
    what: "Something that is not a component is used as an element.",
    expected: "a tag, or a function of props",
    got: type === null ? "null" : typeof type,
    fix: "check the import; a live view is nested with liveRender(View, { id })",
  });
}
