/** How many of the latest entries a cache holds at least: one generation. */
export const RECENT_ENTRIES = 512;

/**
 * A cache of recent results: it holds at least the latest 512 entries and never more than 1,024. There are two generations:
 * when the younger is full, it replaces the older one as a whole. So there is neither a timer nor a list to keep in order.
 *
 * @example
 * const cache = new RecentCache<Buffer>();
 * cache.set("a", bytes);
 * cache.get("a"); // bytes, until many others have been set
 */
export class RecentCache<T> {
  #young = new Map<string, T>();
  #old: ReadonlyMap<string, T> = new Map();

  get(key: string): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: T): void {
    if (this.#young.size >= RECENT_ENTRIES) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
