import { Sweep } from "./sweep.js";

/** A revoked key's times. */
interface Revocation {
  /** When it was revoked, ms epoch. */
  readonly at: number;
  /** When it may be forgotten, ms epoch. */
  readonly until: number;
}

/** How many old entries each new one examines. */
const SWEPT_PER_ENTRY = 4;

/**
 * Revocations in memory, bounded. There is no timer: each new entry examines a few old ones and removes those that have
 * expired.
 *
 * Beyond `maxEntries` the oldest half is dropped, and every session that began before the newest dropped revocation ends. So no
 * log-out is undone; some users who did not log out must log in again.
 */
export class RevocationTable {
  readonly #entries = new Map<string, Revocation>();
  readonly #maxEntries: number;
  readonly #now: () => number;
  #endedUntil: number;
  readonly #sweep = new Sweep(this.#entries, SWEPT_PER_ENTRY);

  constructor({ maxEntries, now, endedUntil = -Infinity }: { maxEntries: number; now: () => number; endedUntil?: number }) {
    this.#maxEntries = maxEntries;
    this.#now = now;
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
    const now = this.#now();
    for (const entry of this.#entries) if (entry[1].until > now) yield entry;
  }

  /** Ends all sessions that began at this time or before. */
  endUntil(at: number): void {
    this.#endedUntil = Math.max(this.#endedUntil, at);
  }

  /**
   * Adds an entry. If the key exists, the later times count.
   *
   * @returns true if there were too many entries, so that `endedUntil` has risen
   */
  add(key: string, at: number, until: number): boolean {
    const now = this.#now();
    this.#sweep.step(({ until: end }) => end <= now);
    const entry = this.#entries.get(key);
    this.#entries.set(key, entry === undefined ? { at, until } : { at: Math.max(entry.at, at), until: Math.max(entry.until, until) });
    if (this.#entries.size <= this.#maxEntries) return false;
    this.#drop();
    return true;
  }

  revokedAt(key: string): number | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > this.#now()) return entry.at;
    this.#entries.delete(key);
    return undefined;
  }

  #drop(): void {
    const now = this.#now();
    const byAge = [...this.#entries].filter(([, { until }]) => until > now).sort(([, a], [, b]) => a.at - b.at);
    const dropped = byAge.slice(0, Math.ceil(byAge.length / 2));
    this.#entries.clear();
    for (const [key, entry] of byAge.slice(dropped.length)) this.#entries.set(key, entry);
    if (dropped.length > 0) this.endUntil(dropped.at(-1)![1].at);
  }
}
