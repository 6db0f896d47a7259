import { OUTSIDE, Register, Roster, type Member } from "../collections/index.js";
import type { Listener, Message, Subscription, SubscriptionId } from "./contract.js";

/** Tells the carrier's side which topics this node wants. */
interface Interest {
  /**
   * The topic has its first subscriber, or the first that wants its last messages kept. Resolves once its messages arrive.
   */
  wanted(topic: string, replay: number | undefined): Promise<void>;
  /** The topic's last subscriber has left. */
  unwanted(topic: string): void;
}

/** A topic with at least one subscriber. */
interface Channel {
  readonly topic: string;
  readonly subscriptions: Roster<LocalSubscription>;
  ready: Promise<void>;
  replay: number | undefined;
}

/** A message being delivered to the subscribers of this node. */
interface Delivery {
  readonly message: Message;
  readonly except: SubscriptionId | undefined;
}

/** The subscriptions of one node, and their delivery. */
export class Subscribers {
  readonly #interest: Interest;
  readonly #onError: (error: unknown) => void;
  readonly #channels = new Register<Channel>();
  /** Messages that listeners published during a delivery; undefined while there is none. */
  #waiting: Delivery[] | undefined;
  #lastId = 0;

  constructor(interest: Interest, onError: (error: unknown) => void) {
    this.#interest = interest;
    this.#onError = onError;
  }

  /** The topics that have subscribers. */
  get topics(): Iterable<string> {
    return this.#channels.keys();
  }

  stats(): { topics: number; subscriptions: number } {
    let subscriptions = 0;
    for (const channel of this.#channels.values()) subscriptions += channel.subscriptions.size;
    return { topics: this.#channels.size, subscriptions };
  }

  /**
   * @param event only messages of this event; undefined: all messages
   * @param replay how many of the topic's last messages are kept
   */
  add(topic: string, event: string | undefined, replay: number | undefined, listener: Listener): Subscription {
    let channel = this.#channels.get(topic);
    if (channel === undefined) {
      channel = { topic, subscriptions: new Roster(), replay, ready: this.#interest.wanted(topic, replay) };
      this.#channels.set(topic, channel);
    } else if (channel.replay === undefined && replay !== undefined) {
      channel.replay = replay;
      channel.ready = this.#interest.wanted(topic, replay);
    }
    const subscription = new LocalSubscription(++this.#lastId as SubscriptionId, this, channel, event, listener);
    channel.subscriptions.add(subscription);
    return subscription;
  }

  remove(subscription: LocalSubscription): void {
    const { channel } = subscription;
    if (!channel.subscriptions.delete(subscription) || channel.subscriptions.size > 0) return;
    this.#channels.delete(channel.topic);
    this.#interest.unwanted(channel.topic);
  }

  clear(): void {
    for (const { subscriptions } of this.#channels.values()) subscriptions.forEach((subscription) => subscription.unsubscribe());
  }

  /** There are other nodes now: their messages of every topic are wanted too. */
  announce(): void {
    for (const channel of this.#channels.values()) channel.ready = this.#interest.wanted(channel.topic, channel.replay);
  }

  /** Resolves once every topic that now has subscribers is ready. */
  async ready(): Promise<void> {
    await Promise.all(this.#channels.values().map((channel) => channel.ready));
  }

  /**
   * Delivers to all subscribers but one. Each sees the messages in the order in which they were published: a message that a
   * listener publishes meanwhile waits for its turn.
   */
  deliver(message: Message, except?: SubscriptionId): void {
    if (this.#waiting !== undefined) return void this.#waiting.push({ message, except });
    // Most messages come alone, so the queue is created only for the others.
    if (!this.#channels.has(message.topic)) return;
    const waiting: Delivery[] = (this.#waiting = []);
    this.#toEach(message, except);
    // The queue grows while it is walked. Delivered messages are released, however long the chain is.
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) this.#toEach(next.message, next.except);
    this.#waiting = undefined;
  }

  #toEach(message: Message, except: SubscriptionId | undefined): void {
    this.#channels.get(message.topic)?.subscriptions.forEach((subscription) => {
      if (subscription.id !== except) this.#call(subscription, message);
    });
  }

  #call({ listener, event }: LocalSubscription, message: Message): void {
    if (event !== undefined && event !== message.event) return;
    try {
      const result = listener(message);
      if (isThenable(result)) result.then(undefined, this.#onError);
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** A subscription of this node. Kept small, because a busy node has one for each topic of each view. */
class LocalSubscription implements Subscription, Member {
  place = OUTSIDE;
  readonly id: SubscriptionId;
  readonly channel: Channel;
  readonly event: string | undefined;
  readonly listener: Listener;
  readonly #home: Subscribers;

  constructor(id: SubscriptionId, home: Subscribers, channel: Channel, event: string | undefined, listener: Listener) {
    this.id = id;
    this.#home = home;
    this.channel = channel;
    this.event = event;
    this.listener = listener;
  }

  get ready(): Promise<void> {
    return this.channel.ready;
  }

  /** A function of its own, made when it is asked for: it is often passed on without its subscription. */
  get unsubscribe(): () => void {
    return () => this.#home.remove(this);
  }
}

/** Not `instanceof Promise`: a query of some database libraries is a thenable of their own, and runs only once it is awaited. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
