/**
 * Holdfast on Node: serves an endpoint over HTTP and websockets, on its own server or on an existing one.
 *
 * @module
 */
export { attach, type Attached, type AttachOptions } from "./attach.js";
export type { NodeServer } from "./node-server.js";
export type { OnStrayError } from "../guard-process.js";
export { serve, type Served, type ServeOptions, type ServePathOptions } from "./serve.js";
