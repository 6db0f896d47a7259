import { andThen, isPromise, type MaybePromise } from "../../../mailbox/index.js";
import type { Message, Subscription, SubscriptionId, Topic } from "../../../pubsub/index.js";
import { Feature, type Owner } from "../../socket/index.js";
import { hooked } from "../hooks/index.js";

/** What is called with a topic's messages. */
export type MessageHandler = (message: Message) => MaybePromise<void>;

/** A handler with the event that it is for; undefined: all events. */
interface Handler {
  readonly handle: MessageHandler;
  readonly event: string | undefined;
}

/** An owner's subscription to a topic's name: one, however many handlers it has and whatever events they are for. */
interface Listening {
  /** Replaced when it changes, so that a message goes through the list that it found. */
  handlers: readonly Handler[];
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
   * Adds a handler, for the event of a typed topic or for every event of a name. The promise resolves when no message published from
   * now on can be missed.
   */
  add(topic: string | Topic<unknown>, handler: MessageHandler): MaybePromise<void> {
    const { name, event, replay } = typeof topic === "string" ? { name: topic } : topic;
    const { pubsub } = this.#owner.view.context;
    const added: Handler = { handle: handler, event };
    const known = this.#topics.get(name);
    if (known !== undefined) {
      known.handlers = [...known.handlers.filter(({ handle }) => handle !== handler), added];
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
    const listening: Listening = { handlers: [added], subscriptions: [subscription], replays: replay !== undefined };
    this.#topics.set(name, listening);
    return subscription.ready;
  }

  /** Removes one handler, or all: of a name, or of a typed topic's event. */
  remove(topic: string | Topic<unknown>, handler?: MessageHandler): void {
    const { name, event } = typeof topic === "string" ? { name: topic } : topic;
    const listening = this.#topics.get(name);
    if (listening === undefined) return;
    listening.handlers = listening.handlers.filter((known) =>
      handler === undefined ? event !== undefined && event !== known.event : known.handle !== handler);
    if (listening.handlers.length > 0) return;
    this.#topics.delete(name);
    for (const subscription of listening.subscriptions) subscription?.unsubscribe();
  }

  /** The subscription that the owner's own broadcasts must skip. */
  idOf(topic: string): SubscriptionId | undefined {
    return this.#topics.get(topic)?.subscriptions[0].id;
  }

  /** Hooks run once for a message, however many handlers there are. */
  #handle(message: Message, listening: Listening): MaybePromise<void> {
    // The handlers may have been removed while the message waited in the mailbox.
    if (!hears(listening, message)) return undefined;
    return hooked(this.#owner, "handleMessage", [message], () => this.#each(listening.handlers, 0, message));
  }

  /** Calls the handlers from this one on, one after the other; in the same tick as long as none of them waits. */
  #each(handlers: readonly Handler[], from: number, message: Message): MaybePromise<void> {
    for (let i = from; i < handlers.length; i++) {
      const handler = handlers[i]!;
      if (!isFor(handler, message)) continue;
      const result = handler.handle(message);
      // While it waits, the view may end.
      if (isPromise(result)) return andThen(result, () => (this.#owner.view.mayRun() ? this.#each(handlers, i + 1, message) : undefined));
    }
  }

  override end(): void {
    for (const listening of this.#topics.values()) {
      listening.handlers = [];
      for (const subscription of listening.subscriptions) subscription?.unsubscribe();
    }
    this.#topics.clear();
  }
}

/** Whether one of the handlers is for the message's event. */
function hears({ handlers }: Listening, message: Message): boolean {
  for (const handler of handlers) if (isFor(handler, message)) return true;
  return false;
}

function isFor({ event }: Handler, message: Message): boolean {
  return event === undefined || event === message.event;
}
