/** Sockets and their topics: live views, and an application's own channels. @module */
export {
  Channel, ChannelJoins, Refusal, refuse, UserSocket, userSocket,
  type ChannelDefinition, type ChannelEvent, type ChannelSocket, type ConnectContext, type UserSocketDefinition,
} from "./channel.js";
export { Connection, type Handshake, type Joins, type Transport } from "./connection.js";
export { LiveJoins, type PageToken } from "./live-channel.js";
export { SocketRegistry } from "./registry.js";
