/** A nested view's topic, as its parent knows it. */
interface Nested {
  readonly process: { readonly id: string };
  /** The parent's page no longer shows it, or has ended. */
  dropped(): void;
}

/** The topics of a view's nested views: they end with it. */
export class NestedTopics<T extends Nested> {
  readonly #open = new Set<T>();
  /** The views that have been joined since the page shows them. */
  readonly #joined = new Set<string>();

  add(topic: T): void {
    this.#open.add(topic);
  }

  delete(topic: T): void {
    this.#open.delete(topic);
  }

  /** Whether a view is joined for the first time since the page shows it. */
  joinsFirst(id: string): boolean {
    return this.#joined.size < this.#joined.add(id).size;
  }

  /** The page shows these views no longer. */
  drop(ids: readonly string[]): void {
    for (const id of ids) this.#joined.delete(id);
    for (const topic of [...this.#open]) if (ids.includes(topic.process.id)) topic.dropped();
  }

  dropAll(): void {
    for (const topic of [...this.#open]) topic.dropped();
  }
}
