import type { Job, MaybePromise } from "../mailbox/index.js";
import type { Message, PubSub, Subscription, Topic } from "../pubsub/index.js";

/** What a channel listens to until it ends: its own topic, and others that its code subscribes to. */
export class ChannelSubscriptions {
  readonly #pubsub: PubSub;
  readonly #post: (job: Job) => void;
  readonly #others = new Set<Subscription>();
  #own: Subscription | undefined;
  #ended = false;

  /** @param post puts a job into the channel's mailbox */
  constructor(pubsub: PubSub, post: (job: Job) => void) {
    this.#pubsub = pubsub;
    this.#post = post;
  }

  /** The subscription to the channel's own topic, which its `broadcastFrom` must skip; undefined until it has joined. */
  get own(): Subscription | undefined {
    return this.#own;
  }

  /**
   * Subscribes to the channel's own topic.
   *
   * @returns when nothing that is published on it is missed any more
   */
  join(topic: string, handle: (message: Message) => void): Promise<void> {
    this.#own = this.#pubsub.subscribe(topic, handle);
    return this.#own.ready;
  }

  add(topic: Topic<unknown>, handler: (payload: unknown) => MaybePromise<void>): void {
    if (this.#ended) return;
    this.#others.add(this.#pubsub.subscribe(topic, ({ payload }) => this.#post(() => handler(payload))));
  }

  end(): void {
    this.#ended = true;
    this.#own?.unsubscribe();
    for (const subscription of this.#others) subscription.unsubscribe();
    this.#others.clear();
  }
}
