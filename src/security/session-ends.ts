import { RecentCache } from "../collections/index.js";
import { liveSocketIdKey, type RevocationStore } from "./revocation.js";
import { REVOKED_AGES } from "./session.js";

/** The end of all sessions of a live socket id, as a revocation store takes it. */
interface SessionEnd {
  readonly key: string;
  /** ms epoch; rises from one end of an id to the next. */
  readonly at: number;
  readonly until: number;
}

/** How far the clocks of nodes may differ, ms. An end that lies further in the future was recorded before its clock was set back. */
const SKEW_MS = 60_000;

/**
 * Decides which log-ins end when a user's sessions are ended. It trusts no clock: one may be set back, and those of two nodes
 * may differ.
 *
 * A log-in remembers the last end of its live socket id, and any later one ends it. Times of ends are compared only with each
 * other, and each is later than the one before. So it does not matter whose clock a session began on.
 *
 * Only a log-in that is under way while sessions end needs a clock: its request must have arrived after the end.
 */
export class SessionEnds {
  readonly #store: RevocationStore;
  /** When this node heard of the latest ends, on its steady clock. */
  readonly #heard = new RecentCache<{ readonly at: number; readonly ms: number }>(512);

  constructor(store: RevocationStore) {
    this.#store = store;
  }

  /**
   * Ends all sessions of a live socket id.
   *
   * @param sessionMaxAgeMs how long sessions live
   * @throws whatever the store throws
   */
  async end(liveSocketId: string, sessionMaxAgeMs: number): Promise<SessionEnd> {
    const key = liveSocketIdKey(liveSocketId);
    const now = Date.now();
    const at = Math.max(now, ((await this.#store.revokedAt(key)) ?? 0) + 1);
    const until = now + REVOKED_AGES * sessionMaxAgeMs;
    await this.#store.revoke(key, at, until);
    this.heard(key, at);
    return { key, at, until };
  }

  /** This node or another has ended the sessions of a key. */
  heard(key: string, at: number): void {
    if (this.#heard.get(key)?.at !== at) this.#heard.set(key, { at, ms: performance.now() });
  }

  /**
   * The latest end that a log-in outlives: only a later one ends its session.
   *
   * @param authenticatedAt when the user was authenticated, ms epoch
   * @returns ms epoch; 0 if there was none, or if the last one has overtaken this log-in and ends it
   * @throws whatever the store throws
   */
  async before(liveSocketId: string, authenticatedAt: number): Promise<number> {
    const key = liveSocketIdKey(liveSocketId);
    const at = await this.#store.revokedAt(key);
    return at === undefined || this.#overtook(key, at, authenticatedAt) ? 0 : at;
  }

  #overtook(key: string, at: number, authenticatedAt: number): boolean {
    // In this order: a pause between the two makes the end later, and never lets a log-in escape it.
    const steady = performance.now();
    const now = Date.now();
    if (at <= now + SKEW_MS) return at >= authenticatedAt;
    const heard = this.#heard.get(key);
    // When it was heard, on the clock as it is now. `Date.now` drops the fraction of a millisecond: rounded up, none is lost.
    return heard?.at === at && Math.ceil(now - (steady - heard.ms)) >= authenticatedAt;
  }
}
