/**
 * The functions that TypeScript calls for JSX, with `"jsx": "react-jsx", "jsxImportSource": "holdfast"`: a second syntax for
 * `html`. See `docs/tsx.md`.
 *
 * @module
 */
export { Fragment, jsx, jsxs, type Component, type ElementType } from "./jsx.js";
export { literal, type Literal } from "./literal.js";
export type { JSX } from "./types.js";
