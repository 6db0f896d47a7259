import { parseOrigin } from "./origin.js";

// One rule, one place: where a redirect may lead, a live navigation of a template may.
export { localPath } from "../html/index.js";

/**
 * The URL of a redirect out of the application, if it leads to an allowed origin.
 *
 * @param target an absolute http or https URL, without credentials
 * @param allowed the origins that may be gone to, such as `https://accounts.example.com`
 * @returns the URL as a browser's URL parser yields it, or `undefined`
 * @throws {HoldfastError} `origin_invalid` if an allowed origin is not one
 * @example
 * externalUrl("https://pay.example/cart", ["https://pay.example"]) // "https://pay.example/cart"
 */
export function externalUrl(target: string, allowed: readonly string[]): string | undefined {
  const origins = allowed.map(parseOrigin);
  if (typeof target !== "string" || !URL.canParse(target)) return undefined;
  const url = new URL(target);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  return origins.includes(url.origin) ? url.href : undefined;
}
