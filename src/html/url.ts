// What the WHATWG URL parser removes before it parses a URL: C0 controls and spaces at both ends, tabs and line breaks
// anywhere. A scheme check that keeps them would miss `java\tscript:`.
// oxlint-disable-next-line no-control-regex -- control characters are the point
const IGNORED = /^[\u0000-\u0020]+|[\t\n\r]+/g;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const SAFE_SCHEMES: ReadonlySet<string> = new Set(["http", "https", "mailto", "tel", "sms"]);
const DOCUMENT_SCHEMES: ReadonlySet<string> = new Set(["http", "https"]);

/** Replaces a URL whose scheme could run code. It leads nowhere and says why. */
export const BLOCKED_URL = "about:invalid#blocked";

/**
 * Whether a URL can be in a link without running code: it is relative, or its scheme is http, https, mailto, tel or sms.
 *
 * @see https://url.spec.whatwg.org/#url-parsing
 * @example
 * isSafeUrl("/posts/1") // true
 * isSafeUrl("java\tscript:alert(1)") // false
 */
export function isSafeUrl(url: string): boolean {
  return hasScheme(url, SAFE_SCHEMES);
}

/** Whether a URL can be loaded as a document of its own, as an `<iframe>` does: it is relative, http or https. */
export function isDocumentUrl(url: string): boolean {
  return hasScheme(url, DOCUMENT_SCHEMES);
}

function hasScheme(url: string, schemes: ReadonlySet<string>): boolean {
  const scheme = schemeOf(url);
  return scheme === undefined || schemes.has(scheme);
}

/** The scheme that the WHATWG URL parser finds, in lower case; undefined: the URL is relative. */
export function schemeOf(url: string): string | undefined {
  return SCHEME.exec(withoutIgnored(url))?.[1]!.toLowerCase();
}

/** The beginning of a URL as the WHATWG URL parser reads it: without the characters that it removes. */
export function withoutIgnored(url: string): string {
  return url.replace(IGNORED, "");
}

/** The first URL in a `srcset` that could run code; undefined if there is none. */
export function unsafeInSrcset(srcset: string): string | undefined {
  return srcset.split(",").map((candidate) => candidate.trim().split(/\s/, 1)[0]!).find((url) => !isSafeUrl(url));
}
