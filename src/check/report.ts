import type { Problem } from "./problem.js";
import type { CheckedFile } from "./project.js";

/** One run of the check. */
interface Run {
  readonly problems: readonly Problem[];
  readonly files: readonly CheckedFile[];
  readonly ms: number;
}

/** Output for people and for VS Code's problem matcher: place and message on one line, the excerpt and the fix below. */
export function asText({ problems, files, ms }: Run): string {
  const wrong = new Set(problems.map(({ file }) => file)).size;
  const where = problems.length === 0 ? counted(files.length, "file") : `${wrong} of ${counted(files.length, "file")}`;
  const read = `${counted(templatesIn(files), "template")}, ${Math.round(ms)} ms`;
  return [...problems.map(block), `holdfast check: ${counted(problems.length, "problem")} in ${where} (${read})`].join("\n");
}

/** Output for programs: one line of JSON. */
export function asJson({ problems, files, ms }: Run): string {
  return JSON.stringify({ problems, files: files.length, templates: templatesIn(files), ms: Math.round(ms) });
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function templatesIn(files: readonly CheckedFile[]): number {
  return files.reduce((sum, { literals }) => sum + literals.length, 0);
}

function block({ file, line, column, code, what, expected, got, fix }: Problem): string {
  let text = `${file}:${line}:${column}: error ${code}: ${what}\n`;
  if (expected !== undefined) text += `  expected: ${expected}\n`;
  if (got !== undefined) text += `  got:      ${got}\n`;
  if (fix !== undefined) text += `  fix:      ${fix}\n`;
  return text;
}
