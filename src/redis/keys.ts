/** The names of what is stored in the database. */
export interface Keys {
  /** Identifies the data: disappears together with it. */
  readonly epoch: string;
  /** The live nodes, scored by the end of their leases. */
  readonly nodes: string;
  /** The nodes that have said goodbye, scored by the end of what was left of their leases. */
  readonly left: string;
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

/**
 * @param prefix prefix of every name, so that applications can share a database
 * @param clustered whether it is a cluster; then all names have one hash tag, so that one shard has them all
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 */
export function keysOf(prefix: string, clustered = false): Keys {
  const root = clustered ? `{${prefix}}` : prefix;
  return {
    epoch: `{${prefix}}:epoch`, nodes: `{${prefix}}:nodes`, left: `{${prefix}}:left`, journal: `{${prefix}}:journal`,
    arrivals: `${root}:arrivals`, channel: `${root}:c:`, kept: `${root}:kept:`, revocation: `${root}:revoked:`, rate: `${root}:rate:`,
    submissions: `${root}:submissions:`,
  };
}
