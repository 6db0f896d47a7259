import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, type Client } from "@libsql/client";
import { drizzle, type LibSQLDatabase } from "drizzle-orm/libsql";
import { migrate } from "drizzle-orm/libsql/migrator";
import * as schema from "./schema.js";

/** The blog's database; `db.$client.close()` closes the file. */
export type Database = LibSQLDatabase<typeof schema> & { $client: Client };

const MIGRATIONS = fileURLToPath(new URL("../../migrations", import.meta.url));

/** How long a statement waits for another process's write lock, in milliseconds. */
const BUSY_TIMEOUT = 5_000;

/**
 * Opens the database and brings its tables up to date.
 *
 * @param url `":memory:"`, `"file:blog.db"` (its folder is created if needed), or a remote `"libsql://…"`
 * @throws if the database cannot be opened or a migration fails
 * @example
 * const db = await openDatabase("file:var/blog.db");
 */
export async function openDatabase(url: string): Promise<Database> {
  const local = url === ":memory:" || url.startsWith("file:");
  if (url.startsWith("file:")) await mkdir(dirname(pathOf(url)), { recursive: true });

  // One connection: PRAGMAs belong to a connection, so a pool's second one would lack them. Nobody waits for it,
  // because nothing holds it across an await: what must be atomic is one statement or one batch.
  const client = createClient({ url, concurrency: local ? 1 : 20, timeout: BUSY_TIMEOUT });
  try {
    if (local) {
      await client.execute(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
      await client.execute("PRAGMA journal_mode = WAL");
      await client.execute("PRAGMA synchronous = NORMAL"); // safe with WAL, and far faster
      await client.execute("PRAGMA foreign_keys = ON");
    }
    // The type arguments are written out: inferring them makes the compiler compare Drizzle's types with each other, two
    // thirds of its work for this application.
    const db = drizzle<typeof schema, Client>(client, { schema });
    await migrate<typeof schema>(db, { migrationsFolder: MIGRATIONS });
    return db;
  } catch (error) {
    client.close();
    throw error;
  }
}

function pathOf(url: string): string {
  const path = url.slice("file:".length).replace(/[?#].*$/, "");
  return path.startsWith("//") ? fileURLToPath(`file:${path}`) : resolve(path);
}
