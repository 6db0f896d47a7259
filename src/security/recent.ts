/** How many entries a generation has. */
const GENERATION = 512;

/**
 * What was made a moment ago, by its key, for as long as not many more have been made since. Two generations: when the
 * younger is full, the older goes as a whole, so there is neither a timer nor a list to keep in order.
 */
export class Recent<T> {
  #young = new Map<string, T>();
  #old: ReadonlyMap<string, T> = new Map();

  get(key: string): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  keep(key: string, value: T): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
