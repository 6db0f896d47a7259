import { createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { RecentCache } from "./recent-cache.js";

/** Who the user is, and the key: 16 and 32 bytes of the MAC, each encoded on its own. */
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
   * session has keys of its own.
   *
   * @returns base64url, separated by spaces: what `data-holdfast-draft-keys` says
   */
  of({ id, liveSocketId }: { readonly id: string; readonly liveSocketId?: string }): string {
    const user = liveSocketId === undefined ? `session:${id}` : `user:${liveSocketId}`;
    const known = this.#recent.get(user);
    if (known !== undefined) return known;
    const keys = this.#roots.map((root) => {
      const mac = createHmac("sha512", root).update(user).digest();
      const owner = mac.subarray(0, OWNER_BYTES).toString("base64url");
      return owner + mac.subarray(OWNER_BYTES, OWNER_BYTES + KEY_BYTES).toString("base64url");
    }).join(" ");
    this.#recent.set(user, keys);
    return keys;
  }
}
