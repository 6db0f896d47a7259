// src/auth.ts
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { admin } from "better-auth/plugins";
import { createPubSub, topic } from "holdfast";

export const pubsub = createPubSub();
/** One session of better-auth has ended: its user logged out, or was banned. */
export const authSessionEnded = (id: string) => topic<null>(`auth-session:${id}:ended`);

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
      },
      session: {
        delete: { after: async (session) => pubsub.broadcast(authSessionEnded(session.id), null) },
      },
    },
  });
}
// #endregion

export type Auth = ReturnType<typeof createAuth>;
export type User = Auth["$Infer"]["Session"]["user"];
