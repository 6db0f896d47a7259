import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { upgradeOf } from "./environment.js";

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
  return (c, next) => (upgradeOf(c) === undefined ? headers(c, next) : next());
}
