/** A guess every nanosecond takes centuries for 64 bits. */
const MIN_BITS = 64;

/**
 * Whether a secret could be random, by a rough estimate of its entropy: the Shannon entropy of its letters, times the number of
 * different three-letter sequences. So a repeated letter, pattern or word counts only once. The estimate cannot recognise a
 * well-known sentence: take the secret from a generator.
 *
 * @param secret at least three characters
 * @example
 * looksRandom("x".repeat(32)) // false
 * looksRandom(randomBytes(32).toString("base64url")) // true
 */
export function looksRandom(secret: string): boolean {
  const counts = new Map<string, number>();
  for (const letter of secret) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const letters = [...secret];
  let bitsPerLetter = 0;
  for (const count of counts.values()) bitsPerLetter -= (count / letters.length) * Math.log2(count / letters.length);
  const sequences = new Set(letters.slice(2).map((_, at) => letters.slice(at, at + 3).join("")));
  return sequences.size * bitsPerLetter >= MIN_BITS;
}
