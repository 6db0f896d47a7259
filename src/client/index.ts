/**
 * The browser's side: the two npm clients, put together, with what they lack.
 *
 * @module
 */
export { connect, type ConnectOptions, type DraftOptions, type SocketOptions } from "./connect.js";
export type { ConnectionState } from "./connection-state.js";
export { clientHook, hooksOf, viewHook, type HookCallbacks, type HookInstance, type HookListener, type HookTarget } from "./hooks.js";
export type { LongPollOptions } from "./long-poll.js";
export type { Texts } from "./texts.js";
export type { Navigation } from "./view-transitions.js";
