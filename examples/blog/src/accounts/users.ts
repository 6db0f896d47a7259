import { and, eq, isNull } from "drizzle-orm";
import { Forbidden } from "holdfast";
import type { Database } from "../db/client.js";
import { users } from "../db/schema.js";
import type { Standing } from "./roles.js";

/** Every column of a user except the password's hash and the time of the last mail: what may be assigned to a page. */
export const publicColumns = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  confirmedAt: users.confirmedAt,
  bannedAt: users.bannedAt,
  createdAt: users.createdAt,
};

/** A user without the password's hash and the time of the last mail. */
export type PublicUser = Omit<typeof users.$inferSelect, "passwordHash" | "mailedAt">;

/** The user on whose behalf a context acts. Only the id is trusted. */
export type Actor = Pick<PublicUser, "id">;

/**
 * Loads the user from the database and checks a rule. Pages live long: the user in a page's state may have been
 * banned or have lost a role since it was opened, so the contexts do not trust what they are handed.
 *
 * @throws Forbidden if the user is gone, banned, or fails the rule
 * @example
 * const editor = await requireUser(db, actor, isEditor, "only editors change posts");
 */
export async function requireUser(
  db: Database,
  actor: Actor,
  rule: (user: Standing) => boolean,
  refusal: string,
): Promise<PublicUser> {
  const user = await db
    .select(publicColumns)
    .from(users)
    .where(and(eq(users.id, actor.id), isNull(users.bannedAt)))
    .get();
  if (!user || !rule(user)) throw new Forbidden(refusal);
  return user;
}
