/** Sockets and their topics: live views, and an application's own channels. @module */
export {
  allow, Channel, noReply, Refusal, refuse, UserSocket, userSocket,
  type ChannelDefinition, type ChannelEnd, type ChannelReply, type ChannelSocket, type ConnectContext, type JoinContext,
  type Payload, type ReplyRef,
} from "./channel.js";
export { ChannelJoins } from "./channel-joins.js";
export { Connection, type Transport } from "./connection.js";
export type { Waiting } from "./admission.js";
export { joinedViews } from "./joined-views.js";
export { LiveJoins, type PageToken, type SessionHandshake } from "./live-joins.js";
export { LiveTopic } from "./live-topic.js";
export type { GuardRedirect, GuardVerdict, PageGuard } from "./page-guard.js";
export { Pause } from "./pause.js";
export { SocketRegistry } from "./registry.js";
export { EitherMatcher, type TopicMatcher } from "./topic.js";
export { UploadJoins } from "./upload-topic.js";
export type { JoinDoors } from "./view-join.js";
