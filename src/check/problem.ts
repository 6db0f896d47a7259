import type { ErrorParts } from "../errors/index.js";
import type { HtmlLiteral } from "./literals.js";
import { isRuleCode, type RuleCode } from "./rules.js";
import type { Position, SourceFile } from "./source-file.js";

/** One problem, worded like an error. */
export interface Problem extends Position, Readonly<Omit<ErrorParts, "at">> {
  readonly code: RuleCode;
  /** As named on the command line, plus the path below it. */
  readonly file: string;
}

/** A problem with the lines where a comment may silence it. */
export interface Finding {
  readonly problem: Problem;
  /** Its own line, and those where the surrounding literals begin. */
  readonly lines: readonly number[];
}

/** Collects what the rules find. */
export class Findings {
  readonly all: Finding[] = [];

  /** @param at the offset in the file */
  inCode(file: SourceFile, code: RuleCode, at: number, parts: Omit<ErrorParts, "at" | "got">): void {
    const position = file.position(at);
    this.all.push({ problem: { ...position, ...parts, code, file: file.path, got: file.excerpt(at) }, lines: [position.line] });
  }

  /** @param at the offset in the literal */
  inLiteral(literal: HtmlLiteral, code: string, at: number, { what, expected, got, fix }: Readonly<ErrorParts>): void {
    if (!isRuleCode(code)) throw new TypeError(`${code} is no rule`);
    const { file } = literal;
    const position = file.position(literal.offsetOf(at));
    const lines = [position.line];
    for (let each: HtmlLiteral | undefined = literal; each !== undefined; each = each.around?.literal) {
      lines.push(file.position(each.node.start).line);
    }
    this.all.push({
      problem: {
        ...position, code, file: file.path, what,
        ...(expected !== undefined && { expected }), ...(got !== undefined && { got }), ...(fix !== undefined && { fix }),
      },
      lines,
    });
  }
}
