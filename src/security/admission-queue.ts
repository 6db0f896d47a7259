import type { TokenBucket } from "./token-bucket.js";
import type { TokenBuckets } from "./token-buckets.js";

/**
 * The kind of work that asks for admission. A `rejoin` proves that its page existed a moment ago: a join with a valid page
 * token, or a handshake with its session's CSRF token. Everything else (other handshakes, page renders) is `new`.
 */
export type Lane = "new" | "rejoin";

/** A request for admission. */
export interface Arrival {
  /** The client that it comes from: see `networkOf`. */
  readonly network: string;
  /** The id of its session. */
  readonly session: string;
  readonly lane: Lane;
}

/** A request that waits until `settle` admits or refuses it. */
export interface Waiting<T> extends Arrival {
  /** What the caller passed to `arrive`. */
  readonly value: T;
  /** When it is refused, ms of the caller's clock. */
  readonly until: number;
}

/** The token bucket of one client in one lane, and the requests that wait for it. Each session has its own queue; they take turns. */
export class AdmissionQueue<T> {
  readonly bucket: TokenBucket;
  /** The sessions' queues; the next turn is the first one's. */
  readonly #queues = new Map<string, Set<Waiting<T>>>();
  /** All waiting requests in order of arrival: those that have waited too long are at the front. */
  readonly #all = new Set<Waiting<T>>();

  constructor(bucket: TokenBucket) {
    this.bucket = bucket;
  }

  get empty(): boolean {
    return this.#all.size === 0;
  }

  /** How many requests of one session are waiting. */
  queueOf(session: string): number {
    return this.#queues.get(session)?.size ?? 0;
  }

  /** How many requests are admitted, at most, before another one of this session. */
  before(session: string): number {
    return Math.min(this.#all.size, (this.queueOf(session) + 1) * this.#queues.size);
  }

  enqueue(waiting: Waiting<T>): void {
    this.#all.add(waiting);
    const queue = this.#queues.get(waiting.session);
    if (queue === undefined) this.#queues.set(waiting.session, new Set([waiting]));
    else queue.add(waiting);
  }

  remove(waiting: Waiting<T>): boolean {
    if (!this.#all.delete(waiting)) return false;
    const queue = this.#queues.get(waiting.session)!;
    queue.delete(waiting);
    if (queue.size === 0) this.#queues.delete(waiting.session);
    return true;
  }

  settle(now: number, sessions: TokenBuckets, admitted: Waiting<T>[], refused: Waiting<T>[]): void {
    this.#admit(now, sessions, admitted);
    for (const waiting of this.#all) {
      if (waiting.until > now) break;
      this.remove(waiting);
      refused.push(waiting);
    }
  }

  /**
   * Admits in turns: a session that had its turn moves to the end of the map, where this loop meets it again. A session whose
   * own bucket is empty is skipped; when all remaining sessions have been skipped in a row, the loop ends.
   */
  #admit(now: number, sessions: TokenBuckets, admitted: Waiting<T>[]): void {
    let skipped = 0;
    for (const [session, queue] of this.#queues) {
      const bucket = sessions.get(session, now);
      if (bucket.wait(now) > 0) {
        if (++skipped >= this.#queues.size) return;
      } else {
        if (this.bucket.take(now) > 0) return;
        bucket.take(now);
        const [first] = queue;
        this.remove(first!);
        admitted.push(first!);
        skipped = 0;
      }
      if (this.#queues.delete(session)) this.#queues.set(session, queue);
    }
  }

  nextAt(now: number, sessions: TokenBuckets): number {
    const [oldest] = this.#all;
    let wait = this.bucket.wait(now);
    if (wait === 0) {
      wait = Infinity;
      for (const session of this.#queues.keys()) wait = Math.min(wait, sessions.get(session, now).wait(now));
    }
    return Math.min(oldest!.until, now + wait);
  }
}
