import { spawnSync } from "node:child_process";
import { SMOKE } from "./options.js";
import { generate, type Numbers, type Server, startBare, startFloor, startHoldfast } from "./processes.js";
import { field, type Measured } from "./results.js";
import { closeViews, openViews } from "./views.js";

/** What a scenario is held against. */
type Kind =
  /** CPU per operation, against an event of the floor. */
  | "cpu"
  /** Milliseconds until the last client has it, against bare sockets that get the same. */
  | "clock"
  /** KiB per view, against bare sockets. */
  | "memory";

interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly kind: Kind;
}

/**
 * What a run measures, in its order. `floor` comes first: the others of its round are held against it. With one connection
 * nothing is read or written together with anything else, so that has a floor of its own.
 */
export const SCENARIOS: readonly Scenario[] = [
  { name: "floor", title: "floor: a bare `ws` that parses and answers", kind: "cpu" },
  { name: "counter", title: "counter, 200 connections", kind: "cpu" },
  { name: "floor-latency", title: "floor, 1 connection", kind: "cpu" },
  { name: "counter-latency", title: "counter, 1 connection", kind: "cpu" },
  { name: "rows", title: "one of 1,000 rows, 50 connections", kind: "cpu" },
  { name: "rows-latency", title: "one of 1,000 rows, 1 connection", kind: "cpu" },
  { name: "joins", title: "join: GET, handshake, `phx_join`", kind: "cpu" },
  { name: "dead-counter", title: "GET of the counter", kind: "cpu" },
  { name: "dead", title: "GET of 1,000 rows", kind: "cpu" },
  { name: "feed", title: "broadcast to 2,000 views, until the last has it", kind: "clock" },
  { name: "feed-stream", title: "the same, into a stream", kind: "clock" },
  { name: "disconnect", title: "disconnect 2,000 sockets, until the last saw it", kind: "clock" },
  { name: "memory", title: "memory per idle counter view, 5,000 views", kind: "memory" },
];

/** Whether a scenario is a floor itself. */
export const isFloor = (name: string): boolean => name.startsWith("floor");
/** The floor that a scenario is held against. */
export const floorOf = (name: string): string => (name.endsWith("-latency") ? "floor-latency" : "floor");

const UNITS = { cpu: "µs", clock: "ms", memory: "KiB" } as const;

/** What one run of the generator costs: see `Measured.unit`. */
function cost(kind: Kind, numbers: Numbers): number {
  const number = (key: string): number => Number(numbers[key]);
  switch (kind) {
    case "cpu":
      return (number("server_cores") / number("per_s")) * 1e6;
    case "clock":
      return numbers["last_ms"] === undefined ? number("last_closed_ms") : number("last_ms");
    case "memory":
      return number("kib_per_view_after_gc");
  }
}

/**
 * Bytes of a reply, the mean over the first 200 events of a connection. Over a whole run it would grow with the server's
 * speed: the faster it answers, the more digits have the refs and the numbers that it answers with.
 */
async function replyBytes(base: string): Promise<number> {
  const [view] = await openViews(base, "/rows", 1);
  let bytes = 0;
  for (let i = 0; i < 200; i++) {
    const id = String(((i * 7919) % 1000) + 1);
    await new Promise<void>((resolve) => view!.event("touch", { id }, (_reply, length) => {
      bytes += length;
      resolve();
    }));
  }
  await closeViews([view!]);
  return bytes / 200;
}

async function onServer(server: Server, scenario: string): Promise<Numbers> {
  try {
    const extra = scenario === "rows" ? { reply_bytes: await replyBytes(server.base) } : {};
    const at = isFloor(scenario)
      ? ["--echo", server.base.replace("http", "ws"), "--echopid", String(server.pid)]
      : ["--base", server.base, "--pid", String(server.pid)];
    return { ...(await generate(scenario, at)), ...extra };
  } finally {
    await server.stop();
  }
}

/** Measures everything once more, and adds it to what there is. */
async function round(wanted: ReadonlySet<string>, results: Map<string, Collected>): Promise<void> {
  const floors = new Map<string, Numbers>();
  for (const { name, kind } of SCENARIOS) {
    if (!wanted.has(name)) continue;
    const numbers = await onServer(isFloor(name) ? await startFloor() : await startHoldfast(), name);
    if (isFloor(name)) floors.set(name, numbers);
    const twin = kind === "cpu"
      ? floors.get(floorOf(name))!
      : await onServer(await startBare(Number(numbers["diff_bytes"] ?? 0)), name);
    const against = cost(kind, twin);
    let result = results.get(name);
    if (result === undefined) results.set(name, (result = { unit: UNITS[kind], own: [], against: [], raw: [], twin: [] }));
    result.own.push(cost(kind, numbers));
    result.against.push(against);
    result.raw.push(numbers);
    result.twin.push(twin);
    console.error(`  ${name}: ${cost(kind, numbers).toFixed(1)} ${UNITS[kind]}, against ${against.toFixed(1)}`);
  }
}

type Collected = { [key in keyof Measured]: Measured[key] extends readonly (infer T)[] ? T[] : Measured[key] };

/** Measures scenarios over several rounds. */
export async function measure(rounds: number, names: readonly string[]): Promise<Record<string, Measured>> {
  const wanted = new Set(names.flatMap((name) => [name, floorOf(name)]));
  if (spawnSync("wrk", ["-v"]).error !== undefined) {
    console.error("without wrk there are no rates of GETs");
    for (const name of ["dead", "dead-counter"]) wanted.delete(name);
  }
  const results = new Map<string, Collected>();
  for (let i = 0; i < rounds; i++) {
    console.error(`round ${i + 1} of ${rounds}${SMOKE ? " (smoke: the numbers say nothing)" : ""}`);
    await round(wanted, results);
  }
  return Object.fromEntries(results);
}

/** The most that other processes used of the machine during a run: more than 0.2 cores make it doubtful. */
export function othersUsed(scenarios: Readonly<Record<string, Measured>>): number {
  const used = Object.values(scenarios).flatMap(({ raw }) => raw.map((numbers) => field([numbers], "other_cores")));
  return Math.max(0, ...used.filter((cores) => !Number.isNaN(cores)));
}
