/**
 * The browser's side: the two npm clients, put together, with what they lack.
 *
 * @module
 */
export { connect } from "./connect.js";
export type { ConnectionState } from "./connection-state.js";
export {
  clientHook, hooksOf, onPageEvent, viewHook, type ClientHooks, type HookCallbacks, type HookClass, type HookInstance, type HookListener, type HookMethods,
  type HookTarget,
} from "./hooks.js";
export type { LongPollOptions } from "./long-poll.js";
export type { ConnectOptions, DraftOptions, LiveOptions, SocketOptions } from "./options.js";
export type { Texts } from "./texts.js";
export type { Navigation } from "./view-transitions.js";
