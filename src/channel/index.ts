/** Sockets and their topics: live views, and an application's own channels. @module */
export {
  allow, Channel, noReply, Refusal, refuse, UserSocket, userSocket,
  type Allowed, type ChannelDefinition, type ChannelEvent, type ChannelReply, type ChannelSocket, type ConnectContext, type JoinResult,
  type ReplyRef, type UserSocketDefinition,
} from "./channel.js";
export { ChannelJoins, type ChannelContext } from "./channel-topic.js";
export { Connection, type Handshake, type Transport } from "./connection.js";
export { LiveJoins, type PageToken } from "./live-joins.js";
export type { GuardRedirect, GuardVerdict, PageGuard } from "./live-topic.js";
export { SocketRegistry } from "./registry.js";
export { eitherOf, type TopicMatcher } from "./topic.js";
export { UploadJoins } from "./upload-topic.js";
