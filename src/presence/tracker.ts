import { HoldfastError } from "../errors/index.js";
import type { PubSub } from "../pubsub/index.js";
import { emit, heard } from "../telemetry/index.js";
import { assertMeta } from "./meta.js";
import { HEARTBEAT_MS, Replica, type PresenceMessage, type Step } from "./replica.js";
import type { Meta, PresenceList, TrackedMeta } from "./types.js";

/** The event of a topic's diffs, as the client's `Presence` expects it. */
export const PRESENCE_DIFF = "presence_diff";

/** The event with everybody present, as the client's `Presence` expects it. */
export const PRESENCE_STATE = "presence_state";

/** The name of messages between nodes. */
const NODES = "holdfast:presence";

/** The name under which a new node requests the others' entries. */
const STATE = "holdfast:presence:state";

/** How long a new node waits for the others' entries, ms. The rest arrives with the next heartbeats. */
const SYNC_MS = 2_000;

/** Somebody's presence on a topic. */
export interface Presence {
  /** Replaces the meta. Does nothing if the presence has ended. */
  update(meta: Meta): void;
  /** Ends it. May be called twice. */
  untrack(): void;
}

const trackers = new WeakMap<PubSub, PresenceTracker>();

/** How to make a tracker. */
interface TrackerOptions {
  readonly pubsub: PubSub;
  /** A clock that does not jump, ms. Default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Knows who is present on which topic, on all nodes. Each node tells its own subscribers what changed, with the local message
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

  /** The tracker of a node: endpoints that share a PubSub share its people. */
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
    // Random, because clients see it and it must reveal nothing about the node.
    this.#replica = new Replica(pubsub.node, () => crypto.randomUUID());
    // The carrier signs messages between nodes, so their sender can be trusted.
    this.#stops = [
      pubsub.answer(NODES, (payload, from) => this.#hear(payload as PresenceMessage, from)),
      pubsub.answer(STATE, () => this.#replica.state),
    ];
  }

  /**
   * Adds somebody to those present, until `untrack`.
   *
   * @param key identifies the person: a user's id, for instance. Several presences with one key are several metas
   * @param meta data that JSON can write, because clients see it
   * @throws {HoldfastError} `payload_not_data`, `presence_misuse`
   */
  track(topic: string, key: string, meta: Meta): Presence {
    assertMeta(meta);
    // Assigning `__proto__` in the client would change an object's prototype. A key that is not a string may come from a client
    // whose payload has no schema.
    if (typeof key !== "string" || key === "__proto__") {
      throw new HoldfastError("presence_misuse", {
        what: "This key cannot be tracked.", expected: "a string other than __proto__", got: typeof key === "string" ? key : typeof key,
        fix: "Use an id from your application.",
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

  /** Who is present on a topic, on all nodes. The same object until somebody joins, changes or leaves. */
  list(topic: string): PresenceList {
    return this.#replica.list(topic);
  }

  /** One key's metas; empty if nobody is present under it. */
  metas(topic: string, key: string): readonly TrackedMeta[] {
    return this.#replica.metas(topic, key);
  }

  /**
   * Asks the other nodes who is there, and resolves once it is known. Without it a new node learns it within a heartbeat or
   * two.
   */
  async sync(): Promise<void> {
    await this.#pubsub.ready();
    const { answers } = await this.#pubsub.request(STATE, null, { timeoutMs: SYNC_MS });
    for (const { node, payload } of answers) if (node !== this.#pubsub.node) this.#hear(payload as PresenceMessage, node);
  }

  /** Removes this node's people. */
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
    if (heard("holdfast:presence:changed")) tellOf(step.diffs);
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

function tellOf(diffs: Step["diffs"]): void {
  for (const [topic, { joins, leaves }] of diffs) {
    emit("holdfast:presence:changed", { topic, joins: metasIn(joins), leaves: metasIn(leaves) });
  }
}

function metasIn(list: PresenceList): number {
  return Object.values(list).reduce((sum, { metas }) => sum + metas.length, 0);
}
