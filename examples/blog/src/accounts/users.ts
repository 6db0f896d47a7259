import { and, eq, isNull } from "drizzle-orm";
import { Forbidden } from "holdfast";
import type { Database } from "../db/client.js";
import { users } from "../db/schema.js";
import type { Standing } from "./roles.js";

/** Every column of a user but the password's hash: what may be assigned to a page. */
export const publicColumns = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  confirmedAt: users.confirmedAt,
  bannedAt: users.bannedAt,
  createdAt: users.createdAt,
};

/** A user without the password's hash. */
export type PublicUser = Omit<typeof users.$inferSelect, "passwordHash">;

/** Who asks a context for something. Only the id is believed. */
export type Actor = Pick<PublicUser, "id">;

/**
 * The user as the database has it now. Pages live long: the user in a page's state may have been banned, or
 * have lost a role, since it was opened. So the contexts judge by this and not by what they were handed.
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
