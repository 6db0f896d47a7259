// What is printed: the markdown that the README and docs/performance.md carry.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { verdicts } from "./budgets.js";
import { growthTable, type SavedGrowth } from "./growth.js";
import { honestyTable, type SavedHonesty } from "./honesty.js";
import { describe, ROOT } from "./options.js";
import { field, lastRuns, load, type Measured, ratios, type Saved, spread } from "./results.js";
import { isFloor, othersUsed, SCENARIOS } from "./scenarios.js";

const number = (value: number, digits: number): string =>
  Number.isNaN(value) ? "–" : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Latency, wherever the scenario has it: the generator's own, or wrk's. */
function latency({ raw }: Measured): string {
  const p50 = field(raw, "latency_ms.p50");
  const [low, high] = Number.isNaN(p50) ? [field(raw, "p50_ms"), field(raw, "p99_ms")] : [p50, field(raw, "latency_ms.p99")];
  return Number.isNaN(low) ? "–" : `${number(low, 2)} / ${number(high, 2)}`;
}

/** Bytes of a reply, where they were counted over the first 200 events or else over all. */
function bytes({ raw }: Measured): string {
  const first = field(raw, "reply_bytes");
  return number(Number.isNaN(first) ? field(raw, "bytes_per_reply") : first, 0);
}

/** Which machine, when, how. */
function heading(saved: Saved): string[] {
  const lines = [`${describe(saved.machine)}; ${saved.when}; ${saved.rounds === 1 ? "one round" : `medians of ${saved.rounds} rounds (min–max)`}, ${saved.seconds} s each, in turns with the floor.`];
  const others = othersUsed(saved.scenarios);
  if (others > 0.2) lines.push("", `Other processes used up to ${others} cores meanwhile: these numbers are doubtful.`);
  return lines;
}

/** Seen, must reach, met or not. */
function verdictTable(runs: readonly Saved[]): string[] {
  const seen = runs.length === 1 ? ["seen"] : runs.map((_, i) => `run ${i + 1}`);
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(["", ...seen, "must reach", ""]), row(["", "", "", ...seen].map(() => "---")), ...verdicts(runs)];
}

/** The tables of the last of some runs, and what all of them say of the budgets, as markdown. */
export function table(runs: readonly Saved[]): string {
  const saved = runs.at(-1)!;
  const { scenarios } = saved;
  const of = (unit: Measured["unit"]): [string, string, Measured][] =>
    SCENARIOS.flatMap(({ name, title }) => {
      const measured = scenarios[name];
      return measured?.unit === unit ? [[name, title, measured] as [string, string, Measured]] : [];
    });
  const lines = heading(saved);
  const cpu = of("µs");
  if (cpu.length > 0) {
    lines.push("", "| | server CPU, µs | × floor | per second | p50 / p99, ms | bytes a reply |", "|---|---|---|---|---|---|");
    for (const [name, title, measured] of cpu) {
      const times = isFloor(name) ? "1" : spread(ratios(measured), 2);
      lines.push(`| ${title} | ${spread(measured.own, 1)} | ${times} | ${number(field(measured.raw, "per_s"), 0)} | ${latency(measured)} | ${bytes(measured)} |`);
    }
  }
  const clock = of("ms");
  if (clock.length > 0) {
    lines.push("", "| | ms | bare sockets, ms | × bare sockets |", "|---|---|---|---|");
    for (const [, title, measured] of clock) {
      lines.push(`| ${title} | ${spread(measured.own, 1)} | ${spread(measured.against, 1)} | ${spread(ratios(measured), 2)} |`);
    }
  }
  const memory = scenarios["memory"];
  if (memory !== undefined) {
    lines.push("", "| | KiB a view | KiB a bare socket |", "|---|---|---|");
    lines.push(`| memory when idle, after a collection | ${spread(memory.own, 1)} | ${spread(memory.against, 1)} |`);
    const idle = "kib_per_view_idle";
    lines.push(`| memory when idle, without | ${number(field(memory.raw, idle), 1)} | ${number(field(memory.twin, idle), 1)} |`);
  }
  lines.push("", ...verdictTable(runs));
  return lines.join("\n");
}

/** Puts text between a file's marks `<!-- bench:name -->` and `<!-- /bench:name -->`. */
async function write(file: string, name: string, text: string): Promise<void> {
  const path = join(ROOT, file);
  const before = await readFile(path, "utf8");
  const marked = new RegExp(`(<!-- bench:${name} -->\\n)[^]*?(<!-- /bench:${name} -->)`);
  if (!marked.test(before)) throw new Error(`${file} has no marks for ${name}`);
  await writeFile(path, before.replace(marked, (_all, open: string, close: string) => `${open}${text}\n${close}`));
}

/** Prints what was saved; with `--write` the README and docs/performance.md get it too. */
export async function tables(writes: boolean): Promise<void> {
  const runs = await lastRuns();
  const parts = { all: table(runs), growth: await load<SavedGrowth>("growth.json").then(growthTable), honesty: await load<SavedHonesty>("honesty.json").then(honestyTable) };
  for (const text of Object.values(parts)) console.log(`${text}\n`);
  if (!writes) return;
  await write("README.md", "verdicts", [...heading(runs.at(-1)!), "", ...verdictTable(runs)].join("\n"));
  for (const [name, text] of Object.entries(parts)) await write("docs/performance.md", name, text);
}
