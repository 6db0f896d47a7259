import { HoldfastError } from "../errors/index.js";

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

/** Whether Redis has answered that this user lacks a right. An operator can grant it; until then it stays so. */
export function isForbidden(error: unknown): boolean {
  // The second is a script's error before Redis 7.2.
  return error instanceof Error && /^NOPERM|user executing the script can't/.test(error.message);
}

/** The code of Redis' answer, if the error is one: `OOM`, `NOPERM` … */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? /^[A-Z]{3,}(?= )/.exec(error.message)?.[0] : undefined;
}

/** The command that grants what a backplane needs, and nothing else: commands, its own keys and its own channels. */
export function grantOf(prefix: string): string {
  return `ACL SETUSER <name> ~${prefix}:* ~{${prefix}}:* &${prefix}:* &{${prefix}}:* +@read +@write +@pubsub +@connection +eval +time`;
}

/** Why a node could not start, with what to do if Redis does not allow it. */
export function explained(error: unknown, prefix: string): unknown {
  if (!(error instanceof Error && isForbidden(error))) return error;
  return new HoldfastError("endpoint_config_invalid", {
    what: "redis: the user lacks a right", expected: "a user who may use the keys, channels and commands of the backplane",
    got: error.message, fix: grantOf(prefix),
  }, { cause: error });
}
