import type { Hono } from "hono";

/**
 * Whether anything answers a request, apart from middleware that runs for all paths.
 *
 * @param path as Hono has it in `c.req.path`
 */
export function hasRoute(app: Hono, method: string, path: string): boolean {
  const [matches] = app.router.match(method === "HEAD" ? "GET" : method, path);
  // A handler takes no `next`, even under a pattern for all paths.
  return matches.some(([[handler, { method: methods, path: pattern }]]) =>
    methods !== "ALL" || (pattern !== "*" && pattern !== "/*") || handler.length < 2);
}
