import { Imports } from "./imports.js";
import { Nodes } from "./nodes.js";
import type { Parse, ParseResult } from "./parser.js";

/** A place in a file, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A syntax error from the parser. */
interface SyntaxFault {
  readonly what: string;
  readonly at: number;
}

/** A source file and its program. */
export class SourceFile {
  /** The path to display. */
  readonly path: string;
  readonly text: string;
  readonly nodes: Nodes;
  readonly comments: ParseResult["comments"];
  readonly imports: Imports;
  readonly fault: SyntaxFault | undefined;
  readonly #lines: readonly number[];

  constructor(path: string, text: string, parse: Parse) {
    this.path = path;
    this.text = text;
    const { program, comments, errors } = parse(path, text);
    this.nodes = new Nodes(program);
    this.comments = comments;
    this.imports = new Imports(program);
    const [error] = errors;
    this.fault = error && { what: error.message, at: error.labels[0]?.start ?? 0 };
    this.#lines = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lines[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#lines[low]! + 1 };
  }

  /** The line at an offset, without indentation, for messages. */
  excerpt(offset: number): string {
    const { line } = this.position(offset);
    const text = this.text.slice(this.#lines[line - 1], this.#lines[line]).trim();
    return text.length > 120 ? `${text.slice(0, 119)}…` : text;
  }
}
