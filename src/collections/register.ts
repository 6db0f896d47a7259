/**
 * A Map with text keys, for what comes and goes. Its tables hold places instead of values, so outgrown ones keep no value alive.
 *
 * @example
 * const open = new Register<Socket>();
 * open.set(id, socket);
 * open.get(id); // socket
 * open.delete(id);
 */
export class Register<V extends {}> {
  readonly #places = new Map<string, number>();
  #values: (V | undefined)[] = [];
  #free: number[] = [];

  get size(): number {
    return this.#places.size;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  get(key: string): V | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#values[place];
  }

  set(key: string, value: V): void {
    const place = this.#places.get(key);
    if (place === undefined) this.add(key, value);
    else this.#values[place] = value;
  }

  /** Sets the value of a key that is not there yet, without looking for it. */
  add(key: string, value: V): void {
    const place = this.#free.pop() ?? this.#values.length;
    this.#places.set(key, place);
    this.#values[place] = value;
  }

  /** Returns what was there. */
  delete(key: string): V | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const value = this.#values[place];
    this.#places.delete(key);
    if (this.#places.size === 0) {
      this.#values = [];
      this.#free = [];
    } else {
      this.#values[place] = undefined;
      this.#free.push(place);
    }
    return value;
  }

  /** In the order in which they were first set, as in a Map. */
  keys(): Iterable<string> {
    return this.#places.keys();
  }

  /** In the order of their keys. */
  values(): V[] {
    return Array.from(this.#places.values(), (place) => this.#values[place]!);
  }
}
