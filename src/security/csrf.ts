import type { Keyring } from "./seal.js";
import { defaultLimits } from "./limits.js";

/**
 * A token for the page's `<meta name="csrf-token">` and its forms, bound to the session. Each call yields
 * another text, so that compressed pages do not give it away.
 *
 * @param keyring seals it
 * @param sessionId the id of the session that may use it
 * @param ttlMs how long it is good for, ms; default: as long as a session by default, 14 days
 * @param now ms epoch, default the clock
 * @example
 * html`<meta name="csrf-token" content=${csrfToken(keyring, session.id)}>`
 */
export function csrfToken(
  keyring: Keyring,
  sessionId: string,
  ttlMs: number = defaultLimits.sessionMaxAgeMs,
  now?: number,
): string {
  return keyring.seal("csrf", null, { ttlMs, bind: sessionId, ...(now !== undefined && { now }) });
}

/**
 * Whether a token was made by `csrfToken` for this very session. Never throws.
 *
 * @param token what the client sent
 * @param sessionId the id of the request's session; an empty one is nobody's, so the answer is false
 * @param now ms epoch, default the clock
 * @example
 * if (!verifyCsrf(keyring, body._csrf_token, session.id)) throw new Forbidden();
 */
export function verifyCsrf(keyring: Keyring, token: unknown, sessionId: string, now?: number): boolean {
  if (sessionId === "") return false;
  return keyring.open("csrf", token, { bind: sessionId, ...(now !== undefined && { now }) }) !== undefined;
}
