import type { Context, Next } from "hono";
import { isUnnamedHost } from "../security/index.js";
import type { Refusals } from "./refusals.js";

/**
 * Refuses requests and handshakes whose host is a DNS name, with 421 (RFC 9110, 15.5.20). In development nobody has said under
 * which name the application is reached, so a name is a stranger's: see `isUnnamedHost`.
 */
export function localHosts(refusals: Refusals): (c: Context, next: Next) => Promise<Response | void> {
  return async (c, next) => {
    const { host, origin } = new URL(c.req.url);
    if (isUnnamedHost(host)) return next();
    const fix = `createEndpoint({ url: ${JSON.stringify(origin)} })`;
    refusals.report(c, "request refused", { reason: "the Host is a name, and the endpoint has no url", host, fix });
    return c.text([
      "In development, an endpoint without `url` answers only this machine's own names.",
      "expected: localhost, a name that ends in .localhost, or an IP address",
      `got: ${host}`,
      `fix: if browsers reach the application under this name, say so: ${fix}`,
      "",
    ].join("\n"), 421);
  };
}
