import { rateLimit } from "holdfast";
import type { MiddlewareHandler } from "hono";

/** How often one client may try passwords: many people may share an address, and a guess in five seconds is worth nothing. */
export function passwordAttempts(): MiddlewareHandler {
  return rateLimit({ perSecond: 0.2, burst: 30 });
}

/** How often one client may register: each costs a hash and a mail. */
export function registrations(): MiddlewareHandler {
  return rateLimit({ perSecond: 0.05, burst: 20 });
}
