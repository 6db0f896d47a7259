/** What the server tells the browser outside the page. @module */
export { clientSocket, type ClientSocket } from "./client-socket.js";
export { Outgoing } from "./outgoing.js";
