import { TokenBucket } from "./token-bucket.js";
import { Sweep } from "./sweep.js";

/** The rate of one kind of request. */
export interface Rate {
  /** In the long run. */
  readonly perSecond: number;
  /** At once, on top of a quiet time; at least 1. */
  readonly burst: number;
}

/** Keys in memory, some 20 MB. Whoever can make up more keys than this pushes the oldest out, and they count from zero again. */
const MAX_KEYS = 100_000;

/**
 * Counts requests by key on this node. Full buckets are forgotten.
 *
 * @param maxKeys default 100,000
 * @example
 * const waitMs = limits.take("log-in 203.0.113.7", { perSecond: 0.1, burst: 5 });
 */
export class RateLimits {
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #sweep = new Sweep(this.#buckets);

  constructor(maxKeys: number = MAX_KEYS) {
    this.#maxKeys = maxKeys;
  }

  /** The number of keys in memory. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes one token of the key's bucket, if there is one.
   *
   * @param rate always the same for a key
   * @param now ms, of a monotonic clock. Default: the process's
   * @returns 0 if it is allowed; else how long to wait, ms
   */
  take(key: string, { perSecond, burst }: Rate, now: number = performance.now()): number {
    this.#sweep.step((bucket) => bucket.full(now));
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      const oldest = this.#buckets.size < this.#maxKeys ? undefined : this.#buckets.keys().next().value;
      if (oldest !== undefined) this.#buckets.delete(oldest);
      bucket = new TokenBucket(perSecond, burst);
    } else {
      // The one that was used last goes last: whoever is held back cannot free himself by filling the table.
      this.#buckets.delete(key);
    }
    this.#buckets.set(key, bucket);
    return bucket.take(now);
  }
}
