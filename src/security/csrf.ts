import { Buffer } from "node:buffer";
import { hash, timingSafeEqual } from "node:crypto";
import { randomInto } from "./random.js";
import { RecentCache } from "../collections/index.js";

const SECRET_BYTES = 18;
/** A mask and the masked secret, in base64url. */
const TOKEN = /^[\w-]{48}$/;

/** Where tokens are made and checked, one after the other: a buffer of its own costs each more than its hash. */
const masked = Buffer.allocUnsafeSlow(2 * SECRET_BYTES);
const unmasked = Buffer.allocUnsafeSlow(SECRET_BYTES);
const expected = Buffer.allocUnsafeSlow(SECRET_BYTES);

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
  const known = secret(sessionId);
  randomInto(masked, SECRET_BYTES);
  for (let i = 0; i < SECRET_BYTES; i++) masked[SECRET_BYTES + i] = known.charCodeAt(i) ^ masked[i]!;
  return masked.toString("base64url");
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
  masked.write(token, "base64url");
  for (let i = 0; i < SECRET_BYTES; i++) unmasked[i] = masked[i]! ^ masked[SECRET_BYTES + i]!;
  expected.write(secret(sessionId), "latin1");
  return timingSafeEqual(unmasked, expected);
}

/**
 * The secret that tokens mask, one byte a character: a hash, so that it does not reveal the id. Cached, since a page's socket needs it
 * again soon; and as text, which has no memory outside of the heap that a collection must look after.
 */
function secret(sessionId: string): string {
  const known = recent.get(sessionId);
  if (known !== undefined) return known;
  const made = hash("sha256", `csrf ${sessionId}`, "binary").slice(0, SECRET_BYTES);
  recent.set(sessionId, made);
  return made;
}

const recent = new RecentCache<string>(64);
