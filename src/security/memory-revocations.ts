import { RevocationTable } from "./revocation-table.js";
import type { RevocationStore } from "./revocation.js";

/** Entries that a store in this process keeps: some 150 MB at most. */
export const MAX_REVOCATIONS = 1_000_000;

/** Options of `memoryRevocations`. */
export interface MemoryRevocationsOptions {
  /**
   * What becomes of sessions from before this process began, since nothing is known of them: "keep" them, those included that
   * were logged out, or "end" them all, so that a restart logs everybody out. Default "keep".
   */
  readonly olderSessions?: "keep" | "end";
  /** How many revocations are remembered. Beyond it the oldest half is forgotten, and every session of that age ends. Default 1,000,000. */
  readonly maxEntries?: number;
  /** The clock, ms epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** Revocations in the memory of this process. */
export interface MemoryRevocations extends RevocationStore {
  revoke(key: string, at: number, until: number): void;
  revokedAt(key: string): number | undefined;
  readonly volatile: true;
  readonly endedUntil: number;
  /** How many are kept at the moment, expired ones included that have not been swept. */
  readonly size: number;
}

/**
 * Remembers ended sessions in this process: for tests, for development, and for one node whose disk is not to be written. A
 * restart forgets them, and a cookie that was logged out is good again, unless `olderSessions` is "end".
 *
 * @param options what becomes of older sessions, how many entries
 * @example
 * createEndpoint({ secret, revocations: memoryRevocations({ olderSessions: "end" }) });
 */
export function memoryRevocations(
  { olderSessions = "keep", maxEntries = MAX_REVOCATIONS, now = Date.now }: MemoryRevocationsOptions = {},
): MemoryRevocations {
  const table = new RevocationTable({ maxEntries, now, ...(olderSessions === "end" && { endedUntil: now() - 1 }) });
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
