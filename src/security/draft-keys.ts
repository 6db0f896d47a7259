import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject } from "node:crypto";
import { RecentCache } from "./recent-cache.js";

/** Who the user is, and the key: 16 and 32 bytes, each encoded on its own. */
const OWNER_BYTES = 16;
const KEY_BYTES = 32;

/**
 * The keys with which a user's browser encrypts the drafts that it keeps: one per user and secret, in each page that is
 * rendered for that user and nowhere else. Derived, so that nothing is stored, and from a key that does nothing else, so that a
 * page says nothing about the secret.
 *
 * @example
 * new DraftKeys(secret).of({ id: session.id, liveSocketId: "users_socket:1" }); // "<owner><key>", and one more for each older secret
 */
export class DraftKeys {
  readonly #roots: readonly KeyObject[];
  readonly #recent = new RecentCache<string>();

  /** @param secrets as for `Keyring`: the newest first */
  constructor(secrets: string | readonly string[]) {
    const list = typeof secrets === "string" ? [secrets] : secrets;
    this.#roots = list.map((secret) => createSecretKey(Buffer.from(hkdfSync("sha256", secret, "holdfast", "holdfast v1 drafts", 64))));
  }

  /**
   * The keys of a session's user: the same in each session that is logged in, so that a draft outlives the session. An anonymous
   * session has a key of its own. It comes from the session's id, which is random: most pages are rendered for somebody new, and
   * a hash costs them less than a MAC.
   *
   * @returns base64url, separated by spaces: what `data-holdfast-draft-keys` says
   */
  of({ id, liveSocketId }: { readonly id: string; readonly liveSocketId?: string }): string {
    if (liveSocketId === undefined) return written(hash("sha384", `drafts ${id}`, "buffer"));
    const known = this.#recent.get(liveSocketId);
    if (known !== undefined) return known;
    const keys = this.#roots.map((root) => written(createHmac("sha512", root).update(`user:${liveSocketId}`).digest())).join(" ");
    this.#recent.set(liveSocketId, keys);
    return keys;
  }
}

function written(bytes: Buffer): string {
  return bytes.subarray(0, OWNER_BYTES).toString("base64url") + bytes.subarray(OWNER_BYTES, OWNER_BYTES + KEY_BYTES).toString("base64url");
}
