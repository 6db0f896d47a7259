import { hash, timingSafeEqual } from "node:crypto";
import { random } from "./random.js";
import { RecentCache } from "./recent-cache.js";

const SECRET_BYTES = 18;
/** A mask and the masked secret, in base64url. */
const TOKEN = /^[\w-]{48}$/;

/**
 * A token for the page's `<meta name="csrf-token">` and its forms: what only this session's pages know, under a mask of its
 * own each time, so that compressed pages do not give it away.
 *
 * It follows from the session's id, which is random and sealed in its cookie: so it lives exactly as long, and nothing is
 * kept for it.
 *
 * @param sessionId the id of the session that may use it
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 * @example
 * html`<meta name="csrf-token" content=${csrfToken(session.id)}>`
 */
export function csrfToken(sessionId: string): string {
  const mask = random(SECRET_BYTES);
  return Buffer.concat([mask, exclusiveOr(secret(sessionId), mask)]).toString("base64url");
}

/**
 * Whether a token was made by `csrfToken` for this very session. Never throws.
 *
 * @param token what the client sent
 * @param sessionId the id of the request's session; an empty one is nobody's, so the answer is false
 * @example
 * if (!verifyCsrf(body._csrf_token, session.id)) throw new Forbidden();
 */
export function verifyCsrf(token: unknown, sessionId: string): boolean {
  if (sessionId === "" || typeof token !== "string" || !TOKEN.test(token)) return false;
  const bytes = Buffer.from(token, "base64url");
  const unmasked = exclusiveOr(bytes.subarray(SECRET_BYTES), bytes.subarray(0, SECRET_BYTES));
  return timingSafeEqual(unmasked, secret(sessionId));
}

/** What the session's pages know: from it nobody finds the session's id. A page asks for it, and its socket a moment later. */
function secret(sessionId: string): Buffer {
  const known = recent.get(sessionId);
  if (known !== undefined) return known;
  const made = hash("sha256", `csrf ${sessionId}`, "buffer").subarray(0, SECRET_BYTES);
  recent.set(sessionId, made);
  return made;
}

const recent = new RecentCache<Buffer>();

function exclusiveOr(a: Buffer, b: Buffer): Buffer {
  const both = Buffer.allocUnsafe(a.length);
  for (let i = 0; i < a.length; i++) both[i] = a[i]! ^ b[i]!;
  return both;
}
