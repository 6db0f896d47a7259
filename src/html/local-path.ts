// Two, because a target could name one of them: "//one.invalid/x" stays on that origin, but not on the other.
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
  // Checked again with the result, because that is what is sent: "/.//evil" is local, and normalizes to "//evil".
  return path !== undefined && resolveLocal(path) === path ? path : undefined;
}

function resolveLocal(target: string): string | undefined {
  if (!target.startsWith("/") || target.startsWith("//")) return undefined;
  let path: string | undefined;
  for (const base of BASES) {
    // Never throws: behind a known host the parser takes any path.
    const url = new URL(target, base);
    if (url.origin !== base || url.username !== "" || url.password !== "") return undefined;
    const found = url.pathname + url.search + url.hash;
    if (path !== undefined && path !== found) return undefined;
    path = found;
  }
  return path;
}
