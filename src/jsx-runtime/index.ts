/**
 * What TypeScript calls for JSX, with `"jsx": "react-jsx", "jsxImportSource": "holdfast"`: a second way to write what `html`
 * writes. See `docs/tsx.md`.
 *
 * @module
 */
export { Fragment, jsx, jsxs, type Component, type ElementType } from "./jsx.js";
export { literal, type Literal } from "./literal.js";
export type { JSX } from "./types.js";
