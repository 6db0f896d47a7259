import { parseOrigin } from "./origin.js";

// Two, because a target could name one of them: "//one.invalid/x" stays on that origin, and on no other.
const BASES = ["https://one.invalid", "https://two.invalid:8443"] as const;

// A browser drops tabs and line breaks and reads "\" as "/": "/\t/evil" and "/\evil" are "//evil" to it.
// oxlint-disable-next-line no-control-regex -- control characters are the point
const TRICKS = /[\u0000-\u001f\u007f\\]/;

/**
 * The path of a redirect that stays in the application, as a browser's URL parser yields it.
 *
 * @param target what somebody asked to be sent to
 * @returns the normalized `/path?query#hash`, or `undefined` if a browser could end up anywhere else
 * @see https://url.spec.whatwg.org/#url-parsing
 * @example
 * localPath("/posts/../login?next=1") // "/login?next=1"
 * localPath("/\\evil.example") // undefined
 */
export function localPath(target: string): string | undefined {
  if (typeof target !== "string" || TRICKS.test(target)) return undefined;
  const path = resolveLocal(target);
  // Again with the result, for that is what is sent: "/.//evil" is local, and normalizes to "//evil".
  return path !== undefined && resolveLocal(path) === path ? path : undefined;
}

function resolveLocal(target: string): string | undefined {
  if (!target.startsWith("/") || target.startsWith("//")) return undefined;
  let path: string | undefined;
  for (const base of BASES) {
    if (!URL.canParse(target, base)) return undefined;
    const url = new URL(target, base);
    if (url.origin !== base || url.username !== "" || url.password !== "") return undefined;
    const found = url.pathname + url.search + url.hash;
    if (path !== undefined && path !== found) return undefined;
    path = found;
  }
  return path;
}

/**
 * The URL of a redirect out of the application, if it leads to an allowed origin.
 *
 * @param target an absolute http or https URL, without credentials
 * @param allowed the origins that may be gone to, such as `https://accounts.example.com`
 * @returns the URL as a browser's URL parser yields it, or `undefined`
 * @throws {HoldfastError} `origin_invalid` if an allowed origin is not one
 * @example
 * externalUrl("https://pay.example/cart", ["https://pay.example"]) // "https://pay.example/cart"
 */
export function externalUrl(target: string, allowed: readonly string[]): string | undefined {
  const origins = allowed.map(parseOrigin);
  if (typeof target !== "string" || !URL.canParse(target)) return undefined;
  const url = new URL(target);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  return origins.includes(url.origin) ? url.href : undefined;
}
