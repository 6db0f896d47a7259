import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { HoldfastError } from "../errors/index.js";
import { html, type Rendered } from "../html/index.js";
import { openFlash, sealFlash, type Flash, type SessionValues } from "../live/index.js";
import { andThen, isPromise, type MaybePromise } from "../mailbox/index.js";
import {
  cookieName, csrfToken as makeCsrfToken, newSession, openSession, renewSession, sealSession, serializeSessionCookie,
  sessionKey, sessionRevoked, type SessionData,
} from "../security/index.js";
import type { Environment } from "./environment.js";

/** The cookie in which the client and we hand a sealed flash to the next page. Its name is the client's. */
export const FLASH_COOKIE = "__phoenix_flash__";

declare module "hono" {
  interface ContextVariableMap {
    /** The request's session, there on every route of an endpoint. */
    session: RequestSession;
  }
}

/** One request's session: read from its cookie, written to the response if it changed. */
export class RequestSession {
  readonly #environment: Environment;
  readonly #secure: boolean;
  #data: SessionData;
  #dirty: boolean;
  #flash: Flash;
  /** The flash that the next page shall show. */
  #nextFlash: Flash = {};

  private constructor(environment: Environment, secure: boolean, data: SessionData | undefined, flash: Flash) {
    this.#environment = environment;
    this.#secure = secure;
    this.#dirty = data === undefined;
    this.#data = data ?? newSession(environment.live.limits);
    this.#flash = flash;
  }

  /** Opens the request's session; a missing, forged, expired or revoked one is a new, empty one. */
  static load(c: Context, environment: Environment, secure: boolean): MaybePromise<RequestSession> {
    return andThen(loadSession(environment, getCookie(c, cookieName(secure))), (data) => {
      // A flash is its session's: without one there is none.
      const flash = data === undefined ? {} : openFlash(environment.live, getCookie(c, FLASH_COOKIE), data.id);
      return new RequestSession(environment, secure, data, flash);
    });
  }

  get data(): SessionData {
    return this.#data;
  }
  /** The application's values. */
  get values(): Readonly<SessionValues> {
    return this.#data.values;
  }
  /** The messages that the last page left for this one. */
  get flash(): Flash {
    return this.#flash;
  }

  /** Sets values and keeps the session's identity. */
  put(values: Partial<SessionValues>): void {
    this.#data = { ...this.#data, values: { ...this.#data.values, ...values } };
    this.#dirty = true;
  }

  putFlash(kind: string, message: string): void {
    this.#nextFlash = { ...this.#nextFlash, [kind]: message };
  }

  /** A new session instead of this one, which is dead from now on. */
  async renew(values: Record<string, unknown>, liveSocketId: string | undefined): Promise<void> {
    const old = this.#data;
    this.#data = renewSession(old, { values, ...(liveSocketId !== undefined && { liveSocketId }) }, this.#environment.live.limits);
    this.#dirty = true;
    await this.#environment.revocations.revoke(sessionKey(old.id), Date.now(), old.expiresAt);
    this.#environment.registry.disconnectSession(old.id);
  }

  /** Adds the cookies to the response. */
  write(c: Context): void {
    const { live } = this.#environment;
    // With an idle limit each request is a sign of life, and the cookie says when the last one was.
    if (this.#dirty || live.limits.sessionIdleMs > 0) {
      const { expiresAt } = this.#data;
      setCookie(c, serializeSessionCookie(sealSession(live.keyring, this.#data), {
        secure: this.#secure, maxAgeMs: expiresAt - Date.now(), limits: live.limits,
      }));
    }
    const sealed = sealFlash(live, this.#nextFlash, this.#data.id);
    const hadFlash = Object.keys(this.#flash).length > 0;
    if (sealed !== undefined) {
      setCookie(c, `${FLASH_COOKIE}=${sealed}; Path=/; Max-Age=60; SameSite=Lax`);
    } else if (hadFlash) {
      setCookie(c, `${FLASH_COOKIE}=; Path=/; Max-Age=0; SameSite=Lax`);
    }
  }

  csrfToken(): string {
    return makeCsrfToken(this.#data.id);
  }
}

/** Adds a cookie to a finished response, in place: `c.header` would make another response, with its body as a stream. */
function setCookie(c: Context, cookie: string): void {
  try {
    c.res.headers.append("set-cookie", cookie);
  } catch {
    // What `fetch` returned, handed on, has headers that cannot be changed.
    c.header("set-cookie", cookie, { append: true });
  }
}

/** The session of a cookie's value, if it is sealed by us, not expired, and not revoked. */
function loadSession({ live, revocations }: Environment, cookie: string | undefined): MaybePromise<SessionData | undefined> {
  const data = openSession(live.keyring, cookie, Date.now(), live.limits.sessionIdleMs);
  if (data === undefined) return undefined;
  // A store that cannot say that a session is good has not said it.
  const unavailable = (error: unknown): undefined => live.log("revocations unavailable", { error }) as undefined;
  try {
    const checked = andThen(sessionRevoked(revocations, data), (revoked) => (revoked ? undefined : data));
    return isPromise(checked) ? checked.catch(unavailable) : checked;
  } catch (error) {
    return unavailable(error);
  }
}

/**
 * Logs a user in: a new session with another id, so that one fixed beforehand is worth nothing. The old one is dead.
 *
 * @param values what the session holds; `liveSocketId` names its sockets for `endpoint.disconnect`
 * @example
 * await logIn(c, { userId: user.id, liveSocketId: `users_socket:${user.id}` });
 */
export async function logIn(c: Context, values: SessionValues & { liveSocketId?: string }): Promise<void> {
  const { liveSocketId, ...rest } = values;
  await session(c).renew(rest as Record<string, unknown>, liveSocketId);
}

/**
 * Logs out: the session is dead on the server at once, its open pages are disconnected, and a copy of its cookie opens
 * nothing.
 *
 * @example
 * app.post("/logout", async (c) => { await logOut(c); return c.redirect("/"); });
 */
export async function logOut(c: Context): Promise<void> {
  await session(c).renew({}, undefined);
}

/**
 * Leaves a message for the next page.
 *
 * @example
 * putFlash(c, "info", "Welcome back"); return c.redirect("/");
 */
export function putFlash(c: Context, kind: string, message: string): void {
  session(c).putFlash(kind, message);
}

/**
 * The hidden field that a form needs to be accepted.
 *
 * @example
 * html`<form method="post" action="/login">${csrfField(c)} …</form>`
 */
export function csrfField(c: Context): Rendered {
  return html`<input type="hidden" name="_csrf_token" value=${session(c).csrfToken()}>`;
}

function session(c: Context): RequestSession {
  const found = c.get("session") as RequestSession | undefined;
  if (found instanceof RequestSession) return found;
  throw new HoldfastError("session_misuse", {
    what: "This request has no session.", expected: "a request to a route of the endpoint",
    fix: "define the route in createEndpoint({ routes })",
  });
}
