/** Something that has a topic's name. */
interface Named {
  readonly topic: string;
}

/**
 * The topics of one socket by name. Most pages join a single one, and a Map for it would be among the largest objects that an idle
 * page keeps: so a Map is made for the second.
 */
export class TopicTable<T extends Named> {
  #only: T | undefined;
  #all: Map<string, T> | undefined;

  get size(): number {
    return this.#all?.size ?? (this.#only === undefined ? 0 : 1);
  }

  get(name: string): T | undefined {
    if (this.#all !== undefined) return this.#all.get(name);
    return this.#only?.topic === name ? this.#only : undefined;
  }

  /** Puts a topic under its name, in the place of an earlier one. */
  put(topic: T): void {
    const only = this.#only;
    if (this.#all !== undefined) {
      this.#all.set(topic.topic, topic);
    } else if (only === undefined || only.topic === topic.topic) {
      this.#only = topic;
    } else {
      this.#all = new Map([[only.topic, only], [topic.topic, topic]]);
      this.#only = undefined;
    }
  }

  delete(name: string): void {
    this.#all?.delete(name);
    if (this.#only?.topic === name) this.#only = undefined;
  }

  clear(): void {
    this.#all = undefined;
    this.#only = undefined;
  }

  /** The topics, in the order in which their names were first put. */
  toArray(): T[] {
    if (this.#all !== undefined) return [...this.#all.values()];
    return this.#only === undefined ? [] : [this.#only];
  }
}
