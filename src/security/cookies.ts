/**
 * The value of a request's cookie, if exactly one has that name. Two cookies with one name come from different hosts or paths
 * (a sibling domain can plant one), and the header does not say which is whose: so neither counts.
 *
 * @param header the `Cookie` header
 * @param name the cookie's name, in its case
 * @see https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#section-8.6
 * @example
 * cookieValue("a=1; holdfast=x", "holdfast") // "x"
 * cookieValue("holdfast=x; holdfast=y", "holdfast") // undefined
 */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  let value: string | undefined;
  for (let start = 0; start <= header.length; ) {
    const semicolon = header.indexOf(";", start);
    const end = semicolon === -1 ? header.length : semicolon;
    let at = start;
    while (isBlank(header, at, end)) at++;
    if (header.startsWith(name, at)) {
      at += name.length;
      while (isBlank(header, at, end)) at++;
      if (at < end && header[at] === "=") {
        if (value !== undefined) return undefined;
        value = header.slice(at + 1, end).trim();
      }
    }
    start = end + 1;
  }
  return value;
}

function isBlank(text: string, at: number, end: number): boolean {
  return at < end && (text[at] === " " || text[at] === "\t");
}
