/**
 * A cache of recent results: it holds at least its latest entries and never twice as many. There are two generations: when the younger is
 * full, it replaces the older one as a whole. So there is neither a timer nor a list to keep in order.
 *
 * What each visitor leaves in it should be few and small: an entry that outlives a collection of the young objects is copied, and copied
 * again into the old ones, where it costs far more to remove. With 512 entries each, the tokens and secrets of pages that nobody
 * joined cost a tenth of a GET.
 *
 * @param least how many of the latest entries it holds at least
 * @example
 * const cache = new RecentCache<string>(64);
 * cache.set("a", text);
 * cache.get("a"); // text, until many others have been set
 */
export class RecentCache<T> {
  #young = new Map<string, T>();
  #old: ReadonlyMap<string, T> = new Map();
  readonly #least: number;

  constructor(least: number) {
    this.#least = least;
  }

  get(key: string): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: T): void {
    if (this.#young.size >= this.#least) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
