import { parseOrigin } from "./origin.js";
import { parseUrl } from "./parse-url.js";

// One rule for both: where a redirect may lead, a template's live navigation may lead too.
export { localPath } from "../html/index.js";

/** The longest target, characters: the longest request header that Node accepts. */
const MAX_TARGET = 16 * 1024;
/** A host has 253 characters at most (RFC 1035, 2.3.4), a port six with its colon. */
const MAX_HOST = 260;
// Scheme, slashes (a browser takes any number, in both directions), host and port; no characters that the parser would drop.
const AUTHORITY = /^https?:[/\\]*([^/\\?#@\s]*)(?:[/\\?#]|$)/i;

/**
 * The URL of a redirect out of the application, if it leads to an allowed origin. The host is bounded before it is parsed:
 * Node's parser takes time quadratic in a long one.
 *
 * @param target an absolute http or https URL, without credentials
 * @param allowed the origins that it may lead to, such as `https://accounts.example.com`
 * @returns the URL as a browser's URL parser yields it, or `undefined`
 * @throws {HoldfastError} `origin_invalid` if an allowed origin is not one
 * @example
 * externalUrl("https://pay.example/cart", ["https://pay.example"]) // "https://pay.example/cart"
 */
export function externalUrl(target: string, allowed: readonly string[]): string | undefined {
  const origins = allowed.map((origin) => parseOrigin(origin, "externalOrigins"));
  if (typeof target !== "string" || target.length > MAX_TARGET) return undefined;
  const host = AUTHORITY.exec(target)?.[1];
  if (host === undefined || host.length > MAX_HOST) return undefined;
  const url = parseUrl(target);
  if (url === undefined || url.username !== "" || url.password !== "") return undefined;
  return origins.includes(url.origin) ? url.href : undefined;
}
