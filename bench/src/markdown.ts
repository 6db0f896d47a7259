// Markdown for the tables.
import { describe } from "./options.js";
import { NOISY_CORES } from "./quiet.js";
import type { Saved } from "./results.js";

type Cell = string | number;

/** A table's lines. */
export function table(head: readonly Cell[], rows: readonly (readonly Cell[])[]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** A number for readers, or a dash. */
export function number(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A table's heading: which code was measured, on which machine, when and how. */
export function heading({ commit, machine, when }: Saved, how: string): string {
  return `Commit ${commit.slice(0, 10)}; ${describe(machine)}; ${when.slice(0, 10)}; ${how}.`;
}

/** Says whether other processes used the machine, given the cores that they used in each measurement. */
export function noisyNote(others: readonly number[]): string {
  const noisy = others.filter((cores) => cores > NOISY_CORES);
  if (noisy.length === 0) return "The machine was quiet.";
  const often = `${noisy.length} of ${others.length} measurements`;
  return `**Noisy**: in ${often} other processes used more than ${NOISY_CORES} cores, at most ${Math.max(...noisy).toFixed(1)}.`;
}
