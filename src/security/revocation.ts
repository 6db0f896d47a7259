/**
 * Remembers which sessions ended before they expired. With more than one node, all must see the same store.
 *
 * A key is `session:<session id>` (log-out) or `id:<live socket id>` (all sessions of that id from before `at`).
 *
 * A store that fails throws or rejects. Then nobody knows whether the session is valid: a request that needs it gets 503 and
 * its cookie stays as it is, so that a brief failure logs nobody out.
 */
export interface RevocationStore {
  /**
   * Ends sessions. The log-out is acknowledged once this has returned or its promise has resolved, so it must be durable by then.
   *
   * @param key what is revoked
   * @param at when, ms epoch; of two times the later one counts
   * @param until when it may be forgotten since everything it revokes has expired, ms epoch
   */
  revoke(key: string, at: number, until: number): void | Promise<void>;
  /**
   * This node or another has revoked the key, with these arguments of `revoke`. A store may remember it in this process, in
   * case what the nodes share is lost. Default: nothing.
   */
  heard?(key: string, at: number, until: number): void;
  /** When the key was revoked, ms epoch; `undefined` if it was not. */
  revokedAt(key: string): number | undefined | Promise<number | undefined>;
  /** Sessions that began at this time or before have ended, ms epoch. Default: none. */
  readonly endedUntil?: number;
  /** True if a restart forgets what was revoked. Default: it does not. */
  readonly volatile?: boolean;
}

/** The key that revokes one session. */
export function sessionKey(sessionId: string): string {
  return `session:${sessionId}`;
}

/** The key that revokes all sessions of a live socket id, such as `users_socket:7`. */
export function liveSocketIdKey(liveSocketId: string): string {
  return `id:${liveSocketId}`;
}
