import {
  checkOptions, checkValue, FUNCTION, having, LIST, TEXT, WAIT, YES_OR_NO, type Kind, type OptionsPlace,
} from "../errors/options.js";
import { HoldfastError } from "../errors/index.js";
import { RecentCache } from "../collections/index.js";
import { spans } from "../telemetry/index.js";
import {
  MESSAGE_VERSION, type Broadcast, type Carrier, type Handler, type Listener, type Message, type PublishOptions, type PubSub,
  type RequestOptions, type RequestResult, type SubscribeOptions, type Subscription,
} from "./contract.js";
import { assertData } from "./data.js";
import { Requests, type Wire } from "./requests.js";
import { Subscribers } from "./subscribers.js";
import { MESSAGE, TOPIC, TYPED_TOPIC, type Topic } from "./topic.js";

/** Options of `createPubSub`. */
export interface PubSubOptions {
  /** Prefix of the node's id, so that people can recognize nodes: a host's name, for instance. Default `node`. */
  readonly name?: string;
  /**
   * Receives what listeners and handlers throw, and why a message could not be published; only the first of a series, because an
   * outage fails them all. Default: `console.error`.
   */
  readonly onError?: (error: unknown) => void;
  /** Whether a node without a carrier checks that payloads are plain data. Default: unless `NODE_ENV` is `production`. */
  readonly checkPayloads?: boolean;
}

const SUBSCRIBE: OptionsPlace = { of: "pubsub.subscribe", fix: "pubsub.subscribe(postUpdated(7), ({ payload }) => …)" };
const BROADCAST: OptionsPlace = { of: "pubsub.broadcast", fix: "pubsub.broadcast(postUpdated(7), post), with what topic(…) returns" };
const PUBLISH: OptionsPlace = { of: "pubsub.publish", fix: 'pubsub.publish({ topic: "room:7", event: "said", payload: { text } })' };
const REQUEST: OptionsPlace = { of: "pubsub.request", fix: 'await pubsub.request("cache:drop", { key }, { timeoutMs: 2_000 })' };
const TELL: OptionsPlace = { of: "pubsub.tell", fix: 'pubsub.tell("cache:warm", { key })' };
const ANSWER: OptionsPlace = { of: "pubsub.answer", fix: 'pubsub.answer("cache:drop", (payload) => …)' };
const CONNECT: OptionsPlace = { of: "pubsub.connect", fix: "createEndpoint({ pubsub, backplane: redis({ url }) }) connects it" };

const ADDRESSED: Kind = {
  called: "an object with the texts topic and event",
  fits: (value) => {
    const { topic, event } = (value ?? {}) as Partial<Record<keyof Broadcast, unknown>>;
    return typeof topic === "string" && typeof event === "string";
  },
};
const CARRIER = having("a carrier", "start", "publish", "subscribe", "unsubscribe", "nodes", "close");

/** A carrier's topics: those of the application, and those of the nodes themselves. The prefixes keep the two apart. */
const APPLICATION = "t:";
const application = (topic: string): string => APPLICATION + topic;
const EVERY_NODE = "n:";
const oneNode = (node: string): string => `n:${node}`;

/** How many of the latest messages are known by their topic. */
const RECENT_MESSAGES = 512;

const DONE = Promise.resolve();

class NodePubSub implements PubSub {
  readonly node: string;
  readonly #subscribers: Subscribers;
  readonly #requests: Requests;
  readonly #checkPayloads: boolean;
  readonly #onError: (error: unknown) => void;
  /** The topics of the last messages, each with the number of its latest. */
  readonly #recent = new RecentCache<number>(RECENT_MESSAGES);
  #carrier: Carrier | undefined;
  #joined: Promise<void> = DONE;
  #sequence = 0;
  #closed = false;
  #failing = false;

  constructor(options: PubSubOptions) {
    checkOptions("pubsub_misuse", { of: "createPubSub", fix: "createPubSub()" }, options, {
      name: TEXT,
      onError: FUNCTION,
      checkPayloads: YES_OR_NO,
    });
    this.node = `${options.name ?? "node"}-${crypto.randomUUID()}`;
    this.#checkPayloads = options.checkPayloads ?? process.env.NODE_ENV !== "production";
    this.#onError = options.onError === undefined ? logError : unfailing(options.onError);
    this.#requests = new Requests(this.node, this.#onError);
    this.#subscribers = new Subscribers({
      wanted: (topic, replay) => this.#carrier === undefined ? DONE : ignorable(this.#carrier.subscribe(application(topic), replay)),
      unwanted: (topic) => this.#carrier?.unsubscribe(application(topic)),
    }, this.#onError);
  }

  subscribe<Payload>(topic: Topic<Payload>, listener: Listener<Payload>): Subscription;
  subscribe(topic: string, listener: Listener, options?: SubscribeOptions): Subscription;
  subscribe(topic: Topic<unknown> | string, listener: Listener<never>, options?: SubscribeOptions): Subscription {
    this.#assertOpen();
    checkValue("pubsub_misuse", SUBSCRIBE, "the topic", topic, TOPIC);
    checkValue("pubsub_misuse", SUBSCRIBE, "the listener", listener, FUNCTION);
    // The publisher states the type of a topic's payload; it cannot be checked here.
    const receive = listener as Listener;
    if (typeof topic === "string") return this.#subscribers.add(topic, undefined, options?.replay, receive);
    return this.#subscribers.add(topic.name, topic.event, topic.replay, receive);
  }

  broadcast<Payload>(topic: Topic<Payload>, payload: NoInfer<Payload>, options?: PublishOptions): Promise<void> {
    if (typeof topic !== "object" || topic === null) checkValue("pubsub_misuse", BROADCAST, "the topic", topic, TYPED_TOPIC);
    const { name, event, replay } = topic;
    return this.publish({ topic: name, event, payload }, replay === undefined ? options : { replay, ...options });
  }

  publish(broadcast: Broadcast, options?: PublishOptions): Promise<void> {
    checkValue("pubsub_misuse", PUBLISH, "the message", broadcast, ADDRESSED);
    const { topic, event, payload } = broadcast;
    if (this.#closed) return DONE;
    if (this.#checkPayloads) assertData(payload, "payload");
    if (!spans.broadcast.heard) return this.#publish(broadcast, options);
    return spans.broadcast.run({ topic, event, local: options?.local === true }, () => this.#publish(broadcast, options));
  }

  #publish({ topic, event, payload }: Broadcast, options: PublishOptions | undefined): Promise<void> {
    const message = { topic, event, payload, node: this.node, sequence: ++this.#sequence, version: MESSAGE_VERSION };
    this.#recent.set(topic, this.#sequence);
    // The carrier comes first: it refuses a payload that is not plain data before anybody has received it.
    const sent = options?.local === true ? DONE : this.#send(message, options?.replay);
    this.#subscribers.deliver(message, options?.except);
    return sent;
  }

  request(name: string, payload: unknown, options: RequestOptions): Promise<RequestResult> {
    this.#assertOpen();
    checkValue("pubsub_misuse", REQUEST, "the name", name, TEXT);
    checkOptions("pubsub_misuse", REQUEST, options, { timeoutMs: WAIT, to: LIST });
    checkValue("pubsub_misuse", REQUEST, "timeoutMs", options.timeoutMs, WAIT);
    // Requests are rare, and their promise is for answers, so the payload is checked here even where publish leaves that to
    // the carrier.
    if (this.#checkPayloads || this.#carrier !== undefined) assertData(payload, "payload");
    return this.#requests.request(name, payload, options);
  }

  tell(name: string, payload: unknown, options?: { readonly to?: string }): Promise<void> {
    checkValue("pubsub_misuse", TELL, "the name", name, TEXT);
    if (this.#closed) return DONE;
    if (this.#checkPayloads) assertData(payload, "payload");
    return this.#ignorable(this.#requests.tell(name, payload, options?.to));
  }

  answer(name: string, handler: Handler): () => void {
    this.#assertOpen();
    checkValue("pubsub_misuse", ANSWER, "the name", name, TEXT);
    checkValue("pubsub_misuse", ANSWER, "the handler", handler, FUNCTION);
    if (!this.#checkPayloads) return this.#requests.answer(name, handler);
    return this.#requests.answer(name, async (payload, from) => {
      const answer = await handler(payload, from);
      assertData(answer, "answer");
      return answer;
    });
  }

  async connect(carrier: Carrier): Promise<void> {
    this.#assertOpen();
    checkValue("pubsub_misuse", CONNECT, "the carrier", carrier, CARRIER);
    if (this.#carrier !== undefined) {
      throw new HoldfastError("pubsub_misuse", {
        what: "This PubSub is already connected to a carrier.", expected: "one connect", got: "a second one",
        fix: "Give each endpoint with a backplane its own createPubSub().",
      });
    }
    this.#carrier = carrier;
    this.#requests.connect({
      nodes: (withinMs) => carrier.nodes(withinMs),
      send: (wire, to) => carrier.publish(this.#control(wire, to)),
    });
    this.#joined = ignorable(carrier.start({
      node: this.node, topics: [EVERY_NODE, oneNode(this.node)],
      receive: (message) => this.#receive(message), onError: this.#onError,
    }));
    this.#subscribers.announce();
    return this.ready();
  }

  async ready(): Promise<void> {
    await this.#joined;
    await this.#subscribers.ready();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const carrier = this.#carrier;
    this.#carrier = undefined;
    this.#requests.close();
    this.#subscribers.clear();
    await carrier?.close();
  }

  get moment(): number {
    return this.#sequence;
  }

  publishedSince({ name }: Topic<unknown>, since: number): boolean | undefined {
    if ((this.#recent.get(name) ?? 0) > since) return true;
    return this.#carrier === undefined && this.#sequence - since <= RECENT_MESSAGES ? false : undefined;
  }

  stats(): { topics: number; subscriptions: number } {
    return this.#subscribers.stats();
  }

  #control(wire: Wire, to: string | undefined): Message {
    const topic = to === undefined ? EVERY_NODE : oneNode(to);
    return { topic, event: MESSAGE, payload: wire, node: this.node, sequence: ++this.#sequence, version: MESSAGE_VERSION };
  }

  #send(message: Message, replay: number | undefined): Promise<void> {
    if (this.#carrier === undefined) return DONE;
    return this.#ignorable(this.#carrier.publish({ ...message, topic: application(message.topic) }, replay));
  }

  /** Callers may ignore the result. A failure is reported, unless the previous message failed too. */
  #ignorable(sent: Promise<void>): Promise<void> {
    sent.then(() => {
      this.#failing = false;
    }, (error: unknown) => {
      if (!this.#failing) this.#onError(error);
      this.#failing = true;
    });
    return sent;
  }

  #receive(message: Message): void {
    if (this.#closed || message.node === this.node) return;
    if (message.topic.startsWith(APPLICATION)) {
      this.#subscribers.deliver({ ...message, topic: message.topic.slice(APPLICATION.length) });
    } else {
      this.#requests.receive(message.payload as Wire, message.node);
    }
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new HoldfastError("pubsub_misuse", {
      what: "This PubSub is closed.", expected: "an open one", got: "a call after close()", fix: "Close it last, after the endpoint.",
    });
  }
}

function logError(error: unknown): void {
  console.error("[holdfast] pubsub", error);
}

/** A reporter that throws would end the delivery that it reports on. */
function unfailing(report: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      report(error);
    } catch (failure) {
      logError(failure);
      logError(error);
    }
  };
}

/** A promise that may be ignored: its rejection reaches those who await it, and ends no process. */
function ignorable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/**
 * Creates a PubSub for this process. It needs no endpoint, so that contexts may import it; passed to an endpoint, it lets
 * views receive what contexts publish.
 *
 * Delivery on one node encodes and copies nothing: all subscribers get the same object.
 *
 * @example
 * // pubsub.ts
 * export const pubsub = createPubSub();
 * // blog.ts
 * void pubsub.broadcast(postUpdated(post.id), post);
 * // main.ts
 * const endpoint = createEndpoint({ secret, pubsub, live });
 */
export function createPubSub(options: PubSubOptions = {}): PubSub {
  return new NodePubSub(options);
}
