import { isPromise, type MaybePromise } from "../../../mailbox/index.js";
import type { PresenceList, TrackedMeta } from "../../../presence/index.js";

/** Somebody who is present, one entry for each key. Each tab is a separate meta, with its own `phx_ref`. */
export interface PresenceEntry<M extends object> {
  readonly key: string;
  readonly metas: readonly (M & Pick<TrackedMeta, "phx_ref" | "phx_ref_prev">)[];
}

/** Adds data to all entries in one call. May also sort them, or leave some out. */
export type FetchPresences<M extends object, E> = (entries: readonly PresenceEntry<M>[]) => MaybePromise<readonly E[]>;

type AnyFetch = FetchPresences<object, unknown>;

const plain = new WeakMap<PresenceList, readonly PresenceEntry<object>[]>();
const fetched = new WeakMap<AnyFetch, WeakMap<PresenceList, MaybePromise<readonly unknown[]>>>();

/**
 * A topic's list as views render it, ordered by key, so that all nodes render the same. Computed once for all views of this
 * node: the tracker returns the same object until somebody joins or leaves.
 *
 * @param fetch also called once for each list, if it is the same function in all views
 */
export function rosterOf(list: PresenceList, fetch: AnyFetch | undefined): MaybePromise<readonly unknown[]> {
  const entries = entriesOf(list);
  if (fetch === undefined) return entries;
  let results = fetched.get(fetch);
  if (results === undefined) fetched.set(fetch, (results = new WeakMap()));
  const known = results.get(list);
  if (known !== undefined) return known;
  const given = fetch(entries);
  // A promise of our own for all views: some libraries' queries run again for each who awaits them.
  const result = isPromise(given) ? Promise.resolve(given) : given;
  results.set(list, result);
  // The next view that asks retries.
  if (isPromise(result)) result.catch(() => results.delete(list));
  return result;
}

function entriesOf(list: PresenceList): readonly PresenceEntry<object>[] {
  const known = plain.get(list);
  if (known !== undefined) return known;
  const entries = Object.entries(list).map(([key, { metas }]) => ({ key, metas })).sort((a, b) => (a.key < b.key ? -1 : 1));
  plain.set(list, Object.freeze(entries));
  return entries;
}
