import type { IncomingMessage } from "node:http";

/**
 * Whether a request has more than one Host field. Node keeps the first, but a proxy in front may have used the last, so the two
 * could disagree about the site. Such a request is refused.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function namesSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let seen = false;
  // Names and values alternate, in the order received.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length !== 4 || name.toLowerCase() !== "host") continue;
    if (seen) return true;
    seen = true;
  }
  return false;
}
