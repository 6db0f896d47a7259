/** A place in the queue in front of the views. */
export interface Waiting {
  /** Resolves with undefined when it is admitted; or with how long the client should stay away, ms. */
  readonly answer: Promise<number | undefined>;
  /** It is no longer wanted, and gives its place to the next. */
  leave(): void;
}

/** Asks whether a join may begin; undefined: at once. */
export type AdmitJoin = () => Waiting | undefined;
