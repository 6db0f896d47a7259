import type { IncomingMessage } from "node:http";

/**
 * Whether a request names its host more than once. Node keeps the first, a proxy in front may have gone by the last: then the
 * two do not speak of the same site, and the request is refused.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function namesSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let seen = false;
  // Names and values in turns, as they came.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length !== 4 || name.toLowerCase() !== "host") continue;
    if (seen) return true;
    seen = true;
  }
  return false;
}
