/** A syntax error, with its place. */
export class SourceError extends Error {
  override readonly name = "SyntaxError";
  readonly at: string;

  constructor(message: string, file: string, code: string, offset: number) {
    super(message);
    const before = code.slice(0, offset).split("\n");
    this.at = `${file}:${before.length}:${before.at(-1)!.length + 1}`;
  }
}
