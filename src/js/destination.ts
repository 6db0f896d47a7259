import { HoldfastError } from "../errors/index.js";

const ORIGIN = "http://holdfast.invalid";

// A browser drops tabs and line breaks and reads "\" as "/": "/\t/evil" and "/\evil" are "//evil" to it.
// oxlint-disable-next-line no-control-regex -- control characters are the point
const TRICKS = /[\u0000-\u001f\u007f\\]/;

/**
 * Whether a browser stays on this origin with it: a path, or only a query.
 *
 * @see https://url.spec.whatwg.org/#url-parsing
 */
function staysHere(href: string): boolean {
  if (TRICKS.test(href) || !/^[/?]/.test(href) || href.startsWith("//") || !URL.canParse(href, ORIGIN)) return false;
  const url = new URL(href, ORIGIN);
  return url.origin === ORIGIN && url.username === "" && !url.pathname.startsWith("//");
}

/**
 * The destination of a live navigation. The client assigns it to `location` while it is not connected, so that a foreign
 * URL would leave the application, and `javascript:` would run.
 *
 * @param where who asks, for the error: `JS.navigate`
 * @param href a path of this application, such as `/posts?page=2`
 * @returns `href`
 * @throws HoldfastError `redirect_refused` if a browser could end up anywhere else
 * @example
 * localDestination("JS.patch", "/posts?page=2")
 */
export function localDestination(where: string, href: string): string {
  if (typeof href === "string" && staysHere(href)) return href;
  throw new HoldfastError("redirect_refused", {
    what: `${where} leads out of the application.`,
    expected: 'a path such as "/posts?page=2"',
    got: typeof href === "string" ? "a URL that a browser could take elsewhere" : typeof href,
    fix: "use a plain link, link({ href }), for other sites",
  });
}
