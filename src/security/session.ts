import { HoldfastError } from "../errors/index.js";
import type { Limits } from "./limits.js";
import { randomText } from "./random.js";
import { liveSocketIdKey, sessionKey, type RevocationStore } from "./revocation.js";
import type { Keyring } from "./seal.js";
import { tooLarge } from "./session-cookie.js";

const ID_BYTES = 18; // 144 bits, 24 characters

/** How many lives of a session the end of a user's sessions is remembered: one that began on a clock that was ahead expires later. */
export const REVOKED_AGES = 2;

const UNLIMITED = { sessionIdleMs: 0, sessionMaxAgeMs: Infinity };

/** A session, from log-in to log-out. Its cookie holds it, sealed. */
export interface SessionData {
  /** Random; each log-in begins a session with a new id. */
  readonly id: string;
  /** When this session began, ms epoch. */
  readonly issuedAt: number;
  /** When it expires, ms epoch; activity does not postpone it. */
  readonly expiresAt: number;
  /** The id by which `endpoint.disconnect` finds the session's sockets. */
  readonly liveSocketId?: string;
  /** True if a log-in began it; anonymous visitors' sessions have none. */
  readonly loggedIn?: true;
  /** True if the browser drops its cookie when it closes. For sessions that a log-in began. */
  readonly transient?: true;
  /**
   * When the sessions of its live socket id had last been ended as it began, ms epoch; 0: never. Only a later end ends it, see
   * `SessionEnds`. Default: ends are compared with `issuedAt`.
   */
  readonly lastEnd?: number;
  /** With an idle limit, when the cookie that brought it was written, ms epoch. */
  readonly seenAt?: number;
  /** The application's own values: JSON, and small. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * A new, empty session.
 *
 * @param limits `sessionMaxAgeMs`: how long it lives
 * @param now ms epoch, default the clock
 * @param notBefore when it begins at the earliest, ms epoch: behind the end of all sessions, if the clock was set back since
 * @example
 * const session = newSession(limits);
 */
export function newSession(
  limits: Pick<Limits, "sessionMaxAgeMs">, now: number = Date.now(), notBefore: number = -Infinity,
): SessionData {
  return session(Math.max(now, notBefore), now, limits, { values: {} });
}

/**
 * Makes the session that replaces an old one at log-in and log-out. It has a new id, so that an attacker who planted the old
 * one (session fixation) gains nothing, and it holds only what `changes` name. The caller revokes the old one.
 *
 * @param old the session so far
 * @param changes `values`, `liveSocketId`, `loggedIn`, `transient` and `lastEnd` of the new one; nothing is taken from the old one
 * @param limits `sessionMaxAgeMs`: how long the new one lives
 * @param now when it begins, ms epoch. Default the clock
 * @param notBefore as for `newSession`
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
 * @example
 * renewSession(old, { values: { userId: 7 }, liveSocketId: "users_socket:7", loggedIn: true }, limits);
 */
export function renewSession(
  old: SessionData,
  changes: SessionContent,
  limits: Pick<Limits, "sessionMaxAgeMs">,
  now: number = Date.now(),
  notBefore: number = -Infinity,
): SessionData {
  // Not older than the one it follows, even on a node whose clock is behind. Nor does it live longer for that.
  return session(Math.max(now, old.issuedAt, notBefore), now, limits, changes);
}

/** The content of a session. */
export interface SessionContent {
  readonly values: Readonly<Record<string, unknown>>;
  readonly liveSocketId?: string;
  readonly loggedIn?: boolean;
  readonly transient?: boolean;
  readonly lastEnd?: number;
}

function session(
  issuedAt: number, now: number, limits: Pick<Limits, "sessionMaxAgeMs">,
  { values, liveSocketId, loggedIn, transient, lastEnd }: SessionContent,
): SessionData {
  return Object.freeze({
    id: randomText(ID_BYTES),
    issuedAt,
    expiresAt: Math.min(now + limits.sessionMaxAgeMs, Number.MAX_SAFE_INTEGER),
    ...(liveSocketId !== undefined && { liveSocketId }),
    ...(loggedIn === true && { loggedIn }),
    ...(transient === true && { transient }),
    ...(lastEnd !== undefined && { lastEnd }),
    values: Object.freeze({ ...values }),
  });
}

/**
 * Seals a session for its cookie. Sealing it again does not prolong it: its end was fixed when it began.
 *
 * @param now ms epoch, default the clock; with an idle limit, idleness counts from this moment
 * @throws {HoldfastError} `session_too_large`
 * @example
 * serializeSessionCookie(sealSession(keyring, session), { secure: true, limits });
 */
export function sealSession(keyring: Keyring, session: SessionData, now: number = Date.now()): string {
  const { id, issuedAt, expiresAt, liveSocketId, values, loggedIn, transient, lastEnd } = session;
  const later = lastEnd !== undefined ? [transient === true, lastEnd] : transient === true ? [transient] : [];
  const flags = loggedIn === true ? [loggedIn, ...later] : [];
  try {
    const content = [id, issuedAt, expiresAt, liveSocketId ?? null, values, ...flags];
    return keyring.seal("session", content, { ttlMs: expiresAt - now, now });
  } catch (error) {
    if (error instanceof HoldfastError && error.code === "token_too_large") throw tooLarge(undefined, error);
    throw error;
  }
}

/**
 * Opens a session cookie. Returns `undefined` if it is missing, forged, expired or idle, or would outlive the end of its user's sessions:
 * a store may forget that after `REVOKED_AGES` lives. It began on a clock that was far ahead, or when sessions lived longer. Does not
 * check whether the session was revoked: see `sessionRevoked`. Never throws.
 *
 * @param cookie the cookie's value
 * @param now ms epoch, default the clock
 * @param limits `sessionIdleMs`: how long ago it may have been sealed, ms; 0: no limit. `sessionMaxAgeMs`: how long a session lives, ms.
 * Default no limits
 * @example
 * const session = openSession(keyring, getCookie(c, cookieName(true))) ?? newSession(limits);
 */
export function openSession(
  keyring: Keyring,
  cookie: unknown,
  now: number = Date.now(),
  { sessionIdleMs: idleMs, sessionMaxAgeMs }: Pick<Limits, "sessionIdleMs" | "sessionMaxAgeMs"> = UNLIMITED,
): SessionData | undefined {
  const opened = keyring.open("session", cookie, { now });
  if (opened === undefined || !Array.isArray(opened.value)) return undefined;
  if (idleMs > 0 && now - opened.issuedAt >= idleMs) return undefined;
  const [id, issuedAt, expiresAt, liveSocketId, values, loggedIn, transient, lastEnd] = opened.value as unknown[];
  if (typeof id !== "string" || id === "") return undefined;
  if (typeof issuedAt !== "number" || typeof expiresAt !== "number" || !(expiresAt > now)) return undefined;
  if (expiresAt > now + REVOKED_AGES * sessionMaxAgeMs) return undefined;
  if (liveSocketId !== null && typeof liveSocketId !== "string") return undefined;
  if (typeof values !== "object" || values === null || Array.isArray(values)) return undefined;
  if (loggedIn !== undefined && loggedIn !== true) return undefined;
  if (transient !== undefined && typeof transient !== "boolean") return undefined;
  if (lastEnd !== undefined && typeof lastEnd !== "number") return undefined;
  return Object.freeze({
    id,
    issuedAt,
    expiresAt,
    ...(liveSocketId !== null && { liveSocketId }),
    ...(loggedIn === true && { loggedIn }),
    ...(transient === true && { transient }),
    ...(lastEnd !== undefined && { lastEnd }),
    ...(idleMs > 0 && { seenAt: opened.issuedAt }),
    values: Object.freeze(values as Record<string, unknown>),
  });
}

/**
 * Whether a session was ended on the server: by its own log-out, with all sessions of its live socket id, or with all
 * of the store's. Answers at once if the store does. If the store fails, this fails too: then nobody knows,
 * and nothing that needs the session may run.
 *
 * @example
 * if (await sessionRevoked(store, session)) session = newSession(limits);
 */
export function sessionRevoked(store: RevocationStore, session: SessionData): Promise<boolean> | boolean {
  if (store.endedUntil !== undefined && session.issuedAt <= store.endedUntil) return true;
  const own = store.revokedAt(sessionKey(session.id));
  const shared = session.liveSocketId === undefined
    ? undefined
    : store.revokedAt(liveSocketIdKey(session.liveSocketId));
  const decide = (ownAt: number | undefined, sharedAt: number | undefined): boolean => {
    if (ownAt !== undefined || sharedAt === undefined) return ownAt !== undefined;
    return session.lastEnd === undefined ? sharedAt >= session.issuedAt : sharedAt > session.lastEnd;
  };
  // Not `instanceof Promise`: some clients have their own promises.
  if (typeof own === "object" || typeof shared === "object") {
    return Promise.all([own, shared]).then(([ownAt, sharedAt]) => decide(ownAt, sharedAt));
  }
  return decide(own, shared);
}

/**
 * The longest text message that a socket of this session may send, bytes: logged-in users may write more.
 *
 * @example
 * if (bytes > textFrameLimit(connection.session, limits)) connection.close(CLOSE.tooBig, "frame too big");
 */
export function textFrameLimit(
  session: SessionData | undefined, limits: Pick<Limits, "textFrameBytes" | "anonymousTextFrameBytes">,
): number {
  return session?.loggedIn === true ? limits.textFrameBytes : limits.anonymousTextFrameBytes;
}
