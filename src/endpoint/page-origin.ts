import type { Context } from "hono";
import { parseUrl } from "../security/index.js";
import { originOf, type Environment } from "./environment.js";

/**
 * The origin of the page whose script sent a request: its `Origin` header if there is one. Browsers send none with a GET to
 * the page's own origin; then the `Referer` has it, or `Sec-Fetch-Site` says that it is the same.
 *
 * @returns undefined if no header tells, or if no script sent the request: a navigation, an image, a frame
 * @see https://fetch.spec.whatwg.org/#append-a-request-origin-header
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function pageOrigin(c: Context, environment: Environment): string | undefined {
  const mode = c.req.header("sec-fetch-mode");
  if (mode !== undefined && mode !== "cors" && mode !== "same-origin") return undefined;
  const origin = c.req.header("origin");
  if (origin !== undefined) return origin;
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return undefined;
  const referrer = c.req.header("referer");
  if (referrer !== undefined) return parseUrl(referrer)?.origin;
  return site === undefined ? undefined : originOf(c, environment);
}
