/** Messages of the Phoenix channel protocol, serializer version 2.0.0. Bytes in, values out: no I/O. @module */
export { encodeBinaryPush, encodeBinaryReply, encodeChunk } from "./binary.js";
export { CLOSE, FRAME_TOO_BIG } from "./close.js";
export { decodeBinary, decodeText, type Frame } from "./decode.js";
export { Envelope } from "./envelope.js";
export type { AsJson, Json, Sendable } from "./json.js";
export { JsonText } from "./json-text.js";
export { KEEP_SESSION } from "./keep-session.js";
export { REFUSED_PUSH } from "./refused-push.js";
export { restartReason } from "./restart.js";
export { SUBMISSION_FIELD } from "./submission.js";
export { SUBMIT_AGAIN } from "./submit-again.js";

/** The version of LiveView whose wire format this is; the client warns if it differs from its own. */
export const LIVEVIEW_VERSION = "1.2.12";
