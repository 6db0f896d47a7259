import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { isDevelopment } from "../errors/index.js";

/** Only the beginning of a longer segment is kept. A token of 128 bits has 22 characters in base64url. */
const SEGMENT = 20;
const KEPT = 8;
/** The longest path, characters. */
const LENGTH = 255;

/**
 * The pattern of the route that answers a request, such as `/reset/:token`.
 *
 * @returns undefined if none does. A pattern with `*` is mostly middleware's, and says less than the path
 */
export function routeOf(c: Context): string | undefined {
  return matchedRoutes(c).findLast(({ path }) => !path.includes("*"))?.path;
}

/**
 * A request's path as logs, spans and audits may keep it. A path can contain a secret, such as the token of a reset link, so it is the
 * route's pattern; a path without a route is kept with its long segments cut. Never the query.
 */
export function keptPath(c: Context): string {
  return routeOf(c) ?? cutPath(c.req.path);
}

/** The same for the endpoint's log. A developer's own requests are logged as they are. */
export function loggedPath(c: Context): string {
  return isDevelopment() ? c.req.path : keptPath(c);
}

/**
 * A path with its long segments cut: whoever reads it cannot use a token in it.
 *
 * @example
 * cutPath("/reset/Zm9vYmFyYmF6cXV4cXV1eA/") // "/reset/Zm9vYmFy…/"
 */
export function cutPath(path: string): string {
  return path.slice(0, LENGTH).split("/").map((segment) => (segment.length > SEGMENT ? `${segment.slice(0, KEPT)}…` : segment)).join("/");
}
