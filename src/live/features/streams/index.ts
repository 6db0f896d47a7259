/** Collections and values that the browser keeps and the server forgets. @module */
export {
  Stream, stream, STREAM_OPTIONS, type DomIds, type Identified, type StreamInsertOptions, type StreamOptions, type WithId,
} from "./stream.js";
export { streamSocket, type StreamSocket } from "./stream-socket.js";
export { TemporaryAssign, temporaryAssign } from "./temporary-assign.js";
