import { checkOptions, FUNCTION, NUMBER, TEXT } from "../errors/options.js";
import { RevocationTable } from "./revocation-table.js";
import type { RevocationStore } from "./revocation.js";

/** The most entries that a store keeps in this process: about 150 MB. */
export const MAX_REVOCATIONS = 1_000_000;

/** Options of `memoryRevocations`. */
export interface MemoryRevocationsOptions {
  /**
   * What happens to sessions that began before this process, which cannot know whether they were logged out: "keep" them all, or
   * "end" them all, so that a restart logs everybody out. Default "keep".
   */
  readonly olderSessions?: "keep" | "end";
  /** The most revocations in memory. Beyond it the oldest half is dropped, and all sessions of that age end. Default 1,000,000. */
  readonly maxEntries?: number;
  /** The clock, ms epoch. Default the system's: `Date.now`, and beside it one that nobody sets. */
  readonly now?: () => number;
}

/** Revocations in the memory of this process. */
export interface MemoryRevocations extends RevocationStore {
  revoke(key: string, at: number, until: number): void;
  revokedAt(key: string): number | undefined;
  readonly volatile: true;
  readonly endedUntil: number;
  /** The number of entries, including expired ones that have not been swept. */
  readonly size: number;
}

/**
 * Keeps ended sessions in memory: for tests, development, and a single node without a disk. A restart forgets them, and a
 * cookie that was logged out becomes valid again, unless `olderSessions` is "end".
 *
 * @param options what happens to older sessions, and the most entries
 * @throws {HoldfastError} `revocations_unusable` for an option of another name or kind
 * @example
 * createEndpoint({ secret, revocations: memoryRevocations({ olderSessions: "end" }) });
 */
export function memoryRevocations(options: MemoryRevocationsOptions = {}): MemoryRevocations {
  const place = { of: "memoryRevocations", fix: 'memoryRevocations({ olderSessions: "end" })' };
  checkOptions<MemoryRevocationsOptions>("revocations_unusable", place, options, {
    olderSessions: TEXT,
    maxEntries: NUMBER,
    now: FUNCTION,
  });
  const { olderSessions = "keep", maxEntries = MAX_REVOCATIONS, now } = options;
  const table = new RevocationTable({ maxEntries, now, ...(olderSessions === "end" && { endedUntil: (now ?? Date.now)() - 1 }) });
  return {
    volatile: true,
    get endedUntil() {
      return table.endedUntil;
    },
    get size() {
      return table.size;
    },
    revoke: (key, at, until) => void table.add(key, at, until),
    revokedAt: (key) => table.revokedAt(key),
  };
}
