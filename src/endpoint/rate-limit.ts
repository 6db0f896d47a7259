import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { HoldfastError, StatusError } from "../errors/index.js";
import { ANYTHING, checkOptions, FUNCTION, having, TEXT } from "../errors/options.js";
import type { MaybePromise } from "../mailbox/index.js";
import type { RateLimitStore } from "../pubsub/index.js";
import { networkOf } from "../security/index.js";
import { clientAddress, findEnvironment, type Environment } from "./environment.js";
import { loggedPath } from "./logged-path.js";

/** Options of `rateLimit`. */
export interface RateLimitOptions {
  /** Sustained requests per second: 0.1 is six a minute. */
  readonly perSecond: number;
  /** Requests in a burst after a quiet time; at least 1. */
  readonly burst: number;
  /**
   * Groups requests that count together. Default: by client, as `limits.socketsPerIp` identifies clients (an IPv4 address, an
   * IPv6 /64 network, behind `trustProxy`).
   *
   * @param client what the default returns
   * @returns the key, or undefined for a request that does not count
   * @example
   * by: (c, client) => sessionOf(c).values.userId?.toString() ?? client
   */
  readonly by?: (c: Context, client: string) => MaybePromise<string | undefined>;
  /**
   * Limits with the same name share their counts, and must have the same rate. Default: the path of the middleware, so that
   * all nodes use the same name.
   */
  readonly name?: string;
  /** Where requests are counted. Default: the endpoint's backplane, across all nodes; without one, this process. */
  readonly store?: RateLimitStore;
}

/**
 * Middleware that answers 429 with `Retry-After` (RFC 6585, section 4) and the endpoint's error page to clients that send too
 * many requests: for log-in, registration, password resets, and anything else that is expensive.
 *
 * @throws HoldfastError `endpoint_config_invalid` for an invalid rate
 * @example
 * app.post("/login", rateLimit({ perSecond: 0.1, burst: 10 }), (c) => logInForm(c));
 */
export function rateLimit(options: RateLimitOptions): MiddlewareHandler {
  checkOptions("endpoint_config_invalid", { of: "rateLimit", fix: "rateLimit({ perSecond: 0.1, burst: 10 })" }, options, {
    perSecond: ANYTHING, burst: ANYTHING, by: FUNCTION, name: TEXT, store: having("a RateLimitStore", "take"),
  });
  const { perSecond, burst, by, name, store } = options;
  if (!(perSecond > 0) || !(burst >= 1)) throw noRate(perSecond, burst);
  const rate = { perSecond, burst };
  return async (c, next) => {
    const environment = findEnvironment(c);
    if (environment === undefined) throw noEndpoint();
    const client = networkOf(clientAddress(c, environment));
    const key = by === undefined ? client : await by(c, client);
    if (key === undefined) return next();
    const named = `${name ?? routePath(c)} ${key}`;
    const waitMs = await (store ?? environment.rateLimits).take(named, rate);
    if (waitMs === 0) return next();
    tooMany(c, environment, waitMs);
  };
}

function tooMany(c: Context, { live }: Environment, waitMs: number): never {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  live.log("request refused", { method: c.req.method, path: loggedPath(c), reason: "rate limit", retryAfter });
  c.header("retry-after", String(retryAfter));
  throw new StatusError(429, "rate limit");
}

function noRate(perSecond: number, burst: number): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: "A rate limit's rate is invalid.", expected: "perSecond above 0 and burst of at least 1",
    got: `perSecond ${perSecond}, burst ${burst}`, fix: "rateLimit({ perSecond: 0.1, burst: 10 })",
  });
}

function noEndpoint(): HoldfastError {
  return new HoldfastError("session_misuse", {
    what: "rateLimit is used on a route outside an endpoint.", expected: "a route of the endpoint",
    fix: "define the route in createEndpoint({ routes })",
  });
}
