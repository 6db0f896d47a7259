// src/guards.ts
import { logIn, logOut, onMount, redirect, sessionOf, type ConnectInfo } from "holdfast";
import { createMiddleware } from "hono/factory";
import { userChanged, type Auth, type User } from "./auth.js";

// #region types
declare module "holdfast" {
  interface SessionValues {
    authSession?: string;
  }
}
declare module "hono" {
  interface ContextVariableMap {
    user: User | undefined;
  }
}
// #endregion

// #region names
export const socketIdOf = (userId: string): string => `user:${userId}`;

/** The cookies that the socket was opened with, as better-auth wants them. */
export function headersOf({ connectInfo }: { connectInfo: ConnectInfo }): Headers {
  return new Headers({ cookie: connectInfo.headers["cookie"] ?? "" });
}
// #endregion

export function createGuards(auth: Auth) {
  // #region bridge
  const bridge = createMiddleware(async (c, next) => {
    const found = await auth.api.getSession({ headers: c.req.raw.headers });
    const known = sessionOf(c).values.authSession;
    if (found === null && known !== undefined) await logOut(c);
    if (found !== null && found.session.id !== known) {
      await logIn(c, { authSession: found.session.id, liveSocketId: socketIdOf(found.user.id) });
    }
    c.set("user", found?.user);
    await next();
  });
  // #endregion

  // #region hook
  const signedIn = onMount(async (socket) => {
    const user = await socket.assignNew("user", async () => (await auth.api.getSession({ headers: headersOf(socket) }))?.user);
    if (user === undefined) return redirect("/login");
    return { user, csrf: socket.csrfToken() };
  }, { topic: ({ user }) => userChanged(user.id) });
  // #endregion

  return { bridge, signedIn };
}
