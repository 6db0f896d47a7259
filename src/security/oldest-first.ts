/**
 * A map's keys, oldest first, for a map whose oldest entries make room. A fresh `map.keys().next()` for each of them is slow: the
 * engine leaves a hole where an entry was deleted, and steps over all holes at the map's front (20 µs and more for a large map). This
 * keeps its place instead. It expects that each key it names is deleted.
 *
 * @example
 * const oldest = new OldestFirst(pages);
 * if (pages.size > most) pages.delete(oldest.next()!);
 */
export class OldestFirst<K> {
  readonly #map: ReadonlyMap<K, unknown>;
  #place: Iterator<K>;

  constructor(map: ReadonlyMap<K, unknown>) {
    this.#map = map;
    this.#place = map.keys();
  }

  /** The oldest key; undefined if the map is empty. */
  next(): K | undefined {
    let next = this.#place.next();
    if (next.done === true) {
      // An iterator that has ended does not see what is added later.
      this.#place = this.#map.keys();
      next = this.#place.next();
    }
    return next.done === true ? undefined : next.value;
  }
}
