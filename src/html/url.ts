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
  const scheme = SCHEME.exec(url.replace(IGNORED, ""));
  return scheme === null || schemes.has(scheme[1]!.toLowerCase());
}

/** Whether each candidate of a `srcset` has a safe URL. */
export function isSafeSrcset(srcset: string): boolean {
  return srcset.split(",").every((candidate) => isSafeUrl(candidate.trim().split(/\s/, 1)[0]!));
}
