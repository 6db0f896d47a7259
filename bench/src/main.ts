// `npm run bench`: the generator against Holdfast and against the floor, alternating, on one machine in one run. Machines
// differ and are noisy: what is printed is the server's CPU per operation as a ratio to the floor's of the same round.
import { spawn, type ChildProcess } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SERVER = fileURLToPath(new URL("./server.js", import.meta.url));
const LOAD = join(ROOT, "bench/load/load.mjs");
const ECHO = join(ROOT, "bench/load/echo.mjs");

const argument = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise);
};
const ROUNDS = Number(argument("rounds", "3"));
const SECONDS = argument("secs", "5");
const SCENARIOS = argument("scenarios", "counter,rows,joins,feed,disconnect").split(",");
const PORT = argument("port", "4600");

type Numbers = Record<string, unknown> & { per_s?: number; server_cores?: number };

/** Starts a server and waits for its first line. */
async function start(file: string, env: Record<string, string>, flags: string[] = []): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...flags, file], { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return child;
}

/** One run of one scenario. */
async function run(scenario: string, options: string[]): Promise<Numbers> {
  const file = join(tmpdir(), `holdfast-bench-${process.pid}.json`);
  const child = spawn(process.execPath, [LOAD, scenario, "--runs", "1", "--pause", "0", "--secs", SECONDS, "--json", file, ...options], {
    cwd: ROOT, stdio: ["ignore", "ignore", "ignore"],
  });
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`the generator ended with ${code} in ${scenario}`);
  const { results } = JSON.parse(await readFile(file, "utf8")) as { results: { runs: Numbers[] }[] };
  await rm(file);
  return results[0]!.runs[0]!;
}

/** Microseconds of server CPU per operation; scenarios without a rate have their milliseconds instead. */
const cost = (n: Numbers): number =>
  n.per_s === undefined ? Number(n["last_ms"] ?? n["last_closed_ms"]) : (Number(n.server_cores) / n.per_s) * 1e6;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
const show = (values: readonly number[], digits: number): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;

const floors: number[] = [];
const costs = new Map<string, { cost: number[]; ratio: number[]; raw: Numbers[] }>();
for (let round = 0; round < ROUNDS; round++) {
  const echo = await start(ECHO, { PORT: "4999" });
  const floor = cost(await run("floor", ["--echo", "ws://127.0.0.1:4999/", "--echopid", String(echo.pid)]));
  echo.kill();
  floors.push(floor);
  for (const scenario of SCENARIOS) {
    // A fresh server for each: what one scenario leaves behind is not another's to pay.
    const server = await start(SERVER, { PORT, NODE_ENV: "production" }, ["--expose-gc"]);
    const raw = await run(scenario, ["--base", `http://127.0.0.1:${PORT}`, "--pid", String(server.pid)]);
    server.kill();
    const entry = costs.get(scenario) ?? { cost: [], ratio: [], raw: [] };
    costs.set(scenario, entry);
    entry.cost.push(cost(raw));
    entry.ratio.push(cost(raw) / floor);
    entry.raw.push(raw);
    console.error(`round ${round + 1} ${scenario}: ${cost(raw).toFixed(1)}`);
  }
}

console.log(`${cpus()[0]!.model}, ${cpus().length} cores, node ${process.version}; medians of ${ROUNDS} rounds (min–max)`);
console.log(`| scenario | server CPU, µs per operation (or ms) | × the floor |\n|---|---|---|`);
console.log(`| floor: a bare \`ws\` that parses and answers | ${show(floors, 1)} | 1 |`);
for (const [scenario, { cost: own, ratio, raw }] of costs) {
  const timed = raw[0]!.per_s === undefined;
  console.log(`| ${scenario} | ${show(own, 1)}${timed ? " ms" : ""} | ${timed ? "–" : show(ratio, 2)} |`);
}
if (process.argv.includes("--save")) {
  const file = join(ROOT, "bench/last.json");
  await writeFile(file, `${JSON.stringify({ node: process.version, cpu: cpus()[0]!.model, floors, costs: Object.fromEntries(costs) }, null, 1)}\n`);
}
