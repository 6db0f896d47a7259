// `npm run bench`: the generator against Holdfast and against the floor, alternating, on one machine in one run. Machines
// differ and are noisy: what counts is the server's CPU per operation as a ratio to the floor's, measured in turns.
//
//   npm run bench                      everything, 3 rounds, each as soon as the machine is quiet
//   npm run bench -- --save            and keep it as bench/results/<date>-<n>.json; the last three are shown
//   npm run bench -- --scenarios counter,rows --rounds 5 --secs 10
//   npm run bench -- growth            does cost grow with the page, or with what changed? Plots in bench/results/
//   npm run bench -- honesty           what one view's work does to the others
//   npm run bench -- table             the tables of the last saved runs, as markdown; --write puts them
//                                      into the README and docs/performance.md
//   --noisy                            measure although others use the machine
//   --smoke                            everything once, small and short: does the bench itself work?
import { growth } from "./growth.js";
import { honesty } from "./honesty.js";
import { flag, machine, option, ROUNDS, SECONDS } from "./options.js";
import { type Saved, saveRun } from "./results.js";
import { measure, SCENARIOS } from "./scenarios.js";
import { table, tables } from "./table.js";

async function run(): Promise<void> {
  const all = SCENARIOS.map(({ name }) => name);
  const wanted = option("scenarios", all.join(",")).split(",");
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`unknown scenario ${unknown}; one of ${all.join(" ")}`);
  const scenarios = await measure(ROUNDS, wanted);
  const when = new Date().toISOString().slice(0, 10);
  const saved: Saved = { when, machine: machine(), rounds: ROUNDS, seconds: SECONDS, scenarios };
  console.log(table([saved]));
  if (flag("save")) await saveRun(saved);
}

const command = process.argv[2] ?? "run";
switch (command.startsWith("--") ? "run" : command) {
  case "run":
    await run();
    break;
  case "growth":
    await growth();
    break;
  case "honesty":
    await honesty();
    break;
  case "table":
    await tables(flag("write"));
    break;
  default:
    console.error(`unknown command ${command}; one of run growth honesty table`);
    process.exitCode = 2;
}
