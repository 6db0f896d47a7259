import { andThen, isPromise, type MaybePromise } from "../../../mailbox/index.js";
import type { Message, Subscription, SubscriptionId, Topic } from "../../../pubsub/index.js";
import { Feature, type Owner } from "../../socket/index.js";
import { hooked } from "../hooks/index.js";

/** What is called with a topic's messages. */
export type MessageHandler = (message: Message) => MaybePromise<void>;

/** A topic that an owner listens to: once, however many handlers it has. */
interface Listening {
  readonly handlers: Set<MessageHandler>;
  readonly subscription: Subscription;
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

  /** Adds a handler. The promise resolves when no message published from now on can be missed. */
  add(topic: string | Topic<unknown>, handler: MessageHandler): MaybePromise<void> {
    const name = typeof topic === "string" ? topic : topic.name;
    const known = this.#topics.get(name);
    if (known !== undefined) {
      known.handlers.add(handler);
      return known.subscription.ready;
    }
    const handlers = new Set([handler]);
    const { view } = this.#owner;
    const listener = (message: Message): void => view.post(() => this.#handle(message, handlers));
    const { pubsub } = view.context;
    // As a topic, not as its name: it may ask for what a lost connection has missed.
    const subscription = typeof topic === "string" ? pubsub.subscribe(topic, listener) : pubsub.subscribe(topic, listener);
    this.#topics.set(name, { handlers, subscription });
    return subscription.ready;
  }

  /** Removes one handler, or all of a topic's. */
  remove(topic: string, handler?: MessageHandler): void {
    const listening = this.#topics.get(topic);
    if (listening === undefined) return;
    if (handler === undefined) listening.handlers.clear();
    else listening.handlers.delete(handler);
    if (listening.handlers.size > 0) return;
    this.#topics.delete(topic);
    listening.subscription.unsubscribe();
  }

  /** The subscription that the owner's own broadcasts must skip. */
  idOf(topic: string): SubscriptionId | undefined {
    return this.#topics.get(topic)?.subscription.id;
  }

  /** Hooks run once for a message, however many handlers there are. */
  #handle(message: Message, handlers: ReadonlySet<MessageHandler>): MaybePromise<void> {
    // What waited in the mailbox may find that nobody listens any more.
    if (handlers.size === 0) return undefined;
    return hooked(this.#owner, "handleMessage", [message], () => each([...handlers].filter((handler) => handlers.has(handler)), message));
  }

  override end(): void {
    for (const { subscription, handlers } of this.#topics.values()) {
      handlers.clear();
      subscription.unsubscribe();
    }
    this.#topics.clear();
  }
}

/** Calls the handlers one after the other; in the same tick as long as none of them waits. */
function each(handlers: readonly MessageHandler[], message: Message): MaybePromise<void> {
  for (let i = 0; i < handlers.length; i++) {
    const result = handlers[i]!(message);
    if (isPromise(result)) return andThen(result, () => each(handlers.slice(i + 1), message));
  }
}
