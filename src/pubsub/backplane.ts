import type { Rate, RevocationStore, SubmissionStore } from "../security/index.js";
import type { Carrier } from "./contract.js";

/**
 * Everything that several nodes must share: passed to an endpoint when there is more than one node. `holdfast/redis` makes
 * one.
 */
export interface Backplane {
  /** Creates a node's part of it. Nothing is connected yet: the carrier connects when it starts. */
  open(options: BackplaneOptions): BackplaneNode;
}

/** A node's part of the backplane. */
export interface BackplaneNode {
  /** Takes PubSub's messages to the other nodes: `pubsub.connect(node.carrier)`, which resolves once all of this is ready. */
  readonly carrier: Carrier;
  /** Which sessions have ended; every node queries it. */
  readonly revocations: RevocationStore;
  /** Counts what clients do, across all nodes. */
  readonly rateLimits: RateLimitStore;
  /** Which form submissions were answered, on any node. */
  readonly submissions: SubmissionStore;
  /** Whether this node may act. */
  readonly lease: Lease;
  /** Records that every node must have read before it acts. */
  readonly journal: Journal;
  /** Gives up the lease and closes the connections, like closing the carrier. May be called twice. */
  close(): Promise<void>;
}

/** What an endpoint passes to its backplane. */
export interface BackplaneOptions {
  /** The node's id, its PubSub's. */
  readonly node: string;
  /** The endpoint's secrets, newest first. Keys are derived from them: messages signed with other keys are refused. */
  readonly secret: string | readonly string[];
  /** What the node does while it has lost contact with the others, as in the endpoint's options. Default `"wait"`. */
  readonly outage?: "wait" | "serve";
  /** Receives what operators should know. Default: nothing is logged. */
  readonly log?: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Counts what happens under a key, across all nodes. */
export interface RateLimitStore {
  /**
   * Takes one token of the key's bucket, if there is one. It never rejects: while the shared count is unavailable, this node
   * counts alone.
   *
   * @param key what is counted: `log-in:203.0.113.7`, for instance
   * @param rate `perSecond` in the long run, and `burst` at most at once
   * @returns 0 if it is allowed; otherwise how long to wait, ms
   * @example
   * const waitMs = await backplane.rateLimits.take(`log-in:${address}`, { perSecond: 0.1, burst: 5 });
   */
  take(key: string, rate: Rate): Promise<number>;
}

/**
 * A node's right to act, for a short time. Other nodes rely on it: if a node has been silent for longer than its lease, it
 * does nothing until it has read the journal.
 */
export interface Lease {
  /** How long a renewal lasts, ms. */
  readonly durationMs: number;
  /** Whether the node may start a job now. Cheap, and called before each job. */
  held(): boolean;
  /** Resolves when the lease is held: immediately, or after an outage. */
  whenHeld(): Promise<void>;
  /** Calls back when the lease has run out, and when it is held again. Returns a function that stops watching. */
  watch(watcher: { lapsed?(): void; regained?(): void }): () => void;
}

/**
 * Records that every node reads before its lease is renewed: a node that holds its lease knows all records older than the
 * lease, even if a message was lost. Records are kept for a while, not forever.
 */
export interface Journal {
  /** Appends a record of plain data. Rejects if that is not done within `withinMs`; it may have been appended anyway. */
  append(record: unknown, withinMs: number): Promise<void>;
  /** Reads. Called once; records come in order, this node's own included. */
  read(reader: JournalReader): void;
}

/** Reads a journal. None of its methods may throw. */
export interface JournalReader {
  record(record: unknown): void;
  /** The journal was lost and starts over. Nodes that know records of the last moments append them again. */
  lost(): void;
  /** Records may have been missed: the node was away for longer than they are kept, or while they were lost. */
  gap(): void;
}
