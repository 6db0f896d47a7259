/**
 * Whether Redis has answered that it is a replica: after a failover, the name in the URL may lead to another server, but an open
 * connection does not follow it. Before Redis 7, a script's error has a prefix.
 */
export function isReplica(error: unknown): boolean {
  return error instanceof Error && /(?:^|-)READONLY\b/.test(error.message);
}

/** Whether Redis has answered and refused this client: a wrong password, or a database that does not exist, does not fix itself. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR Client sent AUTH|ERR DB index is out of range)/.test(error.message);
}
