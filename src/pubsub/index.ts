/** PubSub: topics, the adapter's contract, and the adapter for one process. @module */

/** What a subscriber receives. */
export interface Broadcast {
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

/** A topic that knows what is published on it. */
export interface Topic<Payload> {
  readonly name: string;
  /** Only a type: there is no such property. */
  readonly payload?: Payload;
}

/**
 * A typed topic.
 *
 * @param name unique among the application's topics; put the id of what it is about into it
 * @example
 * const postUpdated = (id: number) => topic<Post>(`post:${id}:updated`);
 */
export function topic<Payload>(name: string): Topic<Payload> {
  return { name };
}

/** The event under which a typed topic's payload travels. */
export const MESSAGE = "message";

/** What carries broadcasts between views, and between nodes. */
export interface PubSub {
  /** Calls `listener` for each broadcast on the topic until the returned function is called. */
  subscribe(topic: string, listener: (message: Broadcast) => void): () => void;
  /** Delivers to every subscriber but `except`, a listener that subscribed. */
  publish(message: Broadcast, except?: (message: Broadcast) => void): void;
}

/** PubSub within one process. A listener that throws does not keep the others from receiving. */
export class LocalPubSub implements PubSub {
  readonly #topics = new Map<string, Set<(message: Broadcast) => void>>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void = (error) => console.error(error)) {
    this.#onError = onError;
  }

  subscribe(topic: string, listener: (message: Broadcast) => void): () => void {
    let listeners = this.#topics.get(topic);
    if (listeners === undefined) this.#topics.set(topic, (listeners = new Set()));
    const own = listeners;
    own.add(listener);
    return () => {
      own.delete(listener);
      if (own.size === 0 && this.#topics.get(topic) === own) this.#topics.delete(topic);
    };
  }

  publish(message: Broadcast, except?: (message: Broadcast) => void): void {
    const listeners = this.#topics.get(message.topic);
    if (listeners === undefined) return;
    // A copy: a listener may end its subscription, or another's, while we deliver.
    for (const listener of [...listeners]) {
      if (listener === except) continue;
      try {
        listener(message);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** How many topics have subscribers, and how many subscriptions there are. */
  stats(): { topics: number; subscriptions: number } {
    let subscriptions = 0;
    for (const listeners of this.#topics.values()) subscriptions += listeners.size;
    return { topics: this.#topics.size, subscriptions };
  }
}
