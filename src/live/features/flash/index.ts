/** One-time messages. @module */
export { flashSocket, type FlashSocket } from "./flash-socket.js";
export { FlashState } from "./flash-state.js";
export { openFlash, sealFlash } from "./flash-token.js";
