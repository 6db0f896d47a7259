import type { Topic } from "./topic.js";

/**
 * The format of messages between nodes. It is increased when a node of the previous version could misread a message: nodes of
 * different versions ignore each other.
 */
export const MESSAGE_VERSION = 1;

/** A message to publish. */
export interface Broadcast<Payload = unknown> {
  readonly topic: string;
  readonly event: string;
  /** Data, see {@link assertData}. */
  readonly payload: Payload;
}

/** What subscribers receive: all subscribers of a node get the same object, so treat the payload as read-only. */
export interface Message<Payload = unknown> extends Broadcast<Payload> {
  /** The id of the node that published it. */
  readonly node: string;
  /** Increases with each message of that node, from 1. Messages of other topics leave gaps. */
  readonly sequence: number;
  /** The message's format, {@link MESSAGE_VERSION}. */
  readonly version: number;
}

declare const subscriptionId: unique symbol;

/** Identifies a subscription on its node. */
export type SubscriptionId = number & { readonly [subscriptionId]: true };

/** What `subscribe` returns. */
export interface Subscription {
  readonly id: SubscriptionId;
  /**
   * Resolves once messages from every node arrive; those of this node arrive from the start. During an outage it waits,
   * unless the topic already had subscribers. It rejects if the topic's last subscription ends first, and may be ignored.
   */
  readonly ready: Promise<void>;
  /** Ends the subscription: no further message arrives, not even one that is being delivered. May be called twice. */
  readonly unsubscribe: () => void;
}

/** Receives messages. If it throws or rejects, the others still receive, and the error goes to `onError`. */
export type Listener<Payload = unknown> = (message: Message<Payload>) => unknown;

/** How to publish. */
export interface PublishOptions {
  /** A subscription of this node to skip, usually the publisher's own. */
  readonly except?: SubscriptionId | undefined;
  /** Delivers on this node only. Default false. */
  readonly local?: boolean;
  /** How many of the topic's last messages to keep, as in `topic(name, { replay })`. `broadcast` sets it by itself. */
  readonly replay?: number | undefined;
}

/** How to subscribe. */
export interface SubscribeOptions {
  /** How many of the topic's last messages are kept, as `topic(name, { replay })` says. A typed topic knows it by itself. */
  readonly replay?: number | undefined;
}

/** What one node answered. */
export interface Answer {
  readonly node: string;
  readonly payload: unknown;
}

/** A node that did not answer, and why. */
export interface Missing {
  readonly node: string;
  /**
   * - `timeout`: it was silent: dead, cut off, or too slow. It may still handle the request.
   * - `gone`: it is not among the nodes that are alive, or, if the request named it, no longer. It may have handled the request.
   * - `no_handler`: nothing on it answers requests of that name.
   * - `failed`: its handler threw or its answer was not data; the error went to that node's `onError`.
   */
  readonly reason: "timeout" | "gone" | "no_handler" | "failed";
}

/** The outcome of a request. */
export interface RequestResult {
  readonly answers: readonly Answer[];
  readonly missing: readonly Missing[];
}

/** How to send a request. */
export interface RequestOptions {
  /** How long to wait for answers, ms, up to 2,147,483,647. */
  readonly timeoutMs: number;
  /** The nodes to ask. Default: all that are alive, this one included. */
  readonly to?: readonly string[];
}

/** Answers requests: returns data, or a promise of it. `from` is the node that asks. */
export type Handler = (payload: unknown, from: string) => unknown;

/**
 * Carries messages between the subscribers of one node, and between nodes once it has a carrier.
 *
 * It lives outside the endpoint, so that contexts may import it. A single node needs nothing else; `connect` joins it to
 * others, and publishers and subscribers need not change.
 */
export interface PubSub {
  /** This node's id: a new one at each start. */
  readonly node: string;

  /**
   * Calls `listener` for each message of the topic. With a typed topic, only for messages of its event.
   *
   * @example
   * const subscription = pubsub.subscribe(postUpdated(7), ({ payload }) => cache.set(payload.id, payload));
   * await subscription.ready; // only where other nodes matter
   */
  subscribe<Payload>(topic: Topic<Payload>, listener: Listener<Payload>): Subscription;
  subscribe(topic: string, listener: Listener, options?: SubscribeOptions): Subscription;

  /**
   * Publishes a message. The subscribers of this node have received it when `publish` returns, unless it was called by a
   * listener: then they receive it after the message that is being delivered, so that all see the same order.
   *
   * @returns resolves once the carrier has accepted the message, and rejects if it cannot; may be ignored, because `onError`
   * receives the error too. At most once: a node that is cut off at that moment misses the message.
   * @throws {HoldfastError} `payload_not_data`, before anybody has received it. On a node without a carrier this is checked
   * outside production only. `pubsub_misuse` for a message without a topic or an event
   * @example
   * void pubsub.publish({ topic: "room:7", event: "said", payload: { text } }, { except: subscription.id });
   */
  publish(message: Broadcast, options?: PublishOptions): Promise<void>;

  /**
   * Publishes on a typed topic.
   *
   * @example
   * void pubsub.broadcast(postUpdated(post.id), post);
   */
  broadcast<Payload>(topic: Topic<Payload>, payload: NoInfer<Payload>, options?: PublishOptions): Promise<void>;

  /**
   * Sends a request to nodes, and waits until all have answered or the time is over. If a node asks itself, its handler is
   * called before `request` returns.
   *
   * @returns always resolves, with the answers, and the nodes that did not answer
   * @throws {HoldfastError} `payload_not_data`, as `publish` does; `pubsub_misuse` without a time
   * @example
   * const { answers, missing } = await pubsub.request("cache:drop", { key }, { timeoutMs: 2_000 });
   * if (missing.length > 0) log.warn("stale caches", missing);
   */
  request(name: string, payload: unknown, options: RequestOptions): Promise<RequestResult>;

  /**
   * Tells other nodes something: their handlers of that name are called, and their results are dropped. Messages arrive in
   * the order in which they were sent, and, unlike with a topic, no client can listen to them.
   *
   * @param options `to`: one node. Default: all others
   * @returns as `publish` does
   * @throws {HoldfastError} `payload_not_data`; `pubsub_misuse` without a name
   * @example
   * void pubsub.tell("cache:warm", { key });
   */
  tell(name: string, payload: unknown, options?: { readonly to?: string }): Promise<void>;

  /**
   * Answers the requests of one name, and receives what is told under it.
   *
   * @returns a function that stops answering
   * @throws {HoldfastError} `pubsub_misuse` if the name has a handler already, or none is given
   * @example
   * pubsub.answer("cache:drop", (payload) => cache.delete(DropCache.parse(payload).key));
   */
  answer(name: string, handler: Handler): () => void;

  /**
   * Joins this node to others. Existing subscriptions and handlers receive the other nodes' messages from then on.
   *
   * @returns resolves when it is joined, like `ready()`
   * @throws {HoldfastError} `pubsub_misuse` if it is closed or has a carrier already
   */
  connect(carrier: Carrier): Promise<void>;

  /** Resolves once messages of all nodes reach every present subscription. Without a carrier: immediately. */
  ready(): Promise<void>;

  /** Ends all subscriptions, and pending requests with the nodes missing that have not answered. May be called twice. */
  close(): Promise<void>;

  /** A moment of this node, for `publishedSince`. */
  readonly moment: number;

  /**
   * Whether a message of the topic was published after a moment, and may have found no subscription. For code that learns which
   * topic to listen to only from what it has read.
   *
   * @param since `moment`, before it was read
   * @returns undefined if nobody knows: there are other nodes, whose messages come once the subscription is ready, or the moment
   * is long ago
   * @example
   * const since = pubsub.moment;
   * const user = await accounts.getUser(id);
   * const { ready } = pubsub.subscribe(roleChanged(user.team), reload);
   * if (pubsub.publishedSince(roleChanged(user.team), since) ?? true) void ready.then(reload);
   */
  publishedSince(topic: Topic<unknown>, since: number): boolean | undefined;

  /** How many topics have subscribers, and how many subscriptions there are. */
  stats(): { topics: number; subscriptions: number };
}

/** What a node passes to its carrier. */
export interface CarrierHost {
  /** The node's id. */
  readonly node: string;
  /** Topics to subscribe to before other nodes are told that this one is alive. */
  readonly topics: readonly string[];
  /** Delivers a message of another node. Messages of one node arrive in the order in which it published them. */
  receive(message: Message): void;
  /** Receives errors that nobody awaits. */
  onError(error: unknown): void;
}

/**
 * Takes messages to other nodes: what an adapter for Redis, NATS and the like implements. The node keeps the subscribers, so
 * a carrier sees each topic once. It reconnects and resubscribes by itself.
 */
export interface Carrier {
  /** Starts it; resolves when it is connected, and the other nodes know this one. Called once. */
  start(host: CarrierHost): Promise<void>;
  /**
   * Resolves once the topic's messages arrive, after an outage if necessary; rejects if they never will.
   *
   * @param replay how many of the topic's last messages are kept: those missed in an outage are then delivered after it.
   * Undefined: none. May be called again with one
   */
  subscribe(topic: string, replay?: number): Promise<void>;
  unsubscribe(topic: string): void;
  /**
   * Resolves when the message is on its way.
   *
   * @param replay how many of the topic's last messages are kept, this one included
   * @throws {HoldfastError} `payload_not_data`, synchronously
   */
  publish(message: Message, replay?: number): Promise<void>;
  /**
   * The ids of the live nodes, including this one. It never rejects: if it cannot know within `withinMs`, it returns the last
   * known ones. A node that it names receives what is published from then on.
   */
  nodes(withinMs: number): Promise<readonly string[]>;
  /** Tells the other nodes immediately that this one is gone. */
  close(): Promise<void>;
}
