/** As many bits as a guess per nanosecond would need centuries for. */
const MIN_BITS = 64;

/**
 * Whether a secret could be a random one, by a rough estimate of its entropy: what its letters tell (Shannon), as often as
 * its three-letter sequences differ. So neither one letter, a pattern that repeats, nor a word that was pasted several times
 * counts for more than it holds. It cannot tell that a long sentence is well known: a secret comes from a generator.
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
