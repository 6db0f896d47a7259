/** One revocation as a line: the key, when it was revoked, and when it may be forgotten. */
type Line = readonly [key: string, at: number, until: number];

/** A line of the file of revocations: JSON, so that a key may hold anything. */
export function formatEntry(...line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

/**
 * Reads the lines of a file of revocations, piece by piece. Incomplete entries are skipped: a crash tore
 * the line before its revocation was acknowledged.
 */
export class LineReader {
  /** Where the next piece begins, bytes. */
  offset = 0;
  /** How many lines have been read. */
  lines = 0;
  #rest: Buffer = Buffer.alloc(0);

  /** Where the unfinished line begins, bytes. */
  get lineStart(): number {
    return this.offset - this.#rest.length;
  }

  /** @param piece the text after the pieces so far */
  push(piece: Buffer): Line[] {
    this.offset += piece.length;
    const bytes = Buffer.concat([this.#rest, piece]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.#rest = Buffer.from(bytes.subarray(end));
    const found: Line[] = [];
    for (const text of bytes.toString("utf8", 0, end).split("\n")) {
      if (text === "") continue;
      this.lines++;
      const line = parseLine(text);
      if (line !== undefined) found.push(line);
    }
    return found;
  }
}

function parseLine(text: string): Line | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [key, at, until] = value as unknown[];
  return typeof key === "string" && typeof at === "number" && typeof until === "number" ? [key, at, until] : undefined;
}
