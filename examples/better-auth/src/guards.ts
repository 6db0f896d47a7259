// src/guards.ts
import { logIn, logOut, onMount, redirect, sessionOf, type ConnectInfo } from "holdfast";
import { createMiddleware } from "hono/factory";
import type { Auth, User } from "./auth.js";

// #region types
declare module "holdfast" {
  interface SessionValues {
    authSession?: string;
  }
}
declare module "hono" {
  interface ContextVariableMap {
    account: User | undefined;
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
    c.set("account", found?.user);
    await next();
  });
  // #endregion

  // #region hook
  const signedIn = onMount(async (socket) => {
    const account = await socket.assignNew("account", async () => (await auth.api.getSession({ headers: headersOf(socket) }))?.user);
    if (account === undefined) return redirect("/login");
    return { account };
  });
  // #endregion

  return { bridge, signedIn };
}
