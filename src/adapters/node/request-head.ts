import type { IncomingMessage } from "node:http";
import type { NodeServer } from "./node-server.js";

/** How many header fields Node keeps, unless the server has a `maxHeadersCount`. It drops further ones without a word. */
const KEPT_FIELDS = 1_000;

/**
 * What is wrong with the head of a request, as the status that refuses it; undefined if nothing is.
 *
 * - 431: Node may have dropped its last fields, such as the `X-Forwarded-For` that a proxy has put behind the client's own ones.
 *   Without it the client would be taken for the proxy.
 * - 400: more than one Host field. Node keeps the first, but a proxy in front may have used the last, so the two could disagree
 *   about the site.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6585#section-5
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function faultOf({ rawHeaders }: IncomingMessage, { maxHeadersCount }: NodeServer): 400 | 431 | undefined {
  // Names and values alternate, in the order received. A count of 0 keeps all of them.
  const kept = 2 * (maxHeadersCount ?? KEPT_FIELDS);
  if (kept > 0 && rawHeaders.length >= kept) return 431;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  return hosts > 1 ? 400 : undefined;
}
