/** Who is on a topic, as an assign. @module */
export type { LivePresence } from "./live-presence.js";
export { presence, type PresenceOptions } from "./presence.js";
export { presenceSocket, type PresenceSocket } from "./presence-socket.js";
export { rosterOf, type FetchPresences, type PresenceEntry } from "./roster.js";
