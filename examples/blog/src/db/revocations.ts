import { eq, lt, sql } from "drizzle-orm";
import type { RevocationStore } from "holdfast";
import type { Database } from "./client.js";
import { revocations } from "./schema.js";

/** How much longer than needed a revocation is kept, in milliseconds: a machine's clock may be ahead for a while. */
const SPARE = 30 * 86_400_000;

/**
 * Remembers ended sessions in the database, so that a log-out survives a restart and every process that shares
 * the database sees it. Times are milliseconds since 1970.
 *
 * @example
 * const store = new SqlRevocationStore(db);
 * await store.revoke("users_socket:7", Date.now(), Date.now() + 14 * 86_400_000);
 */
export class SqlRevocationStore implements RevocationStore {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, options: { now?: () => number } = {}) {
    this.#db = db;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Ends all sessions under a key that began at or before `at`. Of two revocations of a key the later counts.
   *
   * @param until when the last such session has expired anyway; then the revocation is forgotten
   */
  async revoke(key: string, at: number, until: number): Promise<void> {
    await this.#db.batch([
      this.#db
        .insert(revocations)
        .values({ key, at, until })
        .onConflictDoUpdate({
          target: revocations.key,
          set: {
            at: sql`max(${revocations.at}, excluded.at)`,
            until: sql`max(${revocations.until}, excluded.until)`,
          },
        }),
      this.#db.delete(revocations).where(lt(revocations.until, this.#now() - SPARE)),
    ]);
  }

  /** When the key was last revoked, or `undefined` if it never was. */
  async revokedAt(key: string): Promise<number | undefined> {
    const row = await this.#db
      .select({ at: revocations.at })
      .from(revocations)
      .where(eq(revocations.key, key))
      .get();
    return row?.at;
  }
}
