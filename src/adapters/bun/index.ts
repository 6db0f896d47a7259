/**
 * Holdfast on Bun: serves an endpoint over HTTP and websockets.
 *
 * @module
 */
export type { OnStrayError } from "../guard-process.js";
export { serve, type Served, type ServeOptions } from "./serve.js";
