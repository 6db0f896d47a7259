import { rateLimit } from "holdfast";
import type { MiddlewareHandler } from "hono";

/** Limits how often one client may try passwords. Many people may share an address, and a guess every five seconds is worth nothing. */
export function passwordAttempts(): MiddlewareHandler {
  return rateLimit({ perSecond: 0.2, burst: 30 });
}

/** Limits how often one client may register: each registration costs a hash and a mail. */
export function registrations(): MiddlewareHandler {
  return rateLimit({ perSecond: 0.05, burst: 20 });
}
