// The markdown of the README and of docs/performance.md.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Goal, GOALS, typical, worst } from "./goals.js";
import { growthTable, type SavedGrowth } from "./growth.js";
import { honestyTable, type SavedHonesty } from "./honesty.js";
import { heading, noisyNote, number, table } from "./markdown.js";
import type { Turn } from "./measure.js";
import { ROOT } from "./options.js";
import { median, saved, type SavedRun } from "./results.js";
import { SCENARIOS } from "./scenarios/index.js";

const turnsOf = (runs: readonly SavedRun[], name: string): Turn[] => runs.flatMap(({ scenarios }) => scenarios[name]?.turns ?? []);
const cold = (goal: Goal, runs: readonly SavedRun[], name: string): number =>
  median(runs.flatMap(({ scenarios }) => scenarios[name]?.cold ?? []).map((costs) => goal.of(costs, "twin")));
const noise = (runs: readonly SavedRun[]): string =>
  noisyNote(SCENARIOS.flatMap(({ name }) => turnsOf(runs, name)).map(({ others }) => others));

/** All runs of one commit on one version of Node beside each other, held against the goals. */
function comparison(runs: readonly SavedRun[]): string[] {
  const shown = SCENARIOS.filter(({ name }) => runs.every(({ scenarios }) => scenarios[name] !== undefined));
  const columns = runs.length === 1 ? [] : runs.map((_, i) => `run ${i + 1}`);
  return table(
    ["server CPU, × twin", ...columns, "median", "worst turn", "× floor", "cold", "must reach", ""],
    shown.map(({ name, title }) => {
      const goal = GOALS[name]!;
      const turns = turnsOf(runs, name);
      const ofRuns = runs.map((run) => typical(goal, turnsOf([run], name)));
      const met = ofRuns.filter((value) => value <= goal.must).length;
      const verdict = met === runs.length ? "met" : met === 0 ? "**not met**" : `**met in ${met} of ${runs.length}**`;
      const show = (value: number): string => number(value, goal.digits);
      return [
        goal.unit === "× twin" ? title : `${title}, ${goal.unit}`, ...(columns.length === 0 ? [] : ofRuns.map(show)),
        show(typical(goal, turns)), show(worst(goal, turns)), show(typical(goal, turns, "floor")), show(cold(goal, runs, name)),
        `≤ ${goal.must}`, verdict,
      ];
    }),
  );
}

/** Absolute costs in microseconds and KiB, which differ between machines. */
function absolute(runs: readonly SavedRun[]): string[] {
  const middleOf = (turns: readonly Turn[], pick: (turn: Turn) => number | undefined): number =>
    median(turns.map((turn) => pick(turn) ?? NaN));
  const measured = SCENARIOS.filter(({ name }) => turnsOf(runs, name).length > 0);
  return table(
    ["", "Holdfast", "twin", "floor", "unit", "per second", "p50 / p99, ms", "bytes"],
    measured.map(({ name, title, unit }) => {
      const turns = turnsOf(runs, name);
      const costs = (["own", "twin", "floor"] as const).map((who) => number(middleOf(turns, (turn) => turn[who].cost), 1));
      const own = (key: "perSecond" | "p50" | "p99" | "bytes", digits: number): string =>
        number(middleOf(turns, (turn) => turn.own[key]), digits);
      return [title, ...costs, unit, own("perSecond", 0), `${own("p50", 2)} / ${own("p99", 2)}`, own("bytes", 0)];
    }),
  );
}

function sizes({ sizes: { html, join: joins, reply } }: SavedRun): string[] {
  return table(
    ["bytes", "HTML", "join reply", "reply, mean of the first 200"],
    Object.keys(html).map((path) => [`\`${path}\``, number(html[path], 0), number(joins[path], 0), number(reply[path], 1)]),
  );
}

/** The runs of the commit measured last, grouped by version of Node, newest version first. */
export function lastMeasured(runs: readonly SavedRun[]): SavedRun[][] {
  const { commit } = runs.at(-1)!;
  const ofCommit = runs.filter((run) => run.commit === commit);
  const versions = [...new Set(ofCommit.map(({ machine }) => machine.node))];
  return versions
    .toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((version) => ofCommit.filter(({ machine }) => machine.node === version));
}

const how = ({ rounds, seconds }: SavedRun): string => `${rounds} × ${seconds} s a run, in turns with twin and floor`;

/** The table of the README. */
export function verdicts(runs: readonly SavedRun[]): string {
  return lastMeasured(runs)
    .map((ofNode) => [heading(ofNode[0]!, how(ofNode[0]!)), noise(ofNode), "", ...comparison(ofNode)].join("\n"))
    .join("\n\n");
}

/** The tables of docs/performance.md. */
export function details(runs: readonly SavedRun[]): string {
  return lastMeasured(runs)
    .map((ofNode) => [
      heading(ofNode[0]!, how(ofNode[0]!)), noise(ofNode), "", ...comparison(ofNode), "", ...absolute(ofNode), "", ...sizes(ofNode.at(-1)!),
    ].join("\n"))
    .join("\n\n");
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
  const [runs, growth, honesty] = [await saved<SavedRun>("runs"), await saved<SavedGrowth>("growth"), await saved<SavedHonesty>("honesty")];
  const parts: [file: string, name: string, text: string][] = [];
  if (runs.length > 0) parts.push(["README.md", "verdicts", verdicts(runs)], ["docs/performance.md", "all", details(runs)]);
  if (growth.length > 0) parts.push(["docs/performance.md", "growth", growthTable(growth.at(-1)!)]);
  if (honesty.length > 0) parts.push(["docs/performance.md", "honesty", honestyTable(honesty.at(-1)!)]);
  if (parts.length === 0) throw new Error("nothing saved yet: npm run bench -- --save");
  for (const [file, name, text] of parts) {
    console.log(`${text}\n`);
    if (writes) await write(file, name, text);
  }
}
