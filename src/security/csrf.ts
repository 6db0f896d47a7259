import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { random } from "./random.js";
import { CSRF_BYTES, secretsOf } from "./session-secrets.js";

/** A mask and the masked secret, in base64url. */
const TOKEN = /^[\w-]{48}$/;

/**
 * Makes a token for the page's `<meta name="csrf-token">` and its forms, which only pages of this session know. Each token has
 * a mask of its own, so that the size of compressed pages does not give it away (BREACH).
 *
 * The token is derived from the session's id, which is random and sealed in its cookie: it is valid exactly as long as the
 * session, and the server stores nothing for it.
 *
 * @param sessionId the id of the session that the token is valid for
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 * @example
 * html`<meta name="csrf-token" content=${csrfToken(session.id)}>`
 */
export function csrfToken(sessionId: string): string {
  const mask = random(CSRF_BYTES);
  const token = Buffer.allocUnsafe(2 * CSRF_BYTES);
  token.set(mask);
  const { csrf } = secretsOf(sessionId);
  for (let i = 0; i < CSRF_BYTES; i++) token[CSRF_BYTES + i] = csrf.charCodeAt(i) ^ mask[i]!;
  return token.toString("base64url");
}

/**
 * Whether `csrfToken` made this token for this session. Takes the same time wherever the token differs, and never throws.
 *
 * @param token what the client sent
 * @param sessionId the id of the request's session; for an empty id the answer is false
 * @example
 * if (!verifyCsrf(body._csrf_token, session.id)) throw new Forbidden();
 */
export function verifyCsrf(token: unknown, sessionId: string): boolean {
  if (sessionId === "" || typeof token !== "string" || !TOKEN.test(token)) return false;
  const bytes = Buffer.from(token, "base64url");
  for (let i = 0; i < CSRF_BYTES; i++) bytes[CSRF_BYTES + i]! ^= bytes[i]!;
  return timingSafeEqual(bytes.subarray(CSRF_BYTES), Buffer.from(secretsOf(sessionId).csrf, "latin1"));
}
