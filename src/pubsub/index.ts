/**
 * PubSub: topics, what is published on them, and who receives it; requests that nodes acknowledge. On one node it needs
 * nothing else. A carrier, such as the one of `holdfast/redis`, takes the messages to other nodes.
 *
 * @module
 */
export {
  MESSAGE_VERSION, type Answer, type Broadcast, type Carrier, type CarrierHost, type Handler, type Listener, type Message,
  type Missing, type PublishOptions, type PubSub, type RequestOptions, type RequestResult, type SubscribeOptions, type Subscription,
  type SubscriptionId,
} from "./contract.js";
export type {
  Backplane, BackplaneNode, BackplaneOptions, Journal, JournalReader, Lease, RateLimitStore,
} from "./backplane.js";
export type { AsData } from "./as-data.js";
export { assertData, propertyInPath } from "./data.js";
export { Fence, type Disconnect, type DisconnectResult, type FenceTarget, type Revoked } from "./fence.js";
export { createPubSub, type PubSubOptions } from "./node-pubsub.js";
export { publishOn } from "./publish-on.js";
export { DISCONNECT, disconnect, topic, TOPIC, TYPED_TOPIC, type EventOf, type Topic } from "./topic.js";
