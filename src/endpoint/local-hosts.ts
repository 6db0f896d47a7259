import type { Context, MiddlewareHandler } from "hono";
import { isUnnamedHost, parseOrigin } from "../security/index.js";
import { bindingsOf, originOf, type Environment } from "./environment.js";
import type { Refusals } from "./refusals.js";

/** What decides about a host, and what a refusal needs. */
interface LocalHostsParts {
  readonly environment: Environment;
  readonly refusals: Refusals;
  /** Origins whose hosts are names of the application, too. */
  readonly origins: readonly string[] | undefined;
  /** Sets the headers of a response. */
  readonly headers: MiddlewareHandler;
}

/**
 * What sets the headers of every response, and refuses requests and handshakes whose host is a foreign DNS name, with 421 (RFC
 * 9110, 15.5.20). An endpoint without `url` does not know under which name it is reached, so a name that `origins` does not list is a
 * stranger's: see `isUnnamedHost`. A request that came through no server, as in a test, came from no browser either.
 */
export function localHosts({ environment, refusals, origins = [], headers }: LocalHostsParts): MiddlewareHandler {
  const named = new Set(origins.map((origin) => new URL(parseOrigin(origin)).host));
  // Nearly all requests have the same origin, and it is parsed once.
  let admitted = "";
  // No middleware of its own, and not async: every page and every handshake would pay for its promises.
  return (c, next) => {
    const origin = originOf(c, environment);
    if (origin === admitted || bindingsOf(c).holdfast === undefined) return headers(c, next);
    const { host } = new URL(origin);
    if (!isUnnamedHost(host) && !named.has(host)) return headers(c, async () => refuse(c, { host, origin }, refusals));
    admitted = origin;
    return headers(c, next);
  };
}

function refuse(c: Context, { host, origin }: { host: string; origin: string }, refusals: Refusals): void {
  const name = JSON.stringify(origin);
  const fix = `createEndpoint({ url: ${name} }); for several names list all of them, localhost too: origins: [${name}, …]`;
  refusals.foreignHost(c, host, fix);
  // Set, not returned: what sets the headers around it may ignore what it returns.
  c.res = c.text([
    "An endpoint without `url` answers only this machine's own names.",
    "expected: localhost, a name that ends in .localhost, an IP address, or a host of `origins`",
    `got: ${host}`,
    `fix: if browsers reach the application under this name, say so: ${fix}`,
    "",
  ].join("\n"), 421);
}
