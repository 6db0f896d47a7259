import { createHash } from "node:crypto";

/**
 * The integrity attribute of a file's content: a browser refuses the file if its content differs.
 *
 * @see https://www.w3.org/TR/SRI/#integrity-metadata-description
 */
export function integrityOf(content: string): string {
  return `sha384-${createHash("sha384").update(content).digest("base64")}`;
}

/** A short name for a file's content, for cache busting: 96 bits, so two different files do not share one by accident. */
export function fingerprint(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 16);
}
