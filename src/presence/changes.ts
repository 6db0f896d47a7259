import type { Entry, PresenceDiff, TrackedMeta } from "./types.js";

type Metas = Map<string, TrackedMeta[]>;

/** Collects changes, topic by topic. An entry that joins and leaves in the same step never existed. */
export class Changes {
  readonly #topics = new Map<string, { joins: Metas; leaves: Metas }>();

  join(entry: Entry): void {
    add(this.#of(entry.topic).joins, entry);
  }

  leave(entry: Entry): void {
    const { joins, leaves } = this.#of(entry.topic);
    const joined = joins.get(entry.key);
    if (joined === undefined) return add(leaves, entry);
    const at = joined.findIndex((meta) => meta.phx_ref === entry.meta.phx_ref);
    if (at === -1) return add(leaves, entry);
    joined.splice(at, 1);
    if (joined.length === 0) joins.delete(entry.key);
  }

  /** A diff for each topic on which something changed. */
  diffs(): Map<string, PresenceDiff> {
    const diffs = new Map<string, PresenceDiff>();
    for (const [topic, { joins, leaves }] of this.#topics) {
      if (joins.size > 0 || leaves.size > 0) diffs.set(topic, { joins: listOf(joins), leaves: listOf(leaves) });
    }
    return diffs;
  }

  #of(topic: string): { joins: Metas; leaves: Metas } {
    let of = this.#topics.get(topic);
    if (of === undefined) this.#topics.set(topic, (of = { joins: new Map(), leaves: new Map() }));
    return of;
  }
}

function add(metas: Metas, { key, meta }: Entry): void {
  const known = metas.get(key);
  if (known === undefined) metas.set(key, [meta]);
  else known.push(meta);
}

/** The application chooses the keys: one may be called `__proto__`. */
function listOf(metas: Metas): PresenceDiff["joins"] {
  return Object.fromEntries(Array.from(metas, ([key, list]) => [key, { metas: list }]));
}
