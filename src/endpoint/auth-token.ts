import type { Context } from "hono";
import { longPollOf } from "./environment.js";

/** How the `phoenix` client marks its token among the subprotocols that it offers. */
const PREFIX = "base64url.bearer.phx.";

/**
 * The `authToken` that the `phoenix` client sends with a handshake. A browser's script cannot set headers of a websocket other than
 * its subprotocols, so there the token is one of them; a long poll has a header for it.
 */
export function authTokenOf(c: Context): string | undefined {
  if (longPollOf(c) !== undefined) return c.req.header("x-phoenix-authtoken");
  const offered = c.req.header("sec-websocket-protocol")?.split(",").map((protocol) => protocol.trim());
  const token = offered?.find((protocol) => protocol.startsWith(PREFIX));
  // The client encodes with `btoa`, whose text has a byte for each character.
  return token === undefined ? undefined : Buffer.from(token.slice(PREFIX.length), "base64").toString("latin1");
}
