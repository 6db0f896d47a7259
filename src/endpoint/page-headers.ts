import type { Context, MiddlewareHandler, Next } from "hono";
import { HoldfastError } from "../errors/index.js";
import { checkValue } from "../errors/options.js";
import { randomText } from "../security/index.js";
import { contentSecurityPolicy, NONCE, type CspOptions } from "./csp.js";
import { bindingsOf, longPollOf, upgradeOf } from "./environment.js";
import { CONTEXT } from "./session.js";

/** A header's value, a function of the request, or `false` for none. */
export type HeaderValue = string | false | ((c: Context) => string | undefined);

/** What browsers are told about responses. */
interface HeaderOptions {
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined;
  readonly csp?: CspOptions | false | undefined;
  readonly trustedTypes?: boolean | undefined;
  /** Whether browsers must use https only. */
  readonly https: boolean;
}

declare module "hono" {
  interface ContextVariableMap {
    /** The value of `NONCE` in this response; undefined if the policy has none. */
    cspNonce: string | undefined;
  }
}

/** Hono's `secureHeaders`, which follow OWASP, and a rule for caches. https://owasp.org/www-project-secure-headers/ */
const DEFAULTS: Readonly<Record<string, string>> = {
  // Pages contain tokens of their session. Without this header a shared cache may store a 200 or a 404: RFC 9111, 4.2.2.
  "cache-control": "private, no-cache",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  // Not `no-referrer`: with it browsers send `Origin: null` with a form's POST, even to the page's own site.
  // https://fetch.spec.whatwg.org/#append-a-request-origin-header
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-dns-prefetch-control": "off",
  "x-download-options": "noopen",
  "x-frame-options": "SAMEORIGIN",
  "x-permitted-cross-domain-policies": "none",
  "x-xss-protection": "0",
};
const HTTPS_ONLY = "max-age=15552000; includeSubDomains";
const CSP = "content-security-policy";

/**
 * Sets the headers of every response, with or without a server. Headers that a response sets itself win. The response to a
 * websocket handshake is made by the socket, and has none of them.
 *
 * @throws HoldfastError `endpoint_config_invalid`
 */
export function pageHeaders({ headers = {}, csp = {}, trustedTypes = false, https }: HeaderOptions): MiddlewareHandler {
  const values: Record<string, HeaderValue> = {
    ...(csp !== false && { [CSP]: contentSecurityPolicy(csp, trustedTypes) }),
    ...DEFAULTS, ...(https && { "strict-transport-security": HTTPS_ONLY }), ...lowerCased(headers),
  };
  const fixed: [string, string][] = [];
  const made: [string, (c: Context) => string | undefined][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "function") made.push([name, value]);
    else if (value !== false && value.includes(NONCE)) made.push([name, (c) => value.replaceAll(NONCE, `'nonce-${nonce(c)}'`)]);
    else if (value !== false) fixed.push([name, value]);
  }
  const ofResponse = (c: Context): [string, string][] => {
    const own = made.map(([name, make]) => [name, make(c)] as const).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return [...fixed, ...own];
  };
  return (c, next) => {
    if (upgradeOf(c) !== undefined && longPollOf(c) === undefined) return next();
    const all = made.length === 0 ? fixed : ofResponse(c);
    const exchange = bindingsOf(c).holdfast;
    if (exchange?.preset === undefined) return behind(c, next, all);
    // A server sets them faster than a Response does.
    exchange.preset(all);
    return next();
  };
}

/**
 * The value of `NONCE` in this request's response: for the `nonce` of an inline script or style.
 *
 * @throws HoldfastError `endpoint_config_invalid` if the policy has none
 * @example
 * html`<style nonce=${cspNonce(c)}>…</style>`
 */
export function cspNonce(c: Context): string {
  checkValue("session_misuse", { of: "cspNonce", fix: "app.get(path, (c) => … cspNonce(c))" }, "the request", c, CONTEXT);
  const known = c.get("cspNonce");
  if (known !== undefined) return known;
  throw new HoldfastError("endpoint_config_invalid", {
    what: "The endpoint's content security policy has no nonce.", expected: "a directive with NONCE in it",
    fix: "createEndpoint({ csp: { scriptSrc: (sources) => [...sources, NONCE] } })",
  });
}

/** One for each response, however many directives contain it. */
function nonce(c: Context): string {
  const known = c.get("cspNonce");
  if (known !== undefined) return known;
  const made = randomText(18);
  c.set("cspNonce", made);
  return made;
}

async function behind(c: Context, next: Next, headers: readonly (readonly [string, string])[]): Promise<void> {
  await next();
  for (const [name, value] of headers) {
    if (c.res.headers.has(name)) continue;
    try {
      c.res.headers.set(name, value);
    } catch {
      // A response that `fetch` returned, passed on by a route, has immutable headers.
      c.header(name, value);
    }
  }
}

function lowerCased(headers: Readonly<Record<string, HeaderValue>>): Record<string, HeaderValue> {
  const checked = Object.entries(headers).map(([name, value]) => {
    const usable = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && (typeof value !== "string" || /^[\t\x20-\x7e]*$/.test(value));
    if (usable) return [name.toLowerCase(), value] as const;
    throw new HoldfastError("endpoint_config_invalid", {
      what: "One of the endpoint's headers is invalid.", expected: "a name, and a value of printable ASCII characters",
      got: JSON.stringify({ [name]: value }),
    });
  });
  return Object.fromEntries(checked);
}
