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
  return (
    error instanceof Error &&
    (isUntrusted(error) || /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR Client sent AUTH|ERR DB index is out of range)/.test(error.message))
  );
}

/**
 * Whether this client does not trust the server's certificate.
 *
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
function isUntrusted(error: Error): boolean {
  return (
    "code" in error &&
    /^(?:(?:DEPTH_ZERO_)?SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY_LEAF|GET_ISSUER)|CERT_|ERR_TLS_CERT_ALTNAME_INVALID)/.test(String(error.code))
  );
}

/** Whether Redis has answered that this user lacks a right. An operator can grant it; until then it stays so. */
export function isForbidden(error: unknown): boolean {
  // The second is a script's error before Redis 7.2.
  return error instanceof Error && /^NOPERM|user executing the script can't/.test(error.message);
}

/**
 * Whether Redis would answer the same again: the user lacks a right, or a key is of another type. An outage ends by itself, and so do a
 * failover and the loading of data; this waits for an operator, so no request and no message may wait for it. Before Redis 7, a script's
 * error has a prefix.
 */
export function isLasting(error: unknown): boolean {
  return isForbidden(error) || (error instanceof Error && /(?:^|-)WRONGTYPE\b/.test(error.message));
}

/** The code of Redis' answer, if the error is one: `OOM`, `NOPERM` … */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? /^[A-Z]{3,}(?= )/.exec(error.message)?.[0] : undefined;
}

/** The command that grants what a backplane needs, and nothing else: commands, its own keys and its own channels. */
export function grantOf(prefix: string): string {
  return `ACL SETUSER <name> ~${prefix}:* ~{${prefix}}:* &${prefix}:* &{${prefix}}:* +@read +@write +@pubsub +@connection +eval +time`;
}

/** Why a node could not start, with what to do if it is refused, or refuses the server. */
export function explained(error: unknown, prefix: string): unknown {
  if (!(error instanceof Error)) return error;
  const parts = advised(error, prefix);
  return parts === undefined ? error : new HoldfastError("endpoint_config_invalid", { ...parts, got: error.message }, { cause: error });
}

function advised(error: Error, prefix: string): { readonly what: string; readonly expected: string; readonly fix: string } | undefined {
  if (isUntrusted(error)) {
    return {
      what: "redis: the server's certificate is not trusted",
      expected: "a certificate for the url's host, of an authority that this process knows",
      fix: "NODE_EXTRA_CA_CERTS=ca.pem, or redis({ client: createClient({ url, socket: { tls: true, ca } }) })",
    };
  }
  if (isForbidden(error)) {
    return {
      what: "redis: the user lacks a right", expected: "a user who may use the keys, channels and commands of the backplane",
      fix: grantOf(prefix),
    };
  }
  if (isRefusal(error)) {
    return {
      what: "redis: the server refuses this client", expected: "a user, a password and a database that it knows",
      fix: "correct the url: redis://user:password@host:6379/0",
    };
  }
  if (isReplica(error)) {
    return {
      what: "redis: the server is a read-only replica", expected: "a primary, or a name that leads to one",
      fix: "correct the url; after a failover, start again when its name leads to the new primary",
    };
  }
  return undefined;
}
