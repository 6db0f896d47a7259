import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject } from "node:crypto";
import { RecentCache } from "../collections/index.js";

/**
 * The length of a key in base64url: 15 bytes (20 characters) that identify the user, and 32 bytes of key. Three bytes are four
 * characters, so both are cut from one encoded hash.
 */
const LENGTH = 20 + 43;

/**
 * The keys with which a user's browser encrypts the drafts that it keeps: one per user and secret, found only in pages that are
 * rendered for that user. They are derived, so nothing is stored, and from a key with no other use, so a page reveals nothing
 * about the secret.
 *
 * @example
 * new DraftKeys(secret).of({ id: session.id, liveSocketId: "users_socket:1" }); // "<owner><key>", and one more for each older secret
 */
export class DraftKeys {
  readonly #roots: readonly KeyObject[];
  readonly #recent = new RecentCache<string>(64);

  /** @param secrets as for `Keyring`: the newest first */
  constructor(secrets: string | readonly string[]) {
    const list = typeof secrets === "string" ? [secrets] : secrets;
    this.#roots = list.map((secret) => createSecretKey(Buffer.from(hkdfSync("sha256", secret, "holdfast", "holdfast v1 drafts", 64))));
  }

  /**
   * The keys of a session's user: the same in each session that is logged in, so that a draft outlives the session. An anonymous
   * session has a key of its own. It comes from the session's id, which is random: most pages are rendered for new visitors, and
   * a hash is cheaper than a MAC.
   *
   * @returns base64url, separated by spaces: the value of `data-holdfast-draft-keys`
   */
  of({ id, liveSocketId }: { readonly id: string; readonly liveSocketId?: string }): string {
    if (liveSocketId === undefined) return hash("sha384", `drafts ${id}`, "base64url").slice(0, LENGTH);
    const known = this.#recent.get(liveSocketId);
    if (known !== undefined) return known;
    const keys = this.#roots
      .map((root) => createHmac("sha512", root).update(`user:${liveSocketId}`).digest("base64url").slice(0, LENGTH))
      .join(" ");
    this.#recent.set(liveSocketId, keys);
    return keys;
  }
}
