/** The names of what is stored in the database. */
export interface Keys {
  /** Identifies the data: disappears together with it. */
  readonly epoch: string;
  /** The live nodes, scored by the end of their leases. */
  readonly nodes: string;
  readonly journal: string;
  /** The channel on which nodes announce themselves. */
  readonly arrivals: string;
  /** Prefix of the channels of topics. */
  readonly channel: string;
  /** Prefix of the keys of topics whose last messages are kept. */
  readonly kept: string;
  /** Prefix of the keys of revocations. */
  readonly revocation: string;
  /** Prefix of the keys of rate-limit buckets. */
  readonly rate: string;
  /** Prefix of the keys of sessions' submissions. */
  readonly submissions: string;
}

/** @param prefix prefix of every name, so that applications can share a database */
export function keysOf(prefix: string): Keys {
  // A script may touch several keys only if they are in one cluster slot; the text in braces decides the slot.
  return {
    epoch: `{${prefix}}:epoch`, nodes: `{${prefix}}:nodes`, journal: `{${prefix}}:journal`,
    arrivals: `${prefix}:arrivals`, channel: `${prefix}:c:`, kept: `${prefix}:kept:`, revocation: `${prefix}:revoked:`, rate: `${prefix}:rate:`,
    submissions: `${prefix}:submissions:`,
  };
}
