import type { Context, Next } from "hono";
import { isUnnamedHost, parseOrigin } from "../security/index.js";
import { originOf, type Environment } from "./environment.js";
import type { Refusals } from "./refusals.js";

/**
 * Refuses requests and handshakes whose host is a foreign DNS name, with 421 (RFC 9110, 15.5.20). An endpoint without `url` does not
 * know under which name it is reached, so a name that `origins` does not list is a stranger's: see `isUnnamedHost`.
 */
export function localHosts(environment: Environment, refusals: Refusals, origins: readonly string[] = []): (c: Context, next: Next) => Promise<void> {
  const named = new Set(origins.map((origin) => new URL(parseOrigin(origin)).host));
  // Nearly all requests have the same origin, and it is parsed once.
  let admitted = "";
  return async (c, next) => {
    const origin = originOf(c, environment);
    if (origin === admitted) return next();
    const { host } = new URL(origin);
    if (isUnnamedHost(host) || named.has(host)) {
      admitted = origin;
      return next();
    }
    const fix = `createEndpoint({ url: ${JSON.stringify(origin)} }); for several names list all of them, localhost too: origins: [${JSON.stringify(origin)}, …]`;
    refusals.foreignHost(c, host, fix);
    // Set, not returned: what sets the headers around it may ignore what it returns.
    c.res = c.text([
      "An endpoint without `url` answers only this machine's own names.",
      "expected: localhost, a name that ends in .localhost, an IP address, or a host of `origins`",
      `got: ${host}`,
      `fix: if browsers reach the application under this name, say so: ${fix}`,
      "",
    ].join("\n"), 421);
  };
}
