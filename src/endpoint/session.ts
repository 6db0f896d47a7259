import type { Context } from "hono";
import { HoldfastError, StatusError } from "../errors/index.js";
import { html, type Rendered } from "../html/index.js";
import { openFlash, sealFlash, type Flash, type SessionValues } from "../live/index.js";
import { isPromise, type MaybePromise } from "../mailbox/index.js";
import {
  cookieName, cookieValue, csrfToken as makeCsrfToken, newSession, openSession, renewSession, sealSession, serializeSessionCookie,
  sessionKey, sessionRevoked, type SessionData,
} from "../security/index.js";
import type { Environment } from "./environment.js";

/** The cookie in which the client and we hand a sealed flash to the next page. Its name is the client's. */
export const FLASH_COOKIE = "__phoenix_flash__";

/** Under a symbol, so that `c.get("session")` is the application's, or its other middleware's. */
const SESSION = Symbol("holdfast session");

declare module "hono" {
  interface ContextVariableMap {
    [SESSION]: RequestSession;
  }
}

/** A request's cookies, as far as they are ours. */
interface Cookies {
  readonly loggedIn: string | undefined;
  readonly anonymous: string | undefined;
  readonly flash: string | undefined;
}

/**
 * One request's session: read from its cookie, written to the response if it changed. An anonymous one is written only when
 * somebody needs it again: for a CSRF token, a value, a flash.
 */
export class RequestSession {
  readonly #environment: Environment;
  readonly #secure: boolean;
  readonly #cookies: Cookies;
  /** When the request came, ms epoch: what it decides rests on nothing newer. */
  readonly #arrivedAt = Date.now();
  #data: SessionData;
  /** Whether the browser holds this session. */
  #held: boolean;
  /** Whether its cookie must be written. */
  #unwritten = false;
  /** Whether the request's own session was ended by it. */
  #renewed = false;
  readonly #flash: Flash;
  /** The flash that the next page shall show. */
  #nextFlash: Flash = {};

  private constructor(environment: Environment, secure: boolean, cookies: Cookies, data: SessionData | undefined) {
    this.#environment = environment;
    this.#secure = secure;
    this.#cookies = cookies;
    this.#held = data !== undefined;
    this.#data = data ?? newSession(environment.live.limits);
    this.#flash = data === undefined ? {} : openFlash(environment.live, cookies.flash, data.id);
  }

  /**
   * Opens the request's session; a missing, forged, expired or revoked one is a new, anonymous one.
   *
   * @throws {StatusError} 503 if the store cannot say whether the session was revoked: the cookie stays as it is, and the same
   * request succeeds when the store is back
   */
  static load(c: Context, environment: Environment, secure: boolean): MaybePromise<RequestSession> {
    const header = c.req.header("cookie");
    const cookies: Cookies = {
      loggedIn: cookieValue(header, cookieName(secure, true)), anonymous: cookieValue(header, cookieName(secure)),
      flash: cookieValue(header, FLASH_COOKIE),
    };
    const make = (data: SessionData | undefined): RequestSession => new RequestSession(environment, secure, cookies, data);
    const data = loadSession(environment, cookies);
    return isPromise(data) ? data.then(make) : make(data);
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
  /** Whether the browser came with a session: without one, no token can be its. */
  get held(): boolean {
    return this.#held;
  }

  /** Sets values and keeps the session's identity. */
  put(values: Partial<SessionValues>): void {
    this.#data = { ...this.#data, values: { ...this.#data.values, ...values } };
    this.#unwritten = true;
  }

  putFlash(kind: string, message: string): void {
    this.keep();
    this.#nextFlash = { ...this.#nextFlash, [kind]: message };
  }

  /** Says that the session is needed again: what the response says of it is worth nothing unless it comes back. */
  keep(): void {
    if (!this.#held) this.#unwritten = true;
  }

  csrfToken(): string {
    this.keep();
    return makeCsrfToken(this.#data.id);
  }

  /** A new session instead of this one, which is dead from now on. If the store fails, everything stays as it was. */
  async renew(content: { values: Record<string, unknown>; liveSocketId?: string; loggedIn?: boolean }, now: number): Promise<void> {
    const { revocations, registry, live } = this.#environment;
    const old = this.#data;
    const next = renewSession(old, content, live.limits, now);
    // An anonymous session that nobody logs in from is worth nothing: logging it out over and over does not fill the store.
    if (this.#held && (content.loggedIn === true || !isEmpty(old))) await revocations.revoke(sessionKey(old.id), Date.now(), old.expiresAt);
    this.#data = next;
    this.#renewed = true;
    this.#held = false;
    this.#unwritten = content.loggedIn === true;
    registry.disconnectSession(old.id);
  }

  /** Begins a session that is logged in. */
  async logIn(values: Record<string, unknown>, liveSocketId: string | undefined, authenticatedAt = this.#arrivedAt): Promise<void> {
    await this.renew({ values, loggedIn: true, ...(liveSocketId !== undefined && { liveSocketId }) }, authenticatedAt);
    if (!(await this.#ended(false))) return;
    this.#environment.live.log("log-in overtaken by endSessions", {
      liveSocketId, fix: "If this request ended the sessions itself, say that its log-in is newer: logIn(c, values, { authenticatedAt: Date.now() })",
    });
  }

  /** Adds the cookies to the response. */
  write(c: Context): MaybePromise<void> {
    // With an idle limit each request is a sign of life, and the cookie says when the last one was. Not if the session was ended
    // while this request ran: its cookie would replace that of a log-in.
    if (this.#unwritten || !this.#held || this.#environment.live.limits.sessionIdleMs === 0) return this.#write(c, this.#unwritten);
    const ended = this.#ended(true);
    return isPromise(ended) ? ended.then((known) => this.#write(c, !known)) : this.#write(c, !ended);
  }

  /** Whether the session has been ended since this request began; `unknown` if the store fails: the next request asks again. */
  #ended(unknown: boolean): MaybePromise<boolean> {
    try {
      const revoked = sessionRevoked(this.#environment.revocations, this.#data);
      return isPromise(revoked) ? revoked.catch(() => unknown) : revoked;
    } catch {
      return unknown;
    }
  }

  #write(c: Context, session: boolean): void {
    const { live } = this.#environment;
    const { loggedIn = false, expiresAt } = this.#data;
    if (session) {
      setCookie(c, serializeSessionCookie(sealSession(live.keyring, this.#data), {
        secure: this.#secure, loggedIn, maxAgeMs: expiresAt - Date.now(), limits: live.limits,
      }));
    }
    if (this.#renewed) {
      // The session that this one follows has the other cookie, or the same one and no successor.
      if (loggedIn && this.#cookies.anonymous !== undefined) this.#remove(c, false);
      if (!loggedIn && this.#cookies.loggedIn !== undefined) this.#remove(c, true);
      if (!loggedIn && !session && this.#cookies.anonymous !== undefined) this.#remove(c, false);
    }
    const sealed = sealFlash(live, this.#nextFlash, this.#data.id);
    const hadFlash = Object.keys(this.#flash).length > 0;
    if (sealed !== undefined) {
      setCookie(c, `${FLASH_COOKIE}=${sealed}; Path=/; Max-Age=60; SameSite=Lax`);
    } else if (hadFlash) {
      setCookie(c, `${FLASH_COOKIE}=; Path=/; Max-Age=0; SameSite=Lax`);
    }
  }

  #remove(c: Context, loggedIn: boolean): void {
    setCookie(c, serializeSessionCookie("", { secure: this.#secure, loggedIn, maxAgeMs: 0, limits: this.#environment.live.limits }));
  }
}

/** Whether a session says nothing of anybody. */
function isEmpty({ loggedIn, liveSocketId, values }: SessionData): boolean {
  return loggedIn !== true && liveSocketId === undefined && Object.keys(values).length === 0;
}

/** The session of the cookies, if one is sealed by us, not expired, and not revoked; that of a log-in first. */
function loadSession(environment: Environment, { loggedIn, anonymous }: Cookies): MaybePromise<SessionData | undefined> {
  const found = checkedSession(environment, loggedIn);
  if (isPromise(found)) return found.then((data) => data ?? checkedSession(environment, anonymous));
  return found ?? checkedSession(environment, anonymous);
}

function checkedSession({ live, revocations }: Environment, cookie: string | undefined): MaybePromise<SessionData | undefined> {
  const data = openSession(live.keyring, cookie, Date.now(), live.limits.sessionIdleMs);
  if (data === undefined) return undefined;
  const decide = (revoked: boolean): SessionData | undefined => (revoked ? undefined : data);
  const unavailable = (error: unknown): SessionData => {
    live.log("revocations unavailable", { error });
    // What gives nobody any right may be used without asking: anonymous pages stay.
    if (isEmpty(data)) return data;
    throw new StatusError(503, "the store of revocations fails", { cause: error });
  };
  try {
    const revoked = sessionRevoked(revocations, data);
    return isPromise(revoked) ? revoked.then(decide, unavailable) : decide(revoked);
  } catch (error) {
    return unavailable(error);
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

/**
 * Logs a user in: a new session with another id, so that one fixed beforehand is worth nothing. The old one is dead.
 *
 * A log-in is as old as its request. `endSessions` that resolves while the request runs ends it too: the password that the
 * request has checked may be the one that was just changed.
 *
 * @param values what the session holds; `liveSocketId` names its sockets for `endpoint.disconnect`
 * @param options `authenticatedAt`: when it was known who the user is, ms epoch. Default: when the request came. Say
 * `Date.now()` where the request itself has ended the user's sessions, as after a change of the password
 * @throws whatever the revocation store throws; then nobody is logged in or out
 * @example
 * await logIn(c, { userId: user.id, liveSocketId: `users_socket:${user.id}` });
 * @example
 * await endpoint.endSessions(liveSocketId);
 * await logIn(c, { userId: user.id, liveSocketId }, { authenticatedAt: Date.now() });
 */
export async function logIn(
  c: Context, values: SessionValues & { liveSocketId?: string }, options: { authenticatedAt?: number } = {},
): Promise<void> {
  const { liveSocketId, ...rest } = values;
  await sessionOf(c).logIn(rest as Record<string, unknown>, liveSocketId, options.authenticatedAt);
}

/**
 * Logs out: the session is dead on the server at once, its open pages are disconnected, and a copy of its cookie opens
 * nothing.
 *
 * @throws whatever the revocation store throws; then the user is still logged in
 * @example
 * app.post("/logout", async (c) => { await logOut(c); return c.redirect("/"); });
 */
export async function logOut(c: Context): Promise<void> {
  await sessionOf(c).renew({ values: {} }, Date.now());
}

/**
 * Leaves a message for the next page.
 *
 * @example
 * putFlash(c, "info", "Welcome back"); return c.redirect("/");
 */
export function putFlash(c: Context, kind: string, message: string): void {
  sessionOf(c).putFlash(kind, message);
}

/**
 * The hidden field that a form needs to be accepted.
 *
 * @example
 * html`<form method="post" action="/login">${csrfField(c)} …</form>`
 */
export function csrfField(c: Context): Rendered {
  return html`<input type="hidden" name="_csrf_token" value=${sessionOf(c).csrfToken()}>`;
}

/**
 * The request's session, on every route of an endpoint.
 *
 * @throws HoldfastError `session_misuse` outside the endpoint's routes
 * @example
 * const { userId } = sessionOf(c).values;
 */
export function sessionOf(c: Context): RequestSession {
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
