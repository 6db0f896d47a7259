/** What the server tells the browser beside the page. @module */
export { clientSocket, type ClientSocket } from "./client-socket.js";
export { Outgoing } from "./outgoing.js";
