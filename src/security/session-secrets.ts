import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { RecentCache } from "../collections/index.js";

/** Bytes of the secret that CSRF tokens mask. */
export const CSRF_BYTES = 18;
/**
 * The length of a key for drafts in base64url: 12 bytes (16 characters) that identify the user, and 32 bytes of key. Three bytes are four
 * characters, so both are cut from one encoded hash.
 */
export const DRAFT_KEY_LENGTH = 16 + 43;

/** What a session's id, which is random, stands for. Neither says anything of the id, or of the other. */
interface SessionSecrets {
  /**
   * What CSRF tokens mask, one byte a character: as text it has no memory outside of the heap, which a collection would have to look
   * after.
   */
  readonly csrf: string;
  /** With which the browser of an anonymous session encrypts its drafts. */
  readonly draftKey: string;
}

/** Recent ones: a page's socket needs them again soon. */
const recent = new RecentCache<SessionSecrets>(64);

/** Both come from one hash, because most pages are rendered for new visitors, and a hash is a fortieth of a small page. */
export function secretsOf(sessionId: string): SessionSecrets {
  const known = recent.get(sessionId);
  if (known !== undefined) return known;
  const text = hash("sha512", `session ${sessionId}`, "base64url");
  // The key's last character has bits of the next byte, so the secret begins behind that: 45 bytes are 60 characters, and 18 are 24.
  const secrets = { draftKey: text.slice(0, DRAFT_KEY_LENGTH), csrf: Buffer.from(text.slice(60, 84), "base64url").toString("latin1") };
  recent.set(sessionId, secrets);
  return secrets;
}
