import { Sweep } from "./sweep.js";

/** A revoked key's times. */
interface Revocation {
  /** When it was revoked, ms epoch. */
  readonly at: number;
  /** When it may be forgotten, ms epoch. */
  readonly until: number;
  /** When that much time has passed, on the clock that does not jump. */
  readonly passesAt: number;
}

/** How many old entries each new one examines. */
const SWEPT_PER_ENTRY = 4;

/**
 * Revocations in memory, bounded. There is no timer: each new entry examines a few old ones and removes those that have
 * expired, on two clocks. One of them may be set forward, and back again: then what it had ended would be valid once more.
 *
 * Beyond `maxEntries` the oldest half is dropped, and every session that began before the newest dropped revocation ends. So no
 * log-out is undone; some users who did not log out must log in again.
 */
export class RevocationTable {
  readonly #entries = new Map<string, Revocation>();
  readonly #maxEntries: number;
  readonly #now: () => number;
  readonly #steady: () => number;
  #endedUntil: number;
  readonly #sweep = new Sweep(this.#entries, SWEPT_PER_ENTRY);

  /** @param now one clock, ms epoch, instead of the system's two */
  constructor({ maxEntries, now, endedUntil = -Infinity }: { maxEntries: number; now?: (() => number) | undefined; endedUntil?: number }) {
    this.#maxEntries = maxEntries;
    this.#now = now ?? (() => Date.now());
    this.#steady = now ?? (() => performance.now());
    this.#endedUntil = endedUntil;
  }

  /** The number of entries, including expired ones that have not been swept. */
  get size(): number {
    return this.#entries.size;
  }

  /** Sessions that began at this time or before have ended, ms epoch. */
  get endedUntil(): number {
    return this.#endedUntil;
  }

  /** The entries that have not expired. */
  *live(): Generator<readonly [string, Revocation]> {
    const hasExpired = this.#expiry();
    for (const entry of this.#entries) if (!hasExpired(entry[1])) yield entry;
  }

  /** Ends all sessions that began at this time or before. */
  endUntil(at: number): void {
    this.#endedUntil = Math.max(this.#endedUntil, at);
  }

  /**
   * Adds an entry. If the key exists, the later times count.
   *
   * @param leastMs how long it stays at least, ms
   * @returns true if there were too many entries, so that `endedUntil` has risen
   */
  add(key: string, at: number, until: number, leastMs = 0): boolean {
    this.#sweep.step(this.#expiry());
    const passesAt = this.#steady() + Math.max(until - this.#now(), leastMs);
    const entry = this.#entries.get(key);
    this.#entries.set(key, entry === undefined ? { at, until, passesAt } : {
      at: Math.max(entry.at, at), until: Math.max(entry.until, until), passesAt: Math.max(entry.passesAt, passesAt),
    });
    if (this.#entries.size <= this.#maxEntries) return false;
    this.#drop();
    return true;
  }

  revokedAt(key: string): number | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (!this.#expiry()(entry)) return entry.at;
    this.#entries.delete(key);
    return undefined;
  }

  /** Whether an entry may be forgotten now. */
  #expiry(): (entry: Revocation) => boolean {
    const now = this.#now();
    const steady = this.#steady();
    return ({ until, passesAt }) => until <= now && passesAt <= steady;
  }

  #drop(): void {
    const byAge = [...this.live()].sort(([, a], [, b]) => a.at - b.at);
    const dropped = byAge.slice(0, Math.ceil(byAge.length / 2));
    this.#entries.clear();
    for (const [key, entry] of byAge.slice(dropped.length)) this.#entries.set(key, entry);
    if (dropped.length > 0) this.endUntil(dropped.at(-1)![1].at);
  }
}
