import { HoldfastError } from "../errors/index.js";
import { assertData, type PubSub } from "../pubsub/index.js";
import { HEARTBEAT_MS, Replica, type PresenceMessage, type Step } from "./replica.js";
import type { Meta, PresenceList, TrackedMeta } from "./types.js";

/** The event of a topic's diffs, as the client's `Presence` expects it. */
export const PRESENCE_DIFF = "presence_diff";

/** The name under which nodes tell each other. */
const NODES = "holdfast:presence";

/** The name under which a new node asks for what the others keep. */
const STATE = "holdfast:presence:state";

/** How long a new node waits for what the others keep, ms. What is missing then comes with the next heartbeats. */
const SYNC_MS = 2_000;

/** Somebody's presence on a topic. */
export interface Presence {
  /** Replaces the meta. Nothing happens if it has ended. */
  update(meta: Meta): void;
  /** Ends it. May be called twice. */
  untrack(): void;
}

const trackers = new WeakMap<PubSub, PresenceTracker>();

/** How to make a tracker. */
export interface TrackerOptions {
  readonly pubsub: PubSub;
  /** A clock that does not jump, ms. Default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Knows who is present on which topic, on all nodes. Each node tells its own subscribers what changed: as a local message
 * `presence_diff` on the topic.
 *
 * @example
 * const presences = new PresenceTracker({ pubsub });
 * const mine = presences.track("room:7", user.id, { name: user.name, at: Date.now() });
 * pubsub.subscribe("room:7", ({ event, payload }) => …); // "presence_diff"
 * presences.list("room:7"); // { "7": { metas: [{ name: "Ann", at: …, phx_ref: "…" }] } }
 * mine.untrack();
 */
export class PresenceTracker {
  readonly #pubsub: PubSub;
  readonly #now: () => number;
  readonly #replica: Replica;
  readonly #stops: readonly (() => void)[];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** The tracker of a node: endpoints that share a PubSub know of the same people. */
  static of(pubsub: PubSub): PresenceTracker {
    const known = trackers.get(pubsub);
    if (known !== undefined && !known.#closed) return known;
    const tracker = new PresenceTracker({ pubsub });
    trackers.set(pubsub, tracker);
    return tracker;
  }

  constructor({ pubsub, now = () => performance.now() }: TrackerOptions) {
    this.#pubsub = pubsub;
    this.#now = now;
    // Clients see it, so it tells nothing about the node.
    this.#replica = new Replica(pubsub.node, () => crypto.randomUUID());
    // What nodes say is signed by their carrier, so it is what it says it is.
    this.#stops = [
      pubsub.answer(NODES, (payload, from) => this.#hear(payload as PresenceMessage, from)),
      pubsub.answer(STATE, () => this.#replica.state),
    ];
  }

  /**
   * Counts somebody among the present, until `untrack`.
   *
   * @param key who: a user's id, for instance. Several presences of one key are several metas
   * @param meta data; clients see it
   * @throws {HoldfastError} `payload_not_data`, `presence_misuse`
   */
  track(topic: string, key: string, meta: Meta): Presence {
    assertMeta(meta);
    // Assigning it in the client would change its object's prototype.
    if (key === "__proto__") {
      throw new HoldfastError("presence_misuse", {
        what: "This key cannot be tracked.", expected: "any other string", got: key, fix: "Use an id from your application.",
      });
    }
    const step = this.#replica.track(topic, key, meta);
    this.#do(step);
    return {
      update: (next) => {
        assertMeta(next);
        this.#do(this.#replica.update(step.id, next));
      },
      untrack: () => this.#do(this.#replica.untrack([step.id])),
    };
  }

  /** Who is present on a topic, on all nodes. The same object until somebody comes, changes or goes. */
  list(topic: string): PresenceList {
    return this.#replica.list(topic);
  }

  /** One key's metas; none if nobody is present under it. */
  metas(topic: string, key: string): readonly TrackedMeta[] {
    return this.#replica.metas(topic, key);
  }

  /** Asks the other nodes who is there, and resolves when it is known. Without it a new node knows within a heartbeat or two. */
  async sync(): Promise<void> {
    await this.#pubsub.ready();
    const { answers } = await this.#pubsub.request(STATE, null, { timeoutMs: SYNC_MS });
    for (const { node, payload } of answers) if (node !== this.#pubsub.node) this.#hear(payload as PresenceMessage, node);
  }

  /** This node's people leave. */
  close(): void {
    if (this.#closed) return;
    this.#say({ kind: "bye" }, undefined);
    this.#closed = true;
    this.#stopTicking();
    for (const stop of this.#stops) stop();
  }

  #hear(message: PresenceMessage, from: string): void {
    this.#do(this.#replica.receive(from, message, this.#now()));
  }

  #do(step: Step | undefined): void {
    if (step === undefined || this.#closed) return;
    // There is a timer only while somebody is present.
    if (!this.#replica.idle) this.#timer ??= setInterval(() => this.#do(this.#replica.tick(this.#now())), HEARTBEAT_MS).unref();
    else this.#stopTicking();
    for (const [topic, diff] of step.diffs) void this.#pubsub.publish({ topic, event: PRESENCE_DIFF, payload: diff }, { local: true });
    if (step.message !== undefined) this.#say(step.message, step.to);
  }

  #stopTicking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #say(message: PresenceMessage, to: string | undefined): void {
    if (this.#closed) return;
    void this.#pubsub.tell(NODES, message, to === undefined ? {} : { to });
  }
}

function assertMeta(meta: Meta): void {
  assertData(meta, "meta");
}
