/** Close codes; the comments say how the unmodified client handles them. */
export const CLOSE = {
  /** Reconnects and joins again: the session or the user was disconnected. */
  goingAway: 1001,
  /** Reconnects: it exceeded one of our limits. */
  policy: 1008,
  /** Reconnects: a message was longer than its limit. */
  tooBig: 1009,
  /** Reconnects: a message was not of the protocol. */
  malformed: 1011,
  /** Reconnects, with `holdfast/client` after the time that the reason names: this node stops, or is too busy for a join. */
  restart: 1012,
} as const;

/** The reason of `CLOSE.tooBig`, which the log's advice knows. */
export const FRAME_TOO_BIG = "frame too big";
