/**
 * What `new URL` gives, or `undefined` for a text that is no URL.
 *
 * `URL.canParse` must not decide about a text from outside: in Node 20, once V8 has optimized the call, it reads a text of
 * Latin-1 characters as UTF-8. It then takes `http://\u00df\u0085`, for which `new URL` throws, and refuses `http://\u00e9/`.
 *
 * @param text absolute, of bounded length: Node's parser takes time quadratic in a long host
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
