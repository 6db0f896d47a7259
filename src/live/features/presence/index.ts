/** Who is on a topic, as an assign. @module */
export type { LivePresence } from "./live-presence.js";
export { presence, type PresenceOptions } from "./presence.js";
export { presenceSocket, type PresenceSocket } from "./presence-socket.js";
export type { FetchPresences, PresenceEntry } from "./roster.js";
