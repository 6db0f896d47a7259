import { onMount, putFlash, redirect, sessionOf, type OnMount } from "holdfast";
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Accounts, PublicUser } from "../accounts/index.js";

declare module "holdfast" {
  interface SessionValues {
    userId?: number;
  }
  interface FlashKinds {
    /** Takes the page that somebody asked for to the log-in form. It is not shown. */
    returnTo: string;
  }
}

declare module "hono" {
  interface ContextVariableMap {
    /** The user of this request, read from the database. */
    currentUser: PublicUser | undefined;
  }
}

/** Guards for requests and for views. */
export interface Auth {
  /** Middleware: loads the current user, once per request. */
  fetchCurrentUser: MiddlewareHandler;
  /** Middleware: sends everybody except confirmed users to the log-in page. */
  ensureConfirmed: MiddlewareHandler;
  /** The same rule at a view's mount, for the request and for the socket. */
  confirmedUser: OnMount<{ currentUser: PublicUser }>;
}

/**
 * Creates the guards, as middleware and as an on-mount hook.
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
      if (c.req.method === "GET") putFlash(c, "returnTo", asked(c.req.url));
      return c.redirect("/login");
    }),

    confirmedUser: onMount(async (socket, { session }) => {
      const currentUser = await socket.assignNew("currentUser", () => find(session.userId));
      if (!currentUser?.confirmedAt) return redirect("/login");
      return { currentUser };
    }),
  };
}

/** The path and query of a request; nothing if they are too long for a cookie. */
function asked(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname.length + search.length > 1000 ? "" : pathname + search;
}
