import { decodedPath } from "./decoded-path.js";

/**
 * Whether two Hono paths may match the same URL. Errs on the side of yes: any two segments meet unless both are plain text.
 *
 * @example
 * mayOverlap("/login", "/posts/:id");   // false
 * mayOverlap("/posts/*", "/posts/:id"); // true
 */
export function mayOverlap(one: string, other: string): boolean {
  const ones = segmentsOf(one);
  const others = segmentsOf(other);
  for (let i = 0; ; i++) {
    const [a, b] = [ones[i], others[i]];
    // A wildcard and an optional parameter match what is not there, too, and a parameter's own pattern may contain slashes.
    if (isOpen(a) || isOpen(b)) return true;
    if (a === undefined || b === undefined) return a === b;
    if (a !== b && !a.startsWith(":") && !b.startsWith(":")) return false;
  }
}

function isOpen(segment: string | undefined): boolean {
  return segment !== undefined && /[*{?]/.test(segment);
}

/** Without a slash at the end, decoded and in lower case: spellings that some router takes for the same. */
function segmentsOf(path: string): string[] {
  return decodedPath(path).toLowerCase().replace(/\/+$/, "").split("/");
}
