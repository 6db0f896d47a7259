/** Calls between views: messages with a reply. @module */
export { callView, type CallOptions, type ViewAddress } from "./addresses.js";
export { CallFailed, type CallFailure } from "./call-failed.js";
export { callMessage, CallMessage } from "./call-message.js";
export { callSocket, type CallSocket } from "./call-socket.js";
export { Calls } from "./calls.js";
