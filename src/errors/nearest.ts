/** Longer names are not treated as misspellings, because comparing costs the product of both lengths. */
const MAX_MISSPELT = 40;

/** The known name most similar to a misspelt one; undefined if at most half of it is the same, or if the misspelt one is too long. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MAX_MISSPELT) return undefined;
  let found: string | undefined;
  let least = Infinity;
  for (const other of known) {
    const distance = editDistance(name, other);
    if (distance < least) [found, least] = [other, distance];
  }
  // Another word is no misspelling, and its name would send its reader the wrong way.
  return found !== undefined && least <= Math.max(name.length, found.length) / 2 ? found : undefined;
}

/** The Levenshtein distance, computed row by row. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
