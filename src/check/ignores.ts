import type { Finding, Findings, Problem } from "./problem.js";
import { isRuleCode } from "./rules.js";
import type { SourceFile } from "./source-file.js";

/** `holdfast-ignore rule: why it is right here`. */
const IGNORE = /^\s*holdfast-ignore\b\s*([\w-]*)\s*:?\s*(.*)$/s;

/** A comment that silences a rule. */
interface Ignore {
  readonly code: string;
  readonly reason: string;
  /** Where the comment begins. */
  readonly at: number;
  /** The line on which it ends. */
  readonly line: number;
}

/**
 * Removes the problems that a comment silences: one rule, on the comment's line and the next, and in the whole of a template
 * that begins there. A comment that silences nothing is itself a problem, because it would silence what somebody writes there
 * later.
 *
 * @returns the remaining problems
 */
export function withoutIgnored(file: SourceFile, found: readonly Finding[], findings: Findings): Problem[] {
  const ignores = ignoresOf(file);
  const used = new Set<Ignore>();
  const left = found.filter(({ problem, lines }) => {
    const ignore = ignores.find(
      ({ code, reason, line }) => code === problem.code && reason !== "" && lines.some((at) => at === line || at === line + 1),
    );
    if (ignore !== undefined) used.add(ignore);
    return ignore === undefined;
  });
  const before = findings.all.length;
  for (const ignore of ignores) if (!used.has(ignore)) findings.inCode(file, "ignore_invalid", ignore.at, wrong(ignore));
  return [...left, ...findings.all.slice(before)].map(({ problem }) => problem);
}

function ignoresOf(file: SourceFile): Ignore[] {
  return file.comments.flatMap(({ value, start, end }) => {
    const [, code, reason] = IGNORE.exec(value) ?? [];
    return code === undefined || reason === undefined ? [] : [{ code, reason: reason.trim(), at: start, line: file.position(end).line }];
  });
}

function wrong({ code, reason }: Ignore): { what: string; fix: string } {
  if (!isRuleCode(code))
    return {
      what: `There is no rule ${code === "" ? "in the comment" : code}.`,
      fix: "write holdfast-ignore, the rule's code, a colon and the reason",
    };
  if (reason === "") {
    return { what: `The comment silences ${code} and does not say why.`, fix: `write holdfast-ignore ${code}: and the reason` };
  }
  return { what: `Nothing here breaks the rule ${code}.`, fix: "take the comment away" };
}
