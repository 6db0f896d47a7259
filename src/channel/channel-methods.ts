import type { Assigns, ConnectInfo } from "../live/index.js";
import type { MailboxTimers, MaybePromise } from "../mailbox/index.js";
import type { PubSub, SubscriptionId, Topic } from "../pubsub/index.js";
import type { ChannelPresences } from "./channel-presences.js";
import type { ChannelSocket } from "./channel-socket.js";
import type { ChannelSubscriptions } from "./channel-subscriptions.js";
import type { Payload } from "./pushes.js";
import type { ReplyRef } from "./replies.js";
import type { TopicHandle } from "./topic.js";

/** A channel's socket, with the types of its events erased. */
export interface ErasedSocket extends Omit<ChannelSocket<Assigns>, "push" | "broadcast" | "broadcastFrom" | "reply"> {
  push(event: Topic<unknown> | string, payload?: Payload): void;
  reply(to: ReplyRef, status: "ok" | "error", payload: Payload): void;
  broadcast(event: Topic<unknown> | string, payload?: unknown): void;
  broadcastFrom(event: Topic<unknown> | string, payload?: unknown): void;
}

/** What the methods of a channel's socket act on. */
interface ChannelParts {
  readonly topic: TopicHandle;
  readonly connectInfo: ConnectInfo;
  readonly signal: AbortSignal;
  readonly pubsub: PubSub;
  readonly timers: MailboxTimers;
  readonly presences: ChannelPresences;
  readonly subscriptions: ChannelSubscriptions;
  /** Whether the channel and its session are alive. */
  mayStart(): boolean;
  /** Whether its broadcasts are delivered: while it is alive, and in its `terminate`. */
  mayBroadcast(): boolean;
  /** Pushes to the client, once its join is answered. */
  push(event: string, payload: Payload): void;
}

/**
 * Makes the socket that a channel's handlers receive. A channel that has ended may still have a handler running: then its
 * methods do nothing.
 *
 * @param assigns what the socket begins with; `assign` changes this object
 */
export function channelMethods(assigns: Assigns, parts: ChannelParts): ErasedSocket {
  const { topic, connectInfo, signal, pubsub, timers, presences, subscriptions } = parts;
  const publish = (event: Topic<unknown> | string, payload: unknown, except?: SubscriptionId): void => {
    if (!parts.mayBroadcast()) return;
    if (typeof event === "string") void pubsub.publish({ topic: topic.topic, event, payload }, { except });
    else void pubsub.broadcast(event, payload, { except });
  };
  return {
    assigns,
    topic: topic.topic,
    connectInfo,
    signal,
    assign: (values) => {
      if (parts.mayStart()) Object.assign(assigns, values);
    },
    push: (event, payload = {}) => parts.push(typeof event === "string" ? event : event.event, payload),
    reply: ({ ref }, status, payload) => {
      if (parts.mayStart()) topic.reply(ref, status, payload);
    },
    broadcast: (event, payload = {}) => publish(event, payload),
    broadcastFrom: (event, payload = {}) => publish(event, payload, subscriptions.own?.id),
    sendAfter: (ms, job) => timers.after(ms, job),
    sendEvery: (ms, job) => timers.every(ms, job),
    subscribe: (other, handler) => {
      subscriptions.add(other as Topic<unknown>, handler as (payload: unknown) => MaybePromise<void>);
    },
    track: (key, meta) => {
      if (parts.mayStart()) presences.track(key, meta);
    },
    update: (key, meta) => {
      if (parts.mayStart()) presences.update(key, meta);
    },
    untrack: (key) => presences.untrack(key),
    presences: () => presences.list(),
  };
}
