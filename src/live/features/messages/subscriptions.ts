import { andThen, isPromise, type MaybePromise } from "../../../mailbox/index.js";
import type { Message, Subscription, SubscriptionId, Topic } from "../../../pubsub/index.js";
import { Feature, type Owner } from "../../socket/index.js";
import { hooked } from "../hooks/index.js";

/**
 * Receives a topic's messages. An object and no function: a broadcast goes through it once for each view, and what a function has
 * closed over is seldom in the cache.
 */
export interface Receiver {
  /** The event that it is for; undefined: all events. */
  readonly event: string | undefined;
  receive(message: Message): MaybePromise<void>;
}

/** An owner's subscription to a topic's name: one, however many receivers it has and whatever events they are for. */
interface Listening {
  /** Replaced when it changes, so that a message goes through the list that it found. */
  receivers: readonly Receiver[];
  /**
   * The first receives the messages of every event. A second one receives none: it makes the bus keep the topic's last
   * messages.
   */
  readonly subscriptions: [Subscription, Subscription?];
  /** Whether the topic's last messages are kept. */
  replays: boolean;
}

/** The topics that a view or a component listens to. */
export class Subscriptions extends Feature {
  readonly #owner: Owner;
  readonly #topics = new Map<string, Listening>();

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  override get open(): number {
    return this.#topics.size;
  }

  /**
   * Adds a receiver of the topics of a name. The promise resolves when no message published from now on can be missed.
   *
   * @param replay how many of the topic's last messages are kept
   */
  add(name: string, replay: number | undefined, receiver: Receiver): Promise<void> {
    const { pubsub } = this.#owner.view.context;
    const known = this.#topics.get(name);
    if (known !== undefined) {
      known.receivers = [...known.receivers, receiver];
      if (replay !== undefined && !known.replays) {
        known.replays = true;
        known.subscriptions[1] = pubsub.subscribe(name, () => {}, { replay });
      }
      return known.subscriptions[0].ready;
    }
    const listener = (message: Message): void => {
      if (hears(listening, message)) this.#owner.view.post(() => this.#handle(message, listening));
    };
    const subscription = pubsub.subscribe(name, listener, { replay });
    const listening: Listening = { receivers: [receiver], subscriptions: [subscription], replays: replay !== undefined };
    this.#topics.set(name, listening);
    return subscription.ready;
  }

  /** Removes all receivers of a name, or of a typed topic's event. */
  removeAll(topic: string | Topic<unknown>): void {
    const { name, event } = typeof topic === "string" ? { name: topic } : topic;
    this.#keep(name, (known) => event !== undefined && event !== known.event);
  }

  /** Removes one receiver. */
  remove(name: string, receiver: Receiver): void {
    this.#keep(name, (known) => known !== receiver);
  }

  #keep(name: string, stays: (receiver: Receiver) => boolean): void {
    const listening = this.#topics.get(name);
    if (listening === undefined) return;
    listening.receivers = listening.receivers.filter(stays);
    if (listening.receivers.length > 0) return;
    this.#topics.delete(name);
    for (const subscription of listening.subscriptions) subscription?.unsubscribe();
  }

  /** The subscription that the owner's own broadcasts must skip. */
  idOf(topic: string): SubscriptionId | undefined {
    return this.#topics.get(topic)?.subscriptions[0].id;
  }

  /** Hooks run once for a message, however many receivers there are. */
  #handle(message: Message, listening: Listening): MaybePromise<void> {
    // The receivers may have been removed while the message waited in the mailbox.
    if (!hears(listening, message)) return undefined;
    return hooked(this.#owner, "handleMessage", [message], () => this.#each(listening.receivers, 0, message));
  }

  /** Calls the receivers from this one on, one after the other; in the same tick as long as none of them waits. */
  #each(receivers: readonly Receiver[], from: number, message: Message): MaybePromise<void> {
    for (let i = from; i < receivers.length; i++) {
      const receiver = receivers[i]!;
      if (!isFor(receiver, message)) continue;
      const result = receiver.receive(message);
      if (isPromise(result)) return result.then(() => this.#next(receivers, i + 1, message));
    }
  }

  /** Behind a receiver that waited, the view may have ended, or this node may have lost its lease. */
  #next(receivers: readonly Receiver[], from: number, message: Message): MaybePromise<void> {
    const { view } = this.#owner;
    return andThen(view.ready(), () => (view.mayRun() ? this.#each(receivers, from, message) : undefined));
  }

  override end(): void {
    for (const listening of this.#topics.values()) {
      listening.receivers = [];
      for (const subscription of listening.subscriptions) subscription?.unsubscribe();
    }
    this.#topics.clear();
  }
}

/** Whether one of the receivers is for the message's event. */
function hears({ receivers }: Listening, message: Message): boolean {
  for (const receiver of receivers) if (isFor(receiver, message)) return true;
  return false;
}

function isFor({ event }: Receiver, message: Message): boolean {
  return event === undefined || event === message.event;
}
