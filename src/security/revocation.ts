/**
 * Remembers which sessions have ended before their time. With more than one node, all must see the same
 * store.
 *
 * A key is `session:<session id>` (log-out) or `id:<live socket id>` (all sessions of that id from before
 * `at`).
 */
export interface RevocationStore {
  /**
   * @param key what is revoked
   * @param at when, ms epoch; of two times the later one counts
   * @param until when it may be forgotten since everything it revokes has expired, ms epoch
   */
  revoke(key: string, at: number, until: number): void | Promise<void>;
  /** When the key was revoked, ms epoch; `undefined` if it was not. */
  revokedAt(key: string): number | undefined | Promise<number | undefined>;
}

/** The key that revokes one session. */
export function sessionKey(sessionId: string): string {
  return `session:${sessionId}`;
}

/** The key that revokes all sessions of a live socket id, such as `users_socket:7`. */
export function liveSocketIdKey(liveSocketId: string): string {
  return `id:${liveSocketId}`;
}

// Each new entry pays for a look at so many old ones. More than one, so that the sweep outruns the growth.
const SWEPT_PER_REVOKE = 4;

interface Entry {
  at: number;
  until: number;
}

/**
 * Revocations in this process: right for one node, gone when it restarts. Has no timer; what has expired is
 * forgotten a few entries at a time, while others are added.
 *
 * @param now the clock, ms epoch; default `Date.now`
 * @example
 * const store = new MemoryRevocations();
 * store.revoke(sessionKey(session.id), Date.now(), session.expiresAt);
 */
export class MemoryRevocations implements RevocationStore {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  #sweep = this.#entries[Symbol.iterator]();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** How many entries are kept at the moment, expired ones that have not been swept included. */
  get size(): number {
    return this.#entries.size;
  }

  revoke(key: string, at: number, until: number): void {
    this.#forgetSome();
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#entries.set(key, { at, until });
    } else {
      entry.at = Math.max(entry.at, at);
      entry.until = Math.max(entry.until, until);
    }
  }

  revokedAt(key: string): number | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > this.#now()) return entry.at;
    this.#entries.delete(key);
    return undefined;
  }

  /** What is kept, with what may be forgotten. */
  entries(): Iterable<readonly [key: string, entry: Readonly<Entry>]> {
    return this.#entries;
  }

  #forgetSome(): void {
    const now = this.#now();
    for (let looks = Math.min(SWEPT_PER_REVOKE, this.#entries.size); looks > 0; looks--) {
      let step = this.#sweep.next();
      if (step.done) {
        this.#sweep = this.#entries[Symbol.iterator]();
        step = this.#sweep.next();
        if (step.done) return;
      }
      const [key, entry] = step.value;
      if (entry.until <= now) this.#entries.delete(key);
    }
  }
}
