import type { Limits } from "./limits.js";

// What a browser's serialised URL consists of after its host (https://url.spec.whatwg.org/#url-serializing): the rest is
// percent-encoded there. Backslash and space are left out too, since the parser would read them as something else.
const SERIALIZED = /^[\x21-\x5b\x5d-\x7e]*$/;

/**
 * Parses the URL of a page that a client says it is on, if it is a URL of this application.
 *
 * A client may send any text, and Node's parser takes time quadratic in a long foreign host. So the text is bounded and
 * compared with the origin first, as a string: only what follows our own origin reaches the parser. Browsers send
 * `location.href`, which is serialised: lower-case scheme and host, no default port, ASCII only. A URL in another spelling
 * did not come from a browser, and is refused: one with userinfo (`https://us@app.example`), one with tabs, one in capitals.
 *
 * @param text what the client sent
 * @param origin the origin that the page must have, as browsers write it: `https://app.example`
 * @param limits `urlLength`: the longest URL, characters
 * @returns what `new URL(text)` gives; `undefined` for anything that is not a URL of this origin. Never throws
 * @see https://url.spec.whatwg.org/#origin
 * @example
 * parsePageUrl("https://app.example/posts?page=2", "https://app.example", defaultLimits)?.pathname // "/posts"
 * parsePageUrl("https://app.example@evil.example/", "https://app.example", defaultLimits) // undefined
 */
export function parsePageUrl(text: unknown, origin: string, limits: Pick<Limits, "urlLength">): URL | undefined {
  if (typeof text !== "string" || text.length > limits.urlLength || !text.startsWith(origin)) return undefined;
  // One of these must follow our host: any other character would make it a different host.
  const next = text[origin.length];
  if (next !== undefined && next !== "/" && next !== "?" && next !== "#") return undefined;
  if (!SERIALIZED.test(text.slice(origin.length))) return undefined;
  return new URL(text);
}
