/**
 * Forgets what is idle in a map, a few entries at each step, so that there is neither a timer nor a pause. Its place is an
 * iterator of the map, which goes on over what is added and removed meanwhile.
 *
 * @example
 * const sweep = new Sweep(buckets);
 * sweep.step((bucket) => bucket.full(now)); // whenever one is added
 */
export class Sweep<K, V> {
  readonly #map: Map<K, V>;
  readonly #looks: number;
  #place: IterableIterator<[K, V]>;

  /** @param looks entries that each step examines. More than one, so that idle ones go faster than new ones come. */
  constructor(map: Map<K, V>, looks = 2) {
    this.#map = map;
    this.#looks = looks;
    this.#place = map.entries();
  }

  /** Examines the next entries, from the first again behind the last, and removes those that are idle. */
  step(idle: (value: V) => boolean): void {
    for (let looks = Math.min(this.#looks, this.#map.size); looks > 0; looks--) {
      let next = this.#place.next();
      if (next.done === true) {
        this.#place = this.#map.entries();
        next = this.#place.next();
        if (next.done === true) return;
      }
      const [key, value] = next.value;
      if (idle(value)) this.#map.delete(key);
    }
  }
}
