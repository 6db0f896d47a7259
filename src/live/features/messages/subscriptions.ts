import { andThen, isPromise, type MaybePromise } from "../../../mailbox/index.js";
import type { Message, Subscription, SubscriptionId, Topic } from "../../../pubsub/index.js";
import { Feature, type Owner } from "../../socket/index.js";
import { hooked } from "../hooks/index.js";

/** What is called with a topic's messages. */
export type MessageHandler = (message: Message) => MaybePromise<void>;

/** An owner's subscription to a topic's name: one, however many handlers it has and whatever events they are for. */
interface Listening {
  /** Each handler with the event that it is for; undefined: all events. */
  readonly handlers: Map<MessageHandler, string | undefined>;
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
    const known = this.#topics.get(name);
    if (known !== undefined) {
      known.handlers.set(handler, event);
      if (replay !== undefined && !known.replays) {
        known.replays = true;
        known.subscriptions[1] = pubsub.subscribe(name, () => {}, { replay });
      }
      return known.subscriptions[0].ready;
    }
    const handlers = new Map([[handler, event]]);
    const listener = (message: Message): void => {
      if (hears(handlers, message)) this.#owner.view.post(() => this.#handle(message, handlers));
    };
    const subscription = pubsub.subscribe(name, listener, { replay });
    this.#topics.set(name, { handlers, subscriptions: [subscription], replays: replay !== undefined });
    return subscription.ready;
  }

  /** Removes one handler, or all: of a name, or of a typed topic's event. */
  remove(topic: string | Topic<unknown>, handler?: MessageHandler): void {
    const { name, event } = typeof topic === "string" ? { name: topic } : topic;
    const listening = this.#topics.get(name);
    if (listening === undefined) return;
    const { handlers } = listening;
    for (const [known, its] of handlers) {
      if (handler === undefined ? event === undefined || event === its : known === handler) handlers.delete(known);
    }
    if (handlers.size > 0) return;
    this.#topics.delete(name);
    for (const subscription of listening.subscriptions) subscription?.unsubscribe();
  }

  /** The subscription that the owner's own broadcasts must skip. */
  idOf(topic: string): SubscriptionId | undefined {
    return this.#topics.get(topic)?.subscriptions[0].id;
  }

  /** Hooks run once for a message, however many handlers there are. */
  #handle(message: Message, handlers: Listening["handlers"]): MaybePromise<void> {
    // The handlers may have been removed while the message waited in the mailbox.
    if (!hears(handlers, message)) return undefined;
    return hooked(this.#owner, "handleMessage", [message], () => this.#each(handlersFor(handlers, message), message));
  }

  /** Calls the handlers one after the other; in the same tick as long as none of them waits. */
  #each(handlers: readonly MessageHandler[], message: Message): MaybePromise<void> {
    for (let i = 0; i < handlers.length; i++) {
      const result = handlers[i]!(message);
      // While it waits, the view may end.
      if (isPromise(result)) return andThen(result, () => (this.#owner.view.mayRun() ? this.#each(handlers.slice(i + 1), message) : undefined));
    }
  }

  override end(): void {
    for (const { handlers, subscriptions } of this.#topics.values()) {
      handlers.clear();
      for (const subscription of subscriptions) subscription?.unsubscribe();
    }
    this.#topics.clear();
  }
}

/** Whether one of the handlers is for the message's event. */
function hears(handlers: Listening["handlers"], { event }: Message): boolean {
  for (const its of handlers.values()) if (its === undefined || its === event) return true;
  return false;
}

function handlersFor(handlers: Listening["handlers"], { event }: Message): MessageHandler[] {
  const found: MessageHandler[] = [];
  for (const [handler, its] of handlers) if (its === undefined || its === event) found.push(handler);
  return found;
}
