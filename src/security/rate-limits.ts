import { TokenBucket } from "./token-bucket.js";
import { Sweep } from "./sweep.js";

/** The rate of one kind of request. */
export interface Rate {
  /** Sustained requests per second. */
  readonly perSecond: number;
  /** Requests at once, after a quiet time; at least 1. */
  readonly burst: number;
}

/** Keys in memory, about 20 MB. Beyond this many, the oldest are dropped and count from zero again. */
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
   * @returns 0 if the request is allowed; otherwise how long to wait, ms
   */
  take(key: string, { perSecond, burst }: Rate, now: number = performance.now()): number {
    this.#sweep.step((bucket) => bucket.full(now));
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#maxKeys) this.#makeRoom();
      bucket = new TokenBucket(perSecond, burst);
    } else {
      // The most recently used key goes last: a client that is held back cannot free itself by filling the table.
      this.#buckets.delete(key);
    }
    this.#buckets.set(key, bucket);
    return bucket.take(now);
  }

  /**
   * The oldest go, a hundredth at once: to find a map's first entry the engine steps over all that were deleted before it, and whoever
   * sends ever new keys would pay that for each.
   */
  #makeRoom(): void {
    const enough = this.#maxKeys - Math.max(1, Math.floor(this.#maxKeys / 100));
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= enough) return;
      this.#buckets.delete(oldest);
    }
  }
}
