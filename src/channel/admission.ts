/** A place in the queue before a join. */
export interface Waiting {
  /** Resolves with undefined once it is admitted, or with how long the client should stay away, ms. */
  readonly answer: Promise<number | undefined>;
  /** Gives up the place, for the next in the queue. */
  leave(): void;
}
