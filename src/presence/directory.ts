import type { Entry, PresenceList, TrackedMeta } from "./types.js";

/** An entry, with the data that orders a key's metas. */
interface Placed {
  readonly node: string;
  readonly entry: Entry;
}

const NOBODY: PresenceList = Object.freeze({});

/** Who is present, by topic and key: the entries of all nodes combined. */
export class Directory {
  readonly #topics = new Map<string, Map<string, Placed[]>>();
  /** Lists that were requested and are still up to date. */
  readonly #lists = new Map<string, PresenceList>();

  add(node: string, entry: Entry): void {
    this.#lists.delete(entry.topic);
    let keys = this.#topics.get(entry.topic);
    if (keys === undefined) this.#topics.set(entry.topic, (keys = new Map()));
    const placed = keys.get(entry.key);
    if (placed === undefined) keys.set(entry.key, [{ node, entry }]);
    else placed.push({ node, entry });
  }

  remove(node: string, entry: Entry): void {
    const keys = this.#topics.get(entry.topic);
    const placed = keys?.get(entry.key);
    if (keys === undefined || placed === undefined) return;
    const at = placed.findIndex((other) => other.node === node && other.entry.id === entry.id);
    if (at === -1) return;
    this.#lists.delete(entry.topic);
    placed.splice(at, 1);
    if (placed.length > 0) return;
    keys.delete(entry.key);
    if (keys.size === 0) this.#topics.delete(entry.topic);
  }

  /**
   * Everybody on a topic. The same object until somebody joins, changes or leaves. Nodes with the same entries return the
   * same list: metas are ordered by node, and by when they came.
   */
  list(topic: string): PresenceList {
    const known = this.#lists.get(topic);
    if (known !== undefined) return known;
    const keys = this.#topics.get(topic);
    if (keys === undefined) return NOBODY;
    const list = Object.fromEntries(Array.from(keys, ([key, placed]) => [key, { metas: inOrder(placed) }]));
    this.#lists.set(topic, list);
    return list;
  }

  /** One key's metas. */
  metas(topic: string, key: string): readonly TrackedMeta[] {
    return inOrder(this.#topics.get(topic)?.get(key) ?? []);
  }

  /** How many topics somebody is present on. */
  get size(): number {
    return this.#topics.size;
  }
}

function inOrder(placed: readonly Placed[]): TrackedMeta[] {
  return placed
    .toSorted((a, b) => (a.node === b.node ? a.entry.id - b.entry.id : a.node < b.node ? -1 : 1))
    .map(({ entry }) => entry.meta);
}
