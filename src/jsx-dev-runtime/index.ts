/**
 * The functions that compilers call for JSX in development: each element has its source position, so that errors have it too.
 *
 * @module
 */
import type { Rendered } from "../html/index.js";
import type { Props } from "../jsx-runtime/element.js";
import { propsOf, render, type ElementType } from "../jsx-runtime/jsx.js";

export { Fragment } from "../jsx-runtime/index.js";
export type { JSX } from "../jsx-runtime/index.js";

/** The source position of an element, from the compiler. */
export interface Source {
  readonly fileName: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

/**
 * Called by the compiler for each element in development.
 *
 * @param isStatic whether `children` are several in fixed places, rather than one child that is a list
 * @example
 * // tsconfig.json: "jsx": "react-jsxdev", "jsxImportSource": "holdfast"
 * const price = <b>{amount}</b>; // jsxDEV("b", { children: amount }, undefined, false, { fileName, lineNumber, columnNumber })
 */
export function jsxDEV(type: ElementType, props: Props, key?: unknown, isStatic?: boolean, source?: Source): Rendered {
  const { children } = propsOf(props);
  const inner =
    isStatic === true && Array.isArray(children) ? (children as readonly unknown[]) : Object.hasOwn(props, "children") ? [children] : [];
  const site =
    source === undefined
      ? undefined
      : `${source.fileName}:${source.lineNumber}${source.columnNumber === undefined ? "" : `:${source.columnNumber}`}`;
  return render(type, props, inner, key, site);
}
