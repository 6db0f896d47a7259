import type { Context } from "hono";
import type { PageRoute } from "../channel/index.js";
import { bindingsOf, variablesOf } from "./environment.js";

/** A route's status for a request that only asks. */
export const PASSED = 204;

/** Answers a request that only asks the middleware before this route; undefined for any other. */
export function passGuard(c: Context, route: PageRoute): Response | undefined {
  const guarded = bindingsOf(c).holdfast?.guarded;
  if (guarded === undefined) return undefined;
  guarded.pass(route, variablesOf(c));
  return c.body(null, PASSED);
}
