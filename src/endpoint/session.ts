import type { Context } from "hono";
import { HoldfastError } from "../errors/index.js";
import { checkValue, having, OBJECT } from "../errors/options.js";
import { html, type Rendered } from "../html/index.js";
import type { FlashKinds, SessionValues } from "../live/index.js";
import type { AsJson } from "../protocol/index.js";
import type { LogInOptions, RequestSession } from "./request-session.js";

/** Under a symbol, so that `c.get("session")` belongs to the application or its other middleware. */
const SESSION = Symbol("holdfast session");

declare module "hono" {
  interface ContextVariableMap {
    [SESSION]: RequestSession;
  }
}

/**
 * Logs a user in: begins a new session with a new id, so that an id fixed beforehand is worthless. The old session ends.
 *
 * A log-in is as old as its request. If `endSessions` resolves while the request runs, it ends this log-in too, because the
 * password that the request has checked may be the one that was just changed.
 *
 * @param values what the session holds; `liveSocketId` identifies its sockets for `endpoint.disconnect`
 * @throws {StatusError} 503, with `Retry-After`, if the revocation store fails: nobody is logged in, and the cookie stays
 * @example
 * await logIn(c, { userId: user.id, liveSocketId: `users_socket:${user.id}` });
 * @example
 * await endpoint.endSessions(liveSocketId);
 * await logIn(c, { userId: user.id, liveSocketId }, { authenticatedAt: Date.now() });
 * @example
 * await logIn(c, { userId: user.id }, { persistent: body["remember_me"] !== undefined });
 */
export async function logIn(
  c: Context, values: AsJson<SessionValues> & { liveSocketId?: string }, options: LogInOptions = {},
): Promise<void> {
  checkValue("session_misuse", { of: "logIn", fix: "await logIn(c, { userId: user.id })" }, "the object of values", values, OBJECT);
  const { liveSocketId, ...rest } = values;
  await sessionOf(c).logIn(rest as Record<string, unknown>, liveSocketId, options);
}

/**
 * Logs out: ends the session on the server immediately and disconnects its open pages; a copy of its cookie is worthless.
 *
 * @throws {StatusError} 503, with `Retry-After`, if the revocation store fails: the cookie stays, and the log-out must be tried again
 * @example
 * app.post("/logout", async (c) => { await logOut(c); return c.redirect("/"); });
 */
export async function logOut(c: Context): Promise<void> {
  await sessionOf(c).renew({ values: {} }, Date.now());
}

/**
 * Leaves a message for the next page. Kinds of your own are declared in `FlashKinds`.
 *
 * @example
 * putFlash(c, "info", "Welcome back"); return c.redirect("/");
 */
export function putFlash(c: Context, kind: keyof FlashKinds, message: string): void {
  sessionOf(c).putFlash(kind, message);
}

/**
 * The hidden field that a form needs to be accepted.
 *
 * @param from the request, or a token where there is none: a root layout's `csrfToken`, or in a live view the one that `mount`
 * got from `socket.csrfToken()`
 * @throws HoldfastError `session_misuse` if the request has no session
 * @example
 * html`<form method="post" action="/login">${csrfField(c)} …</form>`
 * @example
 * mount: (socket) => ({ csrf: socket.csrfToken() }),
 * render: ({ csrf }) => html`<form method="post" action="/logout">${csrfField(csrf)} <button>Log out</button></form>`,
 */
export function csrfField(from: Context | string): Rendered {
  return html`<input type="hidden" name="_csrf_token" value=${typeof from === "string" ? from : sessionOf(from).csrfToken()}>`;
}

export const CONTEXT = having("Hono's Context", "get");

/**
 * The request's session, on every route of an endpoint.
 *
 * @throws HoldfastError `session_misuse` outside the endpoint's routes
 * @example
 * const { userId } = sessionOf(c).values;
 */
export function sessionOf(c: Context): RequestSession {
  checkValue(
    "session_misuse",
    { of: "the session", fix: "pass the Context that the route's handler is given: app.get(path, (c) => …)" },
    "the request",
    c,
    CONTEXT,
  );
  const found = findSession(c);
  if (found !== undefined) return found;
  throw new HoldfastError("session_misuse", {
    what: "This request has no session.", expected: "a request to a route of the endpoint",
    fix: "define the route in createEndpoint({ routes })",
  });
}

/** The request's session; undefined if it has not been loaded, as for a file. */
export function findSession(c: Context): RequestSession | undefined {
  return c.get(SESSION) as RequestSession | undefined;
}

/** Gives the request its session. */
export function setSession(c: Context, session: RequestSession): void {
  c.set(SESSION, session);
}
