/** Sockets over long poll: requests that wait for messages, for networks that block websockets. @module */
export { FAILED, GONE, type Answer } from "./answer.js";
export { longPollSettings, type LongPollOptions } from "./options.js";
export { LongPollSockets } from "./sockets.js";
export type { SocketName } from "./token.js";
