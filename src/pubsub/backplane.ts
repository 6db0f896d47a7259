import type { Rate, RevocationStore, SubmissionStore } from "../security/index.js";
import type { Carrier } from "./contract.js";

/**
 * Everything that must not be true on one node only: what an endpoint is given when there is more than one node.
 * `holdfast/redis` makes one.
 */
export interface Backplane {
  /** Makes a node's part of it. Nothing is connected yet: the carrier connects when it starts. */
  open(options: BackplaneOptions): BackplaneNode;
}

/** A node's part of the backplane. */
export interface BackplaneNode {
  /** Takes PubSub's messages to the other nodes: `pubsub.connect(node.carrier)`, which is ready when all of this is. */
  readonly carrier: Carrier;
  /** Which sessions have ended; every node asks it. */
  readonly revocations: RevocationStore;
  /** Counts what clients do on all nodes together. */
  readonly rateLimits: RateLimitStore;
  /** Which submissions of forms were answered, on any node. */
  readonly submissions: SubmissionStore;
  /** Whether this node may act. */
  readonly lease: Lease;
  /** What every node must know before it acts on. */
  readonly journal: Journal;
  /** Gives the lease back and ends the connections, as closing the carrier does. May be called twice. */
  close(): Promise<void>;
}

/** What an endpoint tells its backplane. */
export interface BackplaneOptions {
  /** The node's id, its PubSub's. */
  readonly node: string;
  /** The endpoint's secrets, the newest first. Keys are derived from them: a message of anybody else is refused. */
  readonly secret: string | readonly string[];
  /** What the node does while it has lost touch with the others: as in the endpoint's options. Default `"wait"`. */
  readonly outage?: "wait" | "serve";
  /** Takes what operators should know. Default: nothing is logged. */
  readonly log?: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Counts what happens under a key on all nodes together. */
export interface RateLimitStore {
  /**
   * Takes one token of the key's bucket, if there is one. It never rejects: while the nodes cannot be asked together, this
   * node counts alone.
   *
   * @param key what is counted: `log-in:203.0.113.7`, for instance
   * @param rate `perSecond` in the long run, and `burst` at once
   * @returns 0 if it is allowed; else how long to wait, ms
   * @example
   * const waitMs = await backplane.rateLimits.take(`log-in:${address}`, { perSecond: 0.1, burst: 5 });
   */
  take(key: string, rate: Rate): Promise<number>;
}

/**
 * A node's right to act, for a short time. Other nodes rely on it: when a node has been silent for longer than its lease, it
 * does nothing until it has read the journal.
 */
export interface Lease {
  /** How long a renewal lasts, ms. */
  readonly durationMs: number;
  /** Whether the node may start a job now. It is cheap, and asked before each. */
  held(): boolean;
  /** Resolves when the lease is held: at once, or after an outage. */
  whenHeld(): Promise<void>;
  /** Calls back when the lease has run out, and when it is held again. Returns a function that stops. */
  watch(watcher: { lapsed?(): void; regained?(): void }): () => void;
}

/**
 * Records that every node reads before its lease is renewed: who holds its lease knows all that are older than the lease,
 * even if a message was lost. It keeps them for a while, not for ever.
 */
export interface Journal {
  /** Adds a record: data. Rejects if that cannot be done within `withinMs`; it may have been added all the same. */
  append(record: unknown, withinMs: number): Promise<void>;
  /** Reads. Called once; records come in order, this node's own included. */
  read(reader: JournalReader): void;
}

/** Reads a journal. Nothing of it may throw. */
export interface JournalReader {
  record(record: unknown): void;
  /** The journal was lost, and starts over. Whoever knows records of the last moments appends them again. */
  lost(): void;
  /** Records may have been missed: the node was away for longer than they are kept, or while they were lost. */
  gap(): void;
}
