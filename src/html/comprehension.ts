/**
 * A list whose items have keys, so that a moved item moves in the browser too. Keys and items are computed on demand: an item
 * that is only compared is dropped immediately, and a long list never exists twice.
 */
export class Comprehension {
  readonly #source: readonly unknown[];
  readonly #key: ((item: never, index: number) => unknown) | undefined;
  readonly #render: ((item: never, index: number) => unknown) | undefined;
  #items: readonly unknown[] | undefined;

  /** Without `key` an item's key is its index; without `render` the items are already content. */
  constructor(
    source: readonly unknown[],
    key?: (item: never, index: number) => unknown,
    render?: (item: never, index: number) => unknown,
  ) {
    this.#source = source;
    this.#key = key;
    this.#render = render;
  }

  get length(): number {
    return this.#source.length;
  }
  get keyed(): boolean {
    return this.#key !== undefined;
  }
  /** The function that renders items from nothing but themselves; undefined if there is none. */
  get memo(): unknown {
    return this.#render !== undefined && memos.has(this.#render) ? this.#render : undefined;
  }
  /** The source items. */
  get source(): readonly unknown[] {
    return this.#source;
  }
  key(index: number): unknown {
    return this.#key === undefined ? index : this.#key(this.#source[index] as never, index);
  }
  /** The keys of all items, in order. */
  keys(): unknown[] {
    const keys: unknown[] = [];
    for (let i = 0; i < this.#source.length; i++) keys.push(this.key(i));
    return keys;
  }
  item(index: number): unknown {
    if (this.#items !== undefined) return this.#items[index];
    const item = this.#source[index];
    return this.#render === undefined ? item : this.#render(item as never, index);
  }
  /** All items, which from now on are kept: whoever reads them before they are written sees what is written. */
  items(): readonly unknown[] {
    return (this.#items ??= Array.from(this.#source, (_, index) => this.item(index)));
  }
}

const memos = new WeakSet<object>();

/** Marks a function that renders items from nothing but themselves: see `memo`. */
export function markMemo(render: object): void {
  memos.add(render);
}
