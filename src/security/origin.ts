import { HoldfastError } from "../errors/index.js";
import { parseUrl } from "./parse-url.js";

/**
 * Parses an origin from the application's configuration. Not for what a client sends.
 *
 * @param origin such as `https://example.com`; http or https, no path, no credentials, no wildcard
 * @param option whose entry it is, for the error
 * @returns the origin as a browser would write it in its `Origin` header
 * @throws {HoldfastError} `origin_invalid`
 * @example
 * parseOrigin("HTTPS://Example.com:443") // "https://example.com"
 */
export function parseOrigin(origin: string, option = "origins"): string {
  const url = parseUrl(origin);
  const whole = url !== undefined && (url.protocol === "https:" || url.protocol === "http:") &&
    url.href === `${url.origin}/` && !url.hostname.includes("*");
  if (!whole) {
    throw new HoldfastError("origin_invalid", {
      what: `An entry of \`${option}\` is not an origin.`,
      expected: "scheme, host and port, such as https://example.com or http://localhost:4000",
      got: JSON.stringify(origin) ?? String(origin),
      fix: "Name every origin in full; there are no wildcards and no paths.",
    });
  }
  return url.origin;
}

/**
 * Decides which pages may open a socket. Browsers let every page of every site open a websocket to any server, and send the
 * user's cookies along; the `Origin` header says which site the page is from.
 *
 * @param allowed the origins that may connect; `undefined`: only the origin that the request was sent to
 * @throws {HoldfastError} `origin_invalid`
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-10.2
 * @example
 * const policy = new OriginPolicy(["https://example.com"]);
 * policy.allows(request.headers.get("origin"), "https://example.com");
 */
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string> | undefined;

  constructor(allowed: readonly string[] | undefined) {
    this.#allowed = allowed && new Set(allowed.map((origin) => parseOrigin(origin)));
  }

  /**
   * Whether a request with this `Origin` header may connect. It is compared as text with the canonical spelling, the only one
   * that browsers send (RFC 6454, 6.2). Nothing is parsed, so no parser can be slow or wrong.
   *
   * @param origin the header; refused if missing or `null` (a sandboxed frame, a file)
   * @param own the origin that the request was sent to, as browsers see and spell it
   * @example
   * policy.allows("https://example.com", "https://example.com") // true
   */
  allows(origin: string | null | undefined, own: string): origin is string {
    if (typeof origin !== "string" || origin === "null" || origin === "") return false;
    return this.#allowed === undefined ? origin === own : this.#allowed.has(origin);
  }
}
