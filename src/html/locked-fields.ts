/** A text that is too long to be written a second time: its digest is. */
export interface LongText {
  readonly sha256: string;
}

/** The fields of a form that its user cannot change: what a browser sends of each; undefined: nothing, because it is disabled. */
export type LockedFields = ReadonlyMap<string, string | LongText | undefined>;

/** For a form without such fields, or of which nothing is known. */
export const NOTHING_LOCKED: LockedFields = new Map();
