/**
 * Removes idle entries from a map, a few at each step, so that there is neither a timer nor a pause. It keeps an iterator of the
 * map, which stays valid while entries are added and removed.
 *
 * @example
 * const sweep = new Sweep(buckets);
 * sweep.step((bucket) => bucket.full(now)); // whenever one is added
 */
export class Sweep<K, V> {
  readonly #map: Map<K, V>;
  readonly #looks: number;
  #place: IterableIterator<[K, V]>;

  /** @param looks entries that each step examines. More than one, so that idle entries leave faster than new ones come. */
  constructor(map: Map<K, V>, looks = 2) {
    this.#map = map;
    this.#looks = looks;
    this.#place = map.entries();
  }

  /** Examines the next entries, beginning again after the last, and removes the idle ones. */
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
