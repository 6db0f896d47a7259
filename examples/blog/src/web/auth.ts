import { onMount, putFlash, redirect, sessionOf, type OnMount } from "holdfast";
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Accounts, PublicUser } from "../accounts/index.js";

declare module "holdfast" {
  interface SessionValues {
    userId?: number;
  }
}

declare module "hono" {
  interface ContextVariableMap {
    /** Who asks, as the database has them now. */
    currentUser: PublicUser | undefined;
  }
}

/** The blog's two doors. */
export interface Auth {
  /** Middleware: looks up the current user, once per request. */
  fetchCurrentUser: MiddlewareHandler;
  /** Middleware: whoever is not a confirmed user is sent to log in. */
  ensureConfirmed: MiddlewareHandler;
  /** The same rule at a view's mount, for the request and for the socket. */
  confirmedUser: OnMount<{ currentUser: PublicUser }>;
}

/**
 * Who may come in, as middleware and as a hook.
 *
 * @example
 * const { ensureConfirmed, confirmedUser } = createAuth(accounts);
 */
export function createAuth(accounts: Accounts): Auth {
  const find = (id: number | undefined) => (id === undefined ? undefined : accounts.getUser(id));

  return {
    fetchCurrentUser: createMiddleware(async (c, next) => {
      c.set("currentUser", await find(sessionOf(c).values.userId));
      await next();
    }),

    ensureConfirmed: createMiddleware(async (c, next) => {
      if (c.var.currentUser?.confirmedAt) return next();
      putFlash(c, "error", "Please log in first.");
      return c.redirect("/login");
    }),

    confirmedUser: onMount(async (socket, { session }) => {
      const currentUser = await socket.assignNew("currentUser", () => find(session.userId));
      if (!currentUser?.confirmedAt) return redirect("/login");
      return { currentUser };
    }),
  };
}
