/** Redirects by call. @module */
export { PendingRedirect } from "./pending-redirect.js";
export { redirectSocket, type RedirectSocket } from "./redirect-socket.js";
