import { HoldfastError } from "../errors/index.js";
import type { Limits } from "./limits.js";

const COOKIE_VALUE = /^[A-Za-z0-9_-]*$/;
const MAX_COOKIE_AGE_S = 400 * 24 * 60 * 60; // what browsers cut it down to anyway: RFC 6265bis, 5.5

/**
 * The name of the session's cookie. With `__Host-`, a browser accepts it only over https, from this host
 * and for all its paths: no sibling domain can plant one.
 *
 * A logged-in session has a cookie with its own name, which is read first. An answer to an earlier, anonymous request
 * may arrive after the log-in, and its `Set-Cookie` then replaces the anonymous cookie only.
 *
 * @param secure whether the application is reached by https
 * @param loggedIn whether it is for a session that is logged in. Default false
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
 * @example
 * cookieName(true) // "__Host-holdfast"
 * cookieName(true, true) // "__Host-holdfast-login"
 */
export function cookieName(secure: boolean, loggedIn = false): string {
  return `${secure ? "__Host-" : ""}holdfast${loggedIn ? "-login" : ""}`;
}

/**
 * The `Set-Cookie` header of a sealed session: `HttpOnly; SameSite=Lax; Path=/`, on https `Secure`.
 *
 * @param value a sealed session, or `""` together with `maxAgeMs: 0` to remove the cookie
 * @param opts `secure`: whether the application is reached by https; `loggedIn`: whether the session is, default false;
 * `maxAgeMs`: how long the browser keeps it, ms (default: until it is closed; at most 400 days); `limits.cookieBytes`: how
 * long the header may be
 * @throws {HoldfastError} `session_too_large` over that length, `cookie_invalid` for a value that is not
 * base64url
 * @example
 * c.header("set-cookie", serializeSessionCookie(sealSession(keyring, session), { secure: true, limits }));
 */
export function serializeSessionCookie(
  value: string,
  opts: { secure: boolean; loggedIn?: boolean; maxAgeMs?: number; limits: Pick<Limits, "cookieBytes"> },
): string {
  if (!COOKIE_VALUE.test(value)) {
    throw new HoldfastError("cookie_invalid", {
      what: "The session cookie's value is not a sealed session.",
      expected: "what sealSession returned",
    });
  }
  let cookie = `${cookieName(opts.secure, opts.loggedIn)}=${value}; Path=/; HttpOnly; SameSite=Lax`;
  if (opts.secure) cookie += "; Secure";
  if (opts.maxAgeMs !== undefined) {
    const seconds = Math.floor(opts.maxAgeMs / 1000) || 0; // NaN: gone at once
    cookie += `; Max-Age=${Math.min(Math.max(seconds, 0), MAX_COOKIE_AGE_S)}`;
  }
  // All of it is ASCII: one character is one byte.
  const max = opts.limits.cookieBytes;
  if (cookie.length > max) throw tooLarge({ max, is: cookie.length });
  return cookie;
}

/** The error for a session that does not fit, with its size if that is known. */
export function tooLarge(size: { max: number; is: number } | undefined, cause?: unknown): HoldfastError {
  return new HoldfastError("session_too_large", {
    what: "The session does not fit into its cookie.",
    ...(size && { expected: `at most ${size.max} bytes, sealed`, got: `${size.is} bytes` }),
    fix: "Keep an id in the session and look the rest up on the server.",
  }, { cause });
}
