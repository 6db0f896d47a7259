import { HoldfastError } from "../errors/index.js";
import type { Meta, Presence, PresenceList, PresenceTracker } from "../presence/index.js";

/** The presences that one channel tracks on its topic, by key. */
export class ChannelPresences {
  readonly #tracker: PresenceTracker;
  readonly #topic: string;
  readonly #sendState: () => void;
  readonly #tracked = new Map<string, { readonly presence: Presence; meta: Meta }>();
  #told = false;

  /** @param sendState sends everybody to the client, once its join has been answered */
  constructor(tracker: PresenceTracker, topic: string, sendState: () => void) {
    this.#tracker = tracker;
    this.#topic = topic;
    this.#sendState = sendState;
  }

  /** Whether the client has been sent everybody, or will be with the join's answer. */
  get told(): boolean {
    return this.#told;
  }

  list(): PresenceList {
    return this.#tracker.list(this.#topic);
  }

  track(key: string, meta: Meta): void {
    if (this.#tracked.has(key)) return this.update(key, meta);
    this.#tracked.set(key, { presence: this.#tracker.track(this.#topic, key, meta), meta });
    if (this.#told) return;
    this.#told = true;
    // Diffs are pushed as broadcasts of the topic; this is the state that they change.
    this.#sendState();
  }

  update(key: string, change: Meta | ((meta: Meta) => Meta)): void {
    const known = this.#tracked.get(key);
    if (known === undefined) {
      throw new HoldfastError("presence_misuse", {
        what: `Nobody is tracked as ${JSON.stringify(key)} by this channel on ${JSON.stringify(this.#topic)}.`,
        expected: "a key that this channel tracks", got: this.#tracked.size === 0 ? "a channel that tracks nobody" : "another key",
        fix: "socket.track(key, meta)",
      });
    }
    const meta = typeof change === "function" ? change(known.meta) : change;
    known.presence.update(meta);
    known.meta = meta;
  }

  untrack(key: string): void {
    this.#tracked.get(key)?.presence.untrack();
    this.#tracked.delete(key);
  }

  end(): void {
    for (const { presence } of this.#tracked.values()) presence.untrack();
    this.#tracked.clear();
  }
}
