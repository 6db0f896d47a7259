import type { Topic } from "./topic.js";

/**
 * The format of messages between nodes. It rises when a node of the version before could misread one: nodes of different
 * versions do not hear each other.
 */
export const MESSAGE_VERSION = 1;

/** What is published. */
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
  /** Rises with each message of that node, from 1. Messages of other topics leave gaps. */
  readonly sequence: number;
  /** The message's format, {@link MESSAGE_VERSION}. */
  readonly version: number;
}

declare const subscriptionId: unique symbol;

/** Names a subscription among those of its node. */
export type SubscriptionId = number & { readonly [subscriptionId]: true };

/** What `subscribe` returns. */
export interface Subscription {
  readonly id: SubscriptionId;
  /**
   * Resolves when messages of every node arrive; those of this node arrive from the start. During an outage it waits, unless
   * the topic had subscribers before. It rejects if the topic's last subscription ends first, and may be ignored.
   */
  readonly ready: Promise<void>;
  /** Ends the subscription: no message arrives any more, one that is being delivered included. May be called twice. */
  unsubscribe(): void;
}

/** Receives messages. If it throws or rejects, the others still receive, and the error goes to `onError`. */
export type Listener<Payload = unknown> = (message: Message<Payload>) => unknown;

/** How to publish. */
export interface PublishOptions {
  /** A subscription of this node that is left out: the publisher's own, as a rule. */
  readonly except?: SubscriptionId | undefined;
  /** Delivers on this node only. Default false. */
  readonly local?: boolean;
  /** How many of the topic's last messages are kept, as `topic(name, { replay })` says. `broadcast` knows it by itself. */
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
   * - `gone`: it is not among the nodes that are alive.
   * - `no_handler`: nothing on it answers requests of that name.
   * - `failed`: its handler threw or its answer was not data; the error went to that node's `onError`.
   */
  readonly reason: "timeout" | "gone" | "no_handler" | "failed";
}

/** What became of a request. */
export interface RequestResult {
  readonly answers: readonly Answer[];
  readonly missing: readonly Missing[];
}

/** How to ask. */
export interface RequestOptions {
  /** How long to wait for answers, ms. */
  readonly timeoutMs: number;
  /** The nodes to ask. Default: all that are alive, this one included. */
  readonly to?: readonly string[];
}

/** Answers requests: returns data, or a promise of it. `from` is the node that asks. */
export type Handler = (payload: unknown, from: string) => unknown;

/**
 * Carries messages between the subscribers of one node, and between nodes once it has a carrier.
 *
 * It stands outside the endpoint, so that contexts may import it. One node needs nothing else; `connect` joins it to others
 * and changes nothing for those who publish and subscribe.
 */
export interface PubSub {
  /** This node's id: another one at each start. */
  readonly node: string;

  /**
   * Calls `listener` for each message of the topic. With a typed topic, for each of its event.
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
   * @returns resolves when the carrier has taken the message, and rejects if it cannot; may be ignored, `onError` hears of it.
   * At most once: a node that is cut off at that moment misses the message.
   * @throws {HoldfastError} `payload_not_data`, before anybody has received it. On a node without a carrier this is checked
   * outside production only.
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
  broadcast<Payload>(topic: Topic<Payload>, payload: Payload, options?: PublishOptions): Promise<void>;

  /**
   * Asks nodes, and waits until all have answered or the time is over. A node that asks itself calls its handler before
   * `request` returns.
   *
   * @returns always resolves: with what was answered, and who did not
   * @throws {HoldfastError} `payload_not_data`, as `publish` does
   * @example
   * const { answers, missing } = await pubsub.request("cache:drop", { key }, { timeoutMs: 2_000 });
   * if (missing.length > 0) log.warn("stale caches", missing);
   */
  request(name: string, payload: unknown, options: RequestOptions): Promise<RequestResult>;

  /**
   * Tells other nodes something: their handlers of that name are called, and what they answer is dropped. It comes in the
   * order in which it was told, and, unlike a topic's messages, no client can come to listen to it.
   *
   * @param options `to`: one node. Default: all others
   * @returns as `publish` does
   * @throws {HoldfastError} `payload_not_data`
   * @example
   * void pubsub.tell("cache:warm", { key });
   */
  tell(name: string, payload: unknown, options?: { readonly to?: string }): Promise<void>;

  /**
   * Answers the requests of one name, and hears what is told under it.
   *
   * @returns a function that stops answering
   * @throws {HoldfastError} `pubsub_misuse` if the name has a handler already
   * @example
   * pubsub.answer("cache:drop", (payload) => cache.delete(DropCache.parse(payload).key));
   */
  answer(name: string, handler: Handler): () => void;

  /**
   * Joins this node to others. Subscriptions and handlers that are there already hear the other nodes from then on.
   *
   * @returns resolves when it is joined, as `ready()`
   * @throws {HoldfastError} `pubsub_misuse` if it is closed or has a carrier already
   */
  connect(carrier: Carrier): Promise<void>;

  /** Resolves when messages of all nodes reach every subscription that there is now. Without a carrier: at once. */
  ready(): Promise<void>;

  /** Ends all subscriptions, and requests under way with those missing who have not answered yet. May be called twice. */
  close(): Promise<void>;

  /** How many topics have subscribers, and how many subscriptions there are. */
  stats(): { topics: number; subscriptions: number };
}

/** What a carrier is given by its node. */
export interface CarrierHost {
  /** The node's id. */
  readonly node: string;
  /** Topics to subscribe to before other nodes are told that this one is alive. */
  readonly topics: readonly string[];
  /** Hands over a message of another node. Messages of one node come in the order in which it published them. */
  receive(message: Message): void;
  /** Takes errors that nobody waits for. */
  onError(error: unknown): void;
}

/**
 * Takes messages to other nodes: what an adapter for Redis, NATS and the like implements. The node keeps the subscribers,
 * so a carrier sees each topic once. It reconnects and subscribes again by itself.
 */
export interface Carrier {
  /** Begins; resolves when it is connected, and the other nodes know this one. Called once. */
  start(host: CarrierHost): Promise<void>;
  /**
   * Resolves when the topic's messages arrive, after an outage if need be; rejects if it never will.
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
   * The ids of the nodes that are alive, this one included. It never rejects: if it cannot know within `withinMs`, it says
   * who was alive last. A node that it names receives what is published from then on.
   */
  nodes(withinMs: number): Promise<readonly string[]>;
  /** The other nodes know at once that this one is gone. */
  close(): Promise<void>;
}
