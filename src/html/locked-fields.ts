/** The fields of a form that its user cannot change: what a browser sends of each; undefined: nothing, because it is disabled. */
export type LockedFields = ReadonlyMap<string, string | undefined>;
