import type { Context } from "hono";
import { openFlash, sealFlash, type Flash, type FlashKinds, type SessionValues } from "../live/index.js";
import { isPromise, type MaybePromise } from "../mailbox/index.js";
import type { AsJson } from "../protocol/index.js";
import type { Revoked } from "../pubsub/index.js";
import {
  cookieName, cookieValue, csrfToken as makeCsrfToken, isEmptySession, newSession, openSession, renewSession, sealSession,
  serializeSessionCookie, sessionKey, sessionRevoked, type Limits, type SessionContent, type SessionData,
} from "../security/index.js";
import { cachedPrivately } from "./cached-privately.js";
import { bindingsOf, type Environment } from "./environment.js";
import { askStore, SessionsUnavailable } from "./session-store.js";

/** The cookie by which client and server pass a sealed flash to the next page. The client chose its name. */
export const FLASH_COOKIE = "__phoenix_flash__";

/** How somebody is logged in. */
export interface LogInOptions {
  /**
   * When the user was authenticated, ms epoch. Default: when the request arrived. Pass `Date.now()` if the request itself has ended
   * the user's sessions, as after a change of password.
   */
  readonly authenticatedAt?: number;
  /**
   * False: the browser drops the session's cookie when it closes, for a log-in form without *keep me logged in*. The session ends as
   * any other on the server. Default true: the cookie stays as long as the session, `limits.sessionMaxAgeMs`.
   */
  readonly persistent?: boolean;
}

/** The values of our cookies in a request. */
interface Cookies {
  readonly loggedIn: string | undefined;
  readonly anonymous: string | undefined;
  readonly flash: string | undefined;
}

/**
 * The session of one request: read from its cookie, and written to the response if it changed. A new anonymous session is
 * written only if something depends on it: a CSRF token, a value, a flash.
 */
export class RequestSession {
  readonly #environment: Environment;
  readonly #secure: boolean;
  readonly #cookies: Cookies;
  /** When the request arrived, ms epoch. A log-in counts from then, because it may rest on data read then. */
  readonly #arrivedAt = Date.now();
  #data: SessionData;
  /** Whether the request's cookie brought this session. */
  #held: boolean;
  /** Whether its cookie must be written. */
  #unwritten = false;
  /** Whether this request replaced its session. */
  #renewed = false;
  readonly #flash: Flash;
  /** The flash for the next page. */
  #nextFlash: Flash = {};

  private constructor(environment: Environment, secure: boolean, cookies: Cookies, data: SessionData | undefined) {
    this.#environment = environment;
    this.#secure = secure;
    this.#cookies = cookies;
    this.#held = data !== undefined;
    this.#data = data ?? newSession(environment.live.limits, this.#arrivedAt, earliest(environment));
    this.#flash = data === undefined ? {} : openFlash(environment.live, cookies.flash, data.id);
  }

  /**
   * Opens the request's session. If it is missing, forged, expired or ended, a new anonymous one begins.
   *
   * @throws {StatusError} 503 if it is unknown whether the session has ended: the cookie stays, and the same request succeeds
   * once the store is back
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
  /** The endpoint's limits. */
  get limits(): Limits {
    return this.#environment.live.limits;
  }
  /** Whether the request came with a session. If not, no CSRF token can be valid for it. */
  get held(): boolean {
    return this.#held;
  }

  /**
   * Sets values and keeps the session's identity: a language, a theme. Open pages keep the values that they were mounted with.
   *
   * @example
   * sessionOf(c).put({ locale: "de" });
   */
  put(values: Partial<AsJson<SessionValues>>): void {
    this.#data = { ...this.#data, values: { ...this.#data.values, ...values } };
    this.#unwritten = true;
  }

  putFlash(kind: keyof FlashKinds, message: string): void {
    this.leaveFlash({ [kind]: message });
  }

  /** Leaves messages for the next page, such as those of a view that redirects. */
  leaveFlash(messages: Flash): void {
    if (Object.keys(messages).length === 0) return;
    this.keep();
    this.#nextFlash = { ...this.#nextFlash, ...messages };
  }

  /** Ensures that the session is written, because the response contains something that depends on it. */
  keep(): void {
    if (!this.#held) this.#unwritten = true;
  }

  csrfToken(): string {
    this.keep();
    return makeCsrfToken(this.#data.id);
  }

  /**
   * Replaces the session with a new one and revokes the old one.
   *
   * @throws {StatusError} 503 if the store fails: the request's session and its cookie stay as they are
   */
  async renew(content: SessionContent, now: number): Promise<void> {
    const { revocations, fence, live } = this.#environment;
    const old = this.#data;
    const next = renewSession(old, content, live.limits, now, earliest(this.#environment));
    // Revoking empty anonymous sessions protects nothing, and would let anybody fill the store by logging out repeatedly.
    const revoked: Revoked | undefined = this.#held && (content.loggedIn === true || !isEmptySession(old))
      ? { key: sessionKey(old.id), at: Date.now(), until: old.expiresAt } : undefined;
    if (revoked !== undefined) {
      await this.#asked("a session's end cannot be stored", () => revocations.revoke(revoked.key, revoked.at, revoked.until));
    }
    this.#data = next;
    this.#renewed = true;
    this.#held = false;
    this.#unwritten = content.loggedIn === true;
    await fence.disconnect({ of: { sessionId: old.id }, reason: "logged out", ...(revoked && { revoked }) });
  }

  /** Begins a logged-in session. */
  async logIn(
    values: Record<string, unknown>,
    liveSocketId: string | undefined,
    { authenticatedAt = this.#arrivedAt, persistent = true }: LogInOptions = {},
  ): Promise<void> {
    const lastEnd = liveSocketId === undefined ? undefined
      : await this.#asked("sessions cannot be checked", () => this.#environment.ends.before(liveSocketId, authenticatedAt));
    const content = { values, loggedIn: true, transient: !persistent, ...(lastEnd !== undefined && { liveSocketId, lastEnd }) };
    await this.renew(content, authenticatedAt);
    if (!(await this.#ended(false))) return;
    this.#environment.live.log("log-in overtaken by endSessions", {
      liveSocketId,
      fix: "If this request ended the sessions itself, say that its log-in is newer: logIn(c, values, { authenticatedAt: Date.now() })",
    });
  }

  #asked<T>(failed: string, ask: () => MaybePromise<T>): Promise<T> {
    return askStore(this.#environment.live.log, failed, ask);
  }

  /** Adds the cookies to the response. */
  write(c: Context): MaybePromise<void> {
    // With an idle limit each request refreshes the cookie, which records the last request. Not if the session ended while
    // this request ran: its cookie would overwrite that of a new log-in.
    if (this.#unwritten || !this.#held || this.#environment.live.limits.sessionIdleMs === 0) return this.#write(c, this.#unwritten);
    const ended = this.#ended(true);
    return isPromise(ended) ? ended.then((known) => this.#write(c, !known)) : this.#write(c, !ended);
  }

  /**
   * Whether the session has ended since this request began; `unknown` is the answer if the store fails: the next request asks
   * again.
   */
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
    const { loggedIn = false, transient = false, expiresAt } = this.#data;
    if (session) {
      setCookie(c, serializeSessionCookie(sealSession(live.keyring, this.#data), {
        secure: this.#secure, loggedIn, limits: live.limits, ...(!transient && { maxAgeMs: expiresAt - Date.now() }),
      }));
    }
    if (this.#renewed) {
      // Removes the old session's cookie, unless the new one has just replaced it.
      if (loggedIn && this.#cookies.anonymous !== undefined) this.#remove(c, false);
      if (!loggedIn && this.#cookies.loggedIn !== undefined) this.#remove(c, true);
      if (!loggedIn && !session && this.#cookies.anonymous !== undefined) this.#remove(c, false);
    }
    const flash = this.#flashCookie();
    const hadFlash = Object.keys(this.#flash).length > 0;
    if (flash !== undefined) setCookie(c, flash);
    else if (hadFlash) setCookie(c, `${FLASH_COOKIE}=; Path=/; Max-Age=0; SameSite=Lax`);
  }

  /** The cookie with the flash for the next page; undefined without one, and if it is longer than browsers keep. */
  #flashCookie(): string | undefined {
    const { live } = this.#environment;
    const sealed = sealFlash(live, this.#nextFlash, this.#data.id);
    if (sealed === undefined) return undefined;
    const cookie = `${FLASH_COOKIE}=${sealed}; Path=/; Max-Age=60; SameSite=Lax`;
    if (cookie.length <= live.limits.cookieBytes) return cookie;
    // All of it is ASCII. Browsers would drop it without a word, and a proxy may refuse a head of its length, and the answer with it.
    live.log("flash too long for its cookie", {
      bytes: cookie.length, limit: live.limits.cookieBytes,
      fix: "Put a short message into the flash, and keep what is longer on the server.",
    });
    return undefined;
  }

  #remove(c: Context, loggedIn: boolean): void {
    setCookie(c, serializeSessionCookie("", { secure: this.#secure, loggedIn, maxAgeMs: 0, limits: this.#environment.live.limits }));
  }
}

/**
 * When a session begins at the earliest, ms epoch. A store that ends all sessions up to a moment ends those that begin now, too, if the
 * clock was set back behind it: nobody could log in until the clock is there again.
 */
function earliest({ revocations }: Environment): number {
  const { endedUntil = -Infinity } = revocations;
  return endedUntil >= Date.now() ? endedUntil + 1 : -Infinity;
}

/** The session of the first cookie that is genuine, not expired and not ended. The logged-in cookie comes first. */
function loadSession(environment: Environment, { loggedIn, anonymous }: Cookies): MaybePromise<SessionData | undefined> {
  const found = checkedSession(environment, loggedIn);
  if (isPromise(found)) return found.then((data) => data ?? checkedSession(environment, anonymous));
  return found ?? checkedSession(environment, anonymous);
}

function checkedSession({ live, sessions }: Environment, cookie: string | undefined): MaybePromise<SessionData | undefined> {
  const data = openSession(live.keyring, cookie, Date.now(), live.limits);
  if (data === undefined) return undefined;
  const decide = (ended: boolean): SessionData | undefined => (ended ? undefined : data);
  const unavailable = (error: unknown): SessionData => {
    live.log("sessions cannot be checked", { error });
    // An empty session grants nothing, so it may be used unchecked: anonymous pages keep working.
    if (isEmptySession(data)) return data;
    throw new SessionsUnavailable("sessions cannot be checked", error);
  };
  try {
    const ended = sessions.ended(data);
    return isPromise(ended) ? ended.then(decide, unavailable) : decide(ended);
  } catch (error) {
    return unavailable(error);
  }
}

/** Adds a cookie to a response. A server does so faster: a Response first copies all its headers. */
function setCookie(c: Context, cookie: string): void {
  const exchange = bindingsOf(c).holdfast;
  if (exchange?.cookie !== undefined) return exchange.cookie(cookie);
  const cached = c.res.headers.get("cache-control");
  if (cached !== null) setHeader(c, "cache-control", cachedPrivately(cached));
  setHeader(c, "set-cookie", cookie, true);
}

/** Changes a header of a finished response in place: `c.header` would create another response, with its body as a stream. */
function setHeader(c: Context, name: string, value: string, append = false): void {
  try {
    if (append) c.res.headers.append(name, value);
    else c.res.headers.set(name, value);
  } catch {
    // A response that `fetch` returned, passed on by a route, has immutable headers.
    c.header(name, value, { append });
  }
}
