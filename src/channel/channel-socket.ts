import type { ConnectInfo } from "../live/index.js";
import type { MaybePromise } from "../mailbox/index.js";
import type { Meta, PresenceList } from "../presence/index.js";
import type { Topic } from "../pubsub/index.js";
import type { BroadcastArguments, Pushable, PushArguments, Sent } from "./pushes.js";
import type { ReplyRef } from "./replies.js";

/** The socket that a channel's handlers receive. `A` are its assigns, `D` the events that its `pushes` declare. */
export interface ChannelSocket<A extends object, D = {}> {
  readonly assigns: Readonly<A>;
  readonly topic: string;
  /** Aborts when the channel ends. */
  readonly signal: AbortSignal;
  /** What is known about the client's connection, as in views. */
  readonly connectInfo: ConnectInfo;
  /** Replaces some of the assigns. */
  assign(values: Partial<A>): void;
  /**
   * Sends to this client alone. In `join` it is sent after the join's reply.
   *
   * @param event a name that the channel's `pushes` declare, or a typed topic
   * @param payload sent as JSON, or bytes: a value that JSON would lose does not compile
   * @example
   * socket.push("said", { text: "hello" });
   */
  push<To extends Pushable<D>["to"]>(event: To, ...payload: PushArguments<D, To>): void;
  /** Answers a request later: its handler returns `noReply`, and keeps its third argument as `to`. */
  reply<P extends object>(to: ReplyRef, status: "ok" | "error", payload: Sent<P>): void;
  /** Sends to every client of the channel's topic, including this one; with a typed topic, to that topic's subscribers. */
  broadcast<To extends Pushable<D>["to"]>(event: To, ...payload: BroadcastArguments<D, To>): void;
  /** Like `broadcast`, to everybody but this client. */
  broadcastFrom<To extends Pushable<D>["to"]>(event: To, ...payload: BroadcastArguments<D, To>): void;
  /** Runs `job` in the channel's mailbox in `ms` milliseconds, unless it has ended. Returns a function that cancels it. */
  sendAfter(ms: number, job: () => MaybePromise<void>): () => void;
  /** Like `sendAfter`, every `ms` milliseconds. A run is skipped while the previous one is still queued in the mailbox. */
  sendEvery(ms: number, job: () => MaybePromise<void>): () => void;
  /** Listens to another topic; the handler runs in the channel's mailbox, until it ends. */
  subscribe<P>(topic: Topic<P>, handler: (payload: P) => MaybePromise<void>): void;
  /**
   * Adds somebody to those present on the channel's topic, until the channel ends. With the first one the client receives
   * `presence_state`, and then `presence_diff` whenever somebody joins, changes or leaves, on any node: the client's
   * `Presence` understands both. A key that is already tracked gets the new meta.
   *
   * @param meta plain data that all clients of the topic see
   * @throws HoldfastError `payload_not_data`, `presence_misuse`
   * @example
   * join(socket) {
   *   socket.track(String(socket.assigns.user.id), { name: socket.assigns.user.name });
   *   return {};
   * }
   */
  track(key: string, meta: Meta): void;
  /**
   * Replaces the meta of a key that this channel tracks: by another one, or by a function of the previous one.
   *
   * @throws HoldfastError `presence_misuse` if it tracks no such key, `payload_not_data`
   * @example
   * socket.update(key, (meta) => ({ ...meta, typing: true }));
   */
  update(key: string, meta: Meta | ((meta: Meta) => Meta)): void;
  /** Ends a presence. Does nothing if there is none. */
  untrack(key: string): void;
  /**
   * Who is present on the channel's topic, on all nodes. For a client that only watches: `socket.push("presence_state",
   * socket.presences())`.
   */
  presences(): PresenceList;
}
