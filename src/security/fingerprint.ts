import { createHash } from "node:crypto";

/** A short name for a file's content: another content has another name. It proves nothing against somebody who tries. */
export function fingerprint(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 16);
}
