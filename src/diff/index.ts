/** Compares a `Rendered` with the last one sent: the wire's diff. @module */
export type { ComponentHost } from "./frame.js";
export { formsOf } from "./shown-forms.js";
export { findEvent, type Wanted } from "./find-event.js";
export { condensed, CondensedItems, type WrittenLists } from "./condensed.js";
export { SharedNodes } from "./shared-nodes.js";
export { textWeight, weightOf } from "./weight.js";
export { Replaced, type ComponentIdentity, type PageBefore } from "./replaced.js";
export type { Slot, WireNode } from "./nodes.js";
export { Tree } from "./tree.js";
