const PERCENT = 0x25;
const SEQUENCE = /%[\da-f]{2}/i;

/**
 * Decodes one name or value of an urlencoded form: `+` is a space, `%C3%BC` is ü, a `%` without two hex digits is itself, and
 * bytes that are not UTF-8 become U+FFFD. Takes any text, never throws, and takes the same time for valid and invalid input.
 *
 * @see https://url.spec.whatwg.org/#urlencoded-parsing
 * @see https://url.spec.whatwg.org/#percent-decode
 * @example
 * decodeFormComponent("100%25+%C3%BC+%") // "100% ü %"
 */
export function decodeFormComponent(text: string): string {
  // Splitting costs a quarter of replacing where there is little but `+`.
  return percentDecode(text.includes("+") ? text.split("+").join(" ") : text);
}

/**
 * Decodes percent sequences as UTF-8. Other text stays; bytes that are not UTF-8 become U+FFFD, and so do lone
 * surrogates. Unlike `decodeURIComponent` it never throws, so nobody can slow it down with input that fails.
 *
 * @see https://url.spec.whatwg.org/#string-percent-decode
 * @example
 * percentDecode("a%2Fb%zz") // "a/b%zz"
 */
export function percentDecode(text: string): string {
  if (!SEQUENCE.test(text)) return text.toWellFormed();
  const bytes = Buffer.from(text, "utf8");
  // Decoded in place: what has been read is never shorter than what has been written.
  let end = bytes.indexOf(PERCENT);
  for (let at = end; at < bytes.length; at++, end++) {
    const byte = bytes[at]!;
    const decoded = byte === PERCENT && at + 2 < bytes.length ? hexDigit(bytes[at + 1]!) * 16 + hexDigit(bytes[at + 2]!) : -1;
    if (decoded >= 0) at += 2;
    bytes[end] = decoded >= 0 ? decoded : byte;
  }
  return bytes.toString("utf8", 0, end);
}

/** The value of an ASCII hex digit; for any other byte a number so negative that its sequence cannot count as valid. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -256;
}
