/**
 * The browser's side: sets up the two npm clients, and adds what they lack.
 *
 * @module
 */
export { connect } from "./connect.js";
export type { ConnectionState } from "./connection-state.js";
export {
  clientHook, hooksOf, onPageEvent, pageHooks, viewHook, type ClientHooks, type HookCallbacks, type HookClass,
  type HookInstance, type HookListener, type HookMethods, type HookTarget,
} from "./hooks.js";
export type { LongPollOptions } from "./long-poll.js";
export { createHook, getFileURLForUpload, isUsedInput } from "./npm-client.js";
export type { ConnectOptions, DraftOptions, LiveOptions, SocketOptions } from "./options.js";
export type { Texts } from "./texts.js";
export type { ExternalEntry, PresignedMeta, ResumableMeta } from "./uploads/external-entry.js";
export { presigned, resumable } from "./uploads/uploaders.js";
export type { Navigation } from "./view-transitions.js";
