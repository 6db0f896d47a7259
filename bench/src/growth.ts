// Does cost grow with the page, or with what changed on it?
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { closeViews, get, openViews, sleep, type View } from "./client.js";
import { commitToSave } from "./commit.js";
import { heading, noisyNote, number, table } from "./markdown.js";
import { describe, machine, NODES, ROOT, ROUNDS, SAVES, SECONDS, TINY } from "./options.js";
import { draw, type Plot, type Series } from "./plot.js";
import { nodeProgram, startHoldfast } from "./processes.js";
import { waitForQuiet, watchOthers } from "./quiet.js";
import { append, median, type Saved } from "./results.js";
import { serverCpu } from "./scenarios/index.js";

/** Seconds per point and round. */
const POINT_SECONDS = TINY ? 0.3 : SECONDS / 2;
/** Live components on one page. */
const COMPONENTS = TINY ? [10, 100] : [1, 10, 100, 1000];
const SIZES = TINY ? [10, 100] : [10, 100, 1000, 10_000];
/** One size, one round. */
type Point = Readonly<Record<string, number>>;

/** Measures something for each size in several rounds, on a fresh server each time. `others`: the cores that others used. */
async function sizes(
  node: string,
  name: string,
  all: readonly number[],
  point: (base: string, n: number) => Promise<Point>,
): Promise<Point[]> {
  const rounds: Point[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const points: Point[] = [];
    for (const n of all) {
      await waitForQuiet();
      const server = await startHoldfast(node);
      const others = watchOthers();
      try {
        const measured = await point(server.base, n);
        points.push({ n, ...measured, others: others(await serverCpu(server.base)) });
      } finally {
        await server.stop();
      }
      console.error(`  ${name}, round ${round + 1}: ${JSON.stringify(points.at(-1))}`);
    }
    rounds.push(points);
  }
  return all.map((n, i) => {
    const keys = Object.keys(rounds[0]![i]!);
    const middles = Object.fromEntries(keys.map((key) => [key, median(rounds.map((points) => points[i]![key]!))]));
    return { ...middles, n, others: Math.max(...rounds.map((points) => points[i]!["others"]!)) };
  });
}

type NextEvent = (i: number) => readonly [event: string, value: object, cid?: number];

/** The cost of an event of one view: each is sent once the previous one is answered. */
async function eventCost(base: string, view: View, next: NextEvent): Promise<{ cpuUs: number; bytes: number }> {
  let events = 0;
  let bytes = 0;
  const during = async (ms: number): Promise<void> => {
    for (const until = performance.now() + ms; performance.now() < until; events++) {
      const answer = await view.ask(...next(events));
      bytes += answer.bytes;
    }
  };
  await during(POINT_SECONDS * 300); // until V8 has compiled the code
  events = bytes = 0;
  const before = await serverCpu(base);
  await during(POINT_SECONDS * 1000);
  return { cpuUs: ((await serverCpu(base)) - before) / events, bytes: bytes / events };
}

async function rows(base: string, n: number): Promise<Point> {
  const [view] = await openViews(base, `/growth/rows?n=${n}`, 1);
  const touched = await eventCost(base, view!, (i) => ["touch", { id: String(((i * 7919) % n) + 1) }]);
  const beside = await eventCost(base, view!, () => ["click", {}]);
  await closeViews([view!]);
  return { touched_us: touched.cpuUs, touched_bytes: touched.bytes, beside_us: beside.cpuUs, beside_bytes: beside.bytes };
}

async function components(base: string, n: number): Promise<Point> {
  const [view] = await openViews(base, `/growth/components?n=${n}`, 1);
  const { cpuUs, bytes } = await eventCost(base, view!, (i) => ["like", {}, ((i * 7919) % n) + 1]);
  await closeViews([view!]);
  return { event_us: cpuUs, event_bytes: bytes };
}

/** CPU and time of one broadcast to the connected views; without views, of the request alone. */
async function broadcasts(base: string, times: number, delivered: () => Promise<void>): Promise<{ cpuUs: number; ms: number }> {
  const took: number[] = [];
  const once = async (i: number): Promise<void> => {
    const from = performance.now();
    await Promise.all([delivered(), get(base, `/bench/broadcast?mode=assign&seq=${1000 + i}`, { method: "POST" })]);
    took.push(performance.now() - from);
    await sleep(20);
  };
  for (let i = 0; i < 3; i++) await once(i);
  const before = await serverCpu(base);
  for (let i = 3; i < times + 3; i++) await once(i);
  return { cpuUs: ((await serverCpu(base)) - before) / times, ms: median(took.slice(3)) };
}

async function broadcast(base: string, n: number): Promise<Point> {
  const times = TINY ? 3 : n < 1000 ? 100 : 12;
  let left = 0;
  let done = (): void => {};
  const views = await openViews(base, "/feed", n, { onPush: (event) => event === "diff" && --left === 0 && done() });
  await sleep(500);
  const all = await broadcasts(base, times, () => {
    left = n;
    return new Promise<void>((resolve) => (done = resolve));
  });
  await closeViews(views);
  const none = await broadcasts(base, TINY ? 3 : 100, () => Promise.resolve());
  // The request's own cost is not part of the broadcast's.
  const cpuUs = Math.max(1, all.cpuUs - none.cpuUs);
  return { last_ms: all.ms, cpu_us: cpuUs, cpu_us_per_view: cpuUs / n };
}

const line = (label: string, points: readonly Point[], key: string): Series =>
  ({ label, points: points.map((point) => [point["n"]!, point[key]!] as const) });

/** "1,000 × the rows cost 12 × as much." */
function says(what: string, points: readonly Point[], key: string): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  const times = (by: string): string => {
    const value = last[by]! / first[by]!;
    return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
  };
  return `${times("n")} × ${what} cost ${times(key)} × as much.`;
}

/** A saved run: medians by size. */
export interface SavedGrowth extends Saved {
  readonly rounds: number;
  readonly rows: readonly Point[];
  readonly components: readonly Point[];
  readonly broadcast: readonly Point[];
}

/** Points as a markdown table: a column for each number, with its key and its digits. */
function columns(points: readonly Point[], ...all: readonly (readonly [title: string, key: string, digits: number])[]): string[] {
  return table(all.map(([title]) => title), points.map((point) => all.map(([, key, digits]) => number(point[key]!, digits))));
}

/** A saved run as markdown. */
export function growthTable(saved: SavedGrowth): string {
  const { rounds, rows: byRows, components: byComponents, broadcast: byViews } = saved;
  return [
    heading(saved, `medians of ${rounds} rounds; one connection, so there is nothing to share a read with`),
    noisyNote([...byRows, ...byComponents, ...byViews].map((point) => point["others"]!)), "",
    ...columns(byRows, ["rows", "n", 0], ["one row changed, µs", "touched_us", 0], ["bytes", "touched_bytes", 0],
      ["a number beside them, µs", "beside_us", 0], ["bytes", "beside_bytes", 0]), "",
    ...columns(byComponents, ["live components", "n", 0], ["an event of one, µs", "event_us", 0], ["bytes", "event_bytes", 0]), "",
    ...columns(byViews,
      ["views", "n", 0], ["the last has a broadcast after, ms", "last_ms", 1], ["CPU per view, µs", "cpu_us_per_view", 1]),
  ].join("\n");
}

/** Measures on the first version of Node, plots and saves. */
export async function growth(): Promise<void> {
  const commit = commitToSave();
  const node = nodeProgram(NODES[0]!);
  const on = machine(node.version);
  const note = `${describe(on)}; medians of ${ROUNDS} rounds`;
  const byRows = await sizes(node.program, "rows", SIZES, rows);
  const byComponents = await sizes(node.program, "components", COMPONENTS, components);
  const byViews = await sizes(node.program, "broadcast", SIZES, broadcast);
  const plots: Record<string, Plot> = {
    "growth-rows.svg": {
      title: "An event on a page of n rows",
      says: says("the rows", byRows, "touched_us"),
      x: "rows on the page", y: "server CPU per event, µs",
      series: [line("one row changed", byRows, "touched_us"), line("a number beside them", byRows, "beside_us")],
      proportional: "as the page grows", note,
    },
    "growth-components.svg": {
      title: "An event of one of n live components",
      says: says("the components", byComponents, "event_us"),
      x: "live components on the page", y: "server CPU per event, µs",
      series: [line("one component", byComponents, "event_us")],
      proportional: "as the page grows", note,
    },
    "growth-broadcast.svg": {
      title: "A broadcast to n views",
      says: says("the views", byViews, "cpu_us"),
      x: "views", y: "server CPU, µs",
      series: [line("whole broadcast", byViews, "cpu_us"), line("per view", byViews, "cpu_us_per_view")],
      proportional: "as views grow", note,
    },
  };
  const saved: SavedGrowth = {
    when: new Date().toISOString(), commit, machine: on, rounds: ROUNDS, rows: byRows, components: byComponents, broadcast: byViews,
  };
  console.log(growthTable(saved));
  if (!SAVES) return;
  await append("growth", saved);
  for (const [file, plot] of Object.entries(plots)) await writeFile(join(ROOT, "bench/results", file), draw(plot));
}
