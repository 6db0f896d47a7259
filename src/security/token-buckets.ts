import { TokenBucket } from "./token-bucket.js";

/** Entries that each access examines. More than one, so that idle ones are removed faster than new ones come. */
const LOOKS = 2;

/** Token buckets by name. A full bucket is like a new one, so it is removed. */
export class TokenBuckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #byName = new Map<string, TokenBucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  get size(): number {
    return this.#byName.size;
  }

  get(name: string, now: number): TokenBucket {
    forgetSome(this.#byName, (bucket) => bucket.full(now));
    let bucket = this.#byName.get(name);
    if (bucket === undefined) this.#byName.set(name, (bucket = new TokenBucket(this.#perSecond, this.#burst)));
    return bucket;
  }
}

/** Examines the entries that were examined longest ago, and removes those that are idle. */
export function forgetSome<V>(map: Map<string, V>, idle: (value: V) => boolean): void {
  let looks = LOOKS;
  for (const [key, value] of map) {
    if (looks-- === 0) return;
    map.delete(key);
    if (!idle(value)) map.set(key, value);
  }
}
