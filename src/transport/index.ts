/** What carries frames: websockets. @module */
export { WebSocketTransport } from "./websocket.js";
