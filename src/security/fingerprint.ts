import { createHash } from "node:crypto";

/** A short name for a file's content, for cache busting: 96 bits, so two different files do not share one by accident. */
export function fingerprint(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 16);
}
