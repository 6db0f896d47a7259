import { Hono, type MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { bindingsOf, upgradeOf } from "./environment.js";

/**
 * What browsers are told about every response. A handshake's is made by the socket, and has none of it.
 *
 * @param https whether browsers shall come by https only
 */
export function pageHeaders(https: boolean): MiddlewareHandler {
  const headers = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"], scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", "data:", "https:"],
      objectSrc: ["'none'"], baseUri: ["'self'"], frameAncestors: ["'self'"], formAction: ["'self'"],
    },
    strictTransportSecurity: https,
    // Not `no-referrer`: under it browsers send `Origin: null` with a form's POST, even to the page's own site.
    // https://fetch.spec.whatwg.org/#append-a-request-origin-header
    referrerPolicy: "same-origin",
  });
  let fixed: readonly (readonly [string, string])[] | undefined;
  return (c, next) => {
    if (upgradeOf(c) !== undefined) return next();
    const exchange = bindingsOf(c).holdfast;
    if (exchange?.preset === undefined) return headers(c, next);
    if (fixed === undefined) return written(headers).then((known) => (fixed = known)).then(() => headers(c, next));
    // They never change, and Node takes them faster than a Response does. Whoever sets one of them on the response wins.
    for (const [name, value] of fixed) exchange.preset(name, value);
    return next();
  };
}

/** The headers that a middleware adds to a response. */
async function written(middleware: MiddlewareHandler): Promise<[string, string][]> {
  const app = new Hono();
  app.use(middleware);
  app.get("/", (c) => c.body(null));
  return [...(await app.request("/")).headers];
}
