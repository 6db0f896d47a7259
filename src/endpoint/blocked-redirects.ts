import type { MiddlewareHandler } from "hono";
import { contentSecurityPolicy } from "./csp.js";
import { originOf, type Environment } from "./environment.js";
import type { EndpointOptions } from "./options.js";

/**
 * Logs a redirect that the browser of a form does not follow: it leads to another site, and the policy of our pages lets forms lead to this
 * one alone. Their page then stays as it is, and the browser's console names the form's own URL. For development.
 *
 * @see https://www.w3.org/TR/CSP3/#directive-form-action
 */
export function blockedRedirects({ csp = {}, trustedTypes = false }: EndpointOptions, environment: Environment): MiddlewareHandler {
  const policy = csp === false ? "" : contentSecurityPolicy(csp, trustedTypes);
  const sources = /(?:^|; )form-action ([^;]*)/.exec(policy)?.[1]?.split(" ");
  return async (c, next) => {
    await next();
    const to = c.res.headers.get("location");
    const own = originOf(c, environment);
    if (sources === undefined || c.req.method !== "POST" || to === null || !URL.canParse(to, c.req.url)) return;
    const { origin, href } = new URL(to, c.req.url);
    // What a script fetches is another directive's.
    const byForm = (c.req.header("sec-fetch-mode") ?? "navigate") === "navigate";
    if (!byForm || origin === own || sources.some((source) => allows(source, origin))) return;
    environment.live.log("redirect blocked", { path: c.req.path, to: href });
  };
}

/** Whether a source of the policy may allow an origin: of patterns and schemes we say that they do. */
function allows(source: string, origin: string): boolean {
  if (source.startsWith("'")) return false;
  return source.includes("*") || !URL.canParse(source) || new URL(source).origin === origin;
}
