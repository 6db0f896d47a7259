/** Data about somebody's presence, such as when they came and what they are viewing. */
export type Meta = Readonly<Record<string, unknown>>;

/** A meta as clients see it. `phx_ref` identifies this version of it, and `phx_ref_prev` the one that it replaced. */
export type TrackedMeta = Meta & { readonly phx_ref: string; readonly phx_ref_prev?: string };

/** Who is present: for each key all its metas, for instance one for each tab. The client's `Presence` reads it. */
export type PresenceList = Readonly<Record<string, { readonly metas: readonly TrackedMeta[] }>>;

/** A change that the client's `Presence` reads. An updated meta both leaves and joins. */
export interface PresenceDiff {
  readonly joins: PresenceList;
  readonly leaves: PresenceList;
}

/** One presence: a meta of a key on a topic, kept by one node. */
export interface Entry {
  /** Unique on its node, and stable across updates. */
  readonly id: number;
  readonly topic: string;
  readonly key: string;
  readonly meta: TrackedMeta;
}
