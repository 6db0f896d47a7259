// `npm run bench`: Holdfast beside a twin that does the same I/O with the same bytes, and beside a plain floor, on one machine
// and in turns. What counts is the server's CPU per operation as a ratio within one turn: machines differ and are noisy.
//
//   npm run bench                      everything, on Node 24 and then on 20
//   npm run bench -- --save            and append it to bench/results/runs.jsonl; refused unless the tree is clean
//   npm run bench -- --save --runs 3   three times
//   npm run bench -- --scenarios counter,rows --rounds 5 --secs 10 --nodes current
//   npm run bench -- growth            does cost grow with the page, or with what changed? (--save: appended, and drawn)
//   npm run bench -- honesty           what one view's work does to the others
//   npm run bench -- tracing           what OpenTelemetry costs an event, by its sample
//   npm run bench -- table             the tables of the commit that was measured last; --write puts them
//                                      into the README and docs/performance.md
//   --patience 600                     seconds to wait for a quiet machine; a result that was not quiet says so
//   --noisy                            do not wait
//   --tiny                             everything once, small and short: does the bench itself work?
import { writeFile } from "node:fs/promises";
import { commitToSave } from "./commit.js";
import { growth } from "./growth.js";
import { honesty } from "./honesty.js";
import { measure } from "./measure.js";
import { flag, machine, NODES, option, ROUNDS, SAVES, SECONDS, TINY } from "./options.js";
import { nodeProgram } from "./processes.js";
import { append, type SavedRun } from "./results.js";
import { SCENARIOS } from "./scenarios/index.js";
import { details, tables } from "./table.js";
import { tracing } from "./tracing.js";

async function run(): Promise<void> {
  const all = SCENARIOS.map(({ name }) => name);
  const wanted = option("scenarios", all.join(",")).split(",");
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`unknown scenario ${unknown}; one of ${all.join(" ")}`);
  const scenarios = SCENARIOS.filter(({ name }) => wanted.includes(name));
  const commit = commitToSave();
  if (TINY) console.error("tiny: these numbers mean nothing");
  const nodes = NODES.map(nodeProgram);
  const runs: SavedRun[] = [];
  for (let i = 0; i < Number(option("runs", "1")); i++) {
    for (const { program, version } of nodes) {
      const when = new Date().toISOString();
      const measured = await measure(program, scenarios);
      const run: SavedRun = { when, commit, machine: machine(version), rounds: ROUNDS, seconds: SECONDS, ...measured };
      if (SAVES) await append("runs", run);
      runs.push(run);
    }
  }
  console.log(details(runs));
  const file = option("json", "");
  if (file !== "") await writeFile(file, JSON.stringify(runs));
}

async function main(): Promise<void> {
  const command = process.argv[2] ?? "run";
  switch (command.startsWith("--") ? "run" : command) {
    case "run":
      return run();
    case "growth":
      return growth();
    case "honesty":
      return honesty();
    case "tracing":
      return tracing();
    case "table":
      return tables(flag("write"));
    default:
      throw new Error(`unknown command ${command}; one of run growth honesty tracing table`);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
