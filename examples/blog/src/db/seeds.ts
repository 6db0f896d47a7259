import { eq, sql } from "drizzle-orm";
import { createPasswords, type PasswordCost } from "../accounts/passwords.js";
import type { Database } from "./client.js";
import { isUniqueViolation } from "./errors.js";
import { posts, users, type Role } from "./schema.js";
import { SEED_POSTS } from "./seed-posts.js";

interface SeedLogin {
  email: string;
  name: string;
  role: Role;
  confirmed: boolean;
  password: string;
}

/**
 * The accounts of a fresh development database. Their passwords are public: never seed a database that others
 * can reach.
 */
export const SEED_LOGINS: readonly SeedLogin[] = [
  {
    email: "admin@blog.example",
    name: "Ines Admin",
    role: "admin",
    confirmed: true,
    password: "admin-of-the-blog",
  },
  {
    email: "editor@blog.example",
    name: "Edda Writer",
    role: "editor",
    confirmed: true,
    password: "editor-of-the-blog",
  },
  {
    email: "reader@blog.example",
    name: "Remy Reader",
    role: "reader",
    confirmed: true,
    password: "reader-of-the-blog",
  },
  {
    email: "new@blog.example",
    name: "Nova Newcomer",
    role: "reader",
    confirmed: false,
    password: "new-on-the-blog",
  },
];

const HOUR = 60 * 60 * 1_000;

/**
 * Fills an empty database with users and posts, all or nothing. A database that was seeded before is left as
 * it is, even if its posts have been changed or deleted.
 *
 * @param options.passwordCost lower it in tests only
 * @returns whether anything was written
 * @example
 * if (await seed(db)) for (const { email, password } of SEED_LOGINS) console.log(email, password);
 */
export async function seed(
  db: Database,
  options: { passwordCost?: PasswordCost | undefined; now?: () => Date } = {},
): Promise<boolean> {
  const first = SEED_LOGINS[0]!;
  if (await db.select({ id: users.id }).from(users).where(eq(users.email, first.email)).get()) return false;

  const { now = () => new Date() } = options;
  const passwords = createPasswords(options.passwordCost);
  const at = now();
  const people = await Promise.all(
    SEED_LOGINS.map(async ({ email, name, role, confirmed, password }) => ({
      email,
      name,
      role,
      passwordHash: await passwords.hash(password),
      confirmedAt: confirmed ? at : null,
      createdAt: at,
    })),
  );
  const texts = SEED_POSTS.map(({ title, body, author, hoursAgo }) => {
    const written = new Date(at.getTime() - hoursAgo * HOUR);
    const authorId = sql<number>`(select ${users.id} from ${users} where ${users.email} = ${author})`;
    return { title, body, authorId, createdAt: written, updatedAt: written };
  });

  try {
    await db.batch([db.insert(users).values(people), db.insert(posts).values(texts)]);
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false; // another process seeded at the same moment
    throw error;
  }
}
