/** Sockets and their topics: live views, and an application's own channels. @module */
export { Channel, type ChannelDefinition, type ChannelEnd, type JoinContext } from "./channel.js";
export type { ChannelSocket } from "./channel-socket.js";
export { ChannelJoins } from "./channel-joins.js";
export { Connection } from "./connection.js";
export type { Waiting } from "./admission.js";
export { joinedViews } from "./joined-views.js";
export { LiveJoins, nestedPage, type PageToken, type SessionHandshake } from "./live-joins.js";
export { LiveTopic } from "./live-topic.js";
export type { GuardRedirect, GuardVerdict, PageGuard, PageRoute } from "./page-guard.js";
export { Pause } from "./pause.js";
export type { Payload } from "./pushes.js";
export { SocketRegistry } from "./registry.js";
export { allow, noReply, Refusal, refuse, type ChannelReply, type ReplyRef } from "./replies.js";
export { EitherMatcher, type TopicMatcher } from "./topic.js";
export type { Transport } from "./transport.js";
export { UploadJoins } from "./upload-topic.js";
export { UserSocket, userSocket, type ConnectContext } from "./user-socket.js";
export type { JoinDoors } from "./view-join.js";
