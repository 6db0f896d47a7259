/** `Rendered` against the last sent one: the wire's diff. @module */
export { Tree, type Residents, type WireNode } from "./tree.js";
