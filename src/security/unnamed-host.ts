import { isIP } from "node:net";
import { parseUrl } from "./parse-url.js";

/**
 * Whether no DNS name can lead to this host: an address, or localhost (RFC 6761, 6.3). A page of another site can give itself a
 * name that resolves to 127.0.0.1 and is then, to the browser, the origin of a server on its user's machine: DNS rebinding.
 *
 * @param host a `Host` header, with its port
 * @example
 * isUnnamedHost("127.0.0.1:3000"); // true
 * isUnnamedHost("evil.example");   // false
 */
export function isUnnamedHost(host: string | undefined): boolean {
  const hostname = host === undefined ? undefined : parseUrl(`http://${host}`)?.hostname;
  if (hostname === undefined) return false;
  return hostname === "localhost" || hostname.endsWith(".localhost") || isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
}
