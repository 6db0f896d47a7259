/** The names of what is kept in the database. */
export interface Keys {
  /** Names the data: gone when the data is gone. */
  readonly epoch: string;
  /** Nodes that are alive, by when their lease ends. */
  readonly nodes: string;
  readonly journal: string;
  /** The channel on which nodes say that they have come. */
  readonly arrivals: string;
  /** Begins the channels of topics. */
  readonly channel: string;
  /** Begins the keys of topics whose last messages are kept. */
  readonly kept: string;
  /** Begins the keys of revocations. */
  readonly revocation: string;
  /** Begins the keys of buckets. */
  readonly rate: string;
  /** Begins the keys of sessions' submissions. */
  readonly submissions: string;
}

/** @param prefix begins each name, so that applications can share a database */
export function keysOf(prefix: string): Keys {
  // A script may touch several keys only if they are in one slot of a cluster: what is in braces decides.
  return {
    epoch: `{${prefix}}:epoch`, nodes: `{${prefix}}:nodes`, journal: `{${prefix}}:journal`,
    arrivals: `${prefix}:arrivals`, channel: `${prefix}:c:`, kept: `${prefix}:kept:`, revocation: `${prefix}:revoked:`, rate: `${prefix}:rate:`,
    submissions: `${prefix}:submissions:`,
  };
}
