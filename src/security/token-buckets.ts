import { Sweep } from "./sweep.js";
import { TokenBucket } from "./token-bucket.js";

/** Token buckets by name. A full bucket equals a new one, so it is removed. */
export class TokenBuckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #byName = new Map<string, TokenBucket>();
  readonly #sweep = new Sweep(this.#byName);

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  get size(): number {
    return this.#byName.size;
  }

  get(name: string, now: number): TokenBucket {
    this.#sweep.step((bucket) => bucket.full(now));
    let bucket = this.#byName.get(name);
    if (bucket === undefined) this.#byName.set(name, (bucket = new TokenBucket(this.#perSecond, this.#burst)));
    return bucket;
  }
}
