/** `Rendered` against the last sent one: the wire's diff. @module */
export { Tree, type Wire, type WireNode } from "./tree.js";
