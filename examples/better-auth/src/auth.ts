// src/auth.ts
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { admin } from "better-auth/plugins";
import { createPubSub, topic } from "holdfast";

// #region topics
export const pubsub = createPubSub();
/** One session of better-auth has ended: its user logged out, or was banned. */
export const authSessionEnded = (id: string) => topic<null>(`auth-session:${id}:ended`);
/** A user has changed: a new role, a new name, a ban. */
export const userChanged = (id: string) => topic<null>(`user:${id}:changed`);
// #endregion

// #region create-auth
export function createAuth({ secret, baseURL }: { secret: string; baseURL: string }) {
  const tables: Record<string, Record<string, unknown>[]> = { user: [], session: [], account: [], verification: [] };
  return betterAuth({
    secret, baseURL,
    database: memoryAdapter(tables),
    emailAndPassword: { enabled: true },
    plugins: [admin()],
    databaseHooks: {
      user: {
        // Whoever registers first is the admin.
        create: { before: async (user) => ({ data: { ...user, role: tables["user"]?.length === 0 ? "admin" : "user" } }) },
        update: { after: async (user) => pubsub.broadcast(userChanged(user.id), null) },
      },
      session: {
        delete: { after: async (session) => pubsub.broadcast(authSessionEnded(session.id), null) },
      },
    },
  });
}
// #endregion

// #region is-alive
/** Whether better-auth knows this session, and it has not expired. */
export async function isAlive(auth: Auth, id: string | undefined): Promise<boolean> {
  if (id === undefined) return false;
  const { adapter } = await auth.$context;
  const session = await adapter.findOne<{ expiresAt: Date }>({ model: "session", where: [{ field: "id", value: id }] });
  return session !== null && session.expiresAt > new Date();
}
// #endregion

export type Auth = ReturnType<typeof createAuth>;
export type User = Auth["$Infer"]["Session"]["user"];
