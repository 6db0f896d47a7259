import { spawnSync } from "node:child_process";
import { SECONDS, SMOKE } from "./options.js";
import { generate, type Numbers, type Server, startBare, startFloor, startHoldfast } from "./processes.js";
import { field, type Measured, middle } from "./results.js";
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
 * What a run measures, in its order. With one connection nothing is read or written together with anything else, so that has
 * a floor of its own.
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

/**
 * How long a server works before it is measured, beyond the generator's own two seconds: those do for an event, tens of
 * thousands of which come in a second, but of joins there are so few that the code which answers them is still being compiled.
 */
const WARM_SECONDS = SMOKE ? 0 : 4;

/** In how many turns a scenario is measured, each between two of the floor. */
const TURNS = SMOKE ? 1 : 3;
const TURN_SECONDS = SECONDS / TURNS;

/** What one scenario costs a server that runs. */
async function look(server: Server, scenario: string, seconds: number): Promise<Numbers> {
  const at = isFloor(scenario)
    ? ["--echo", server.base.replace("http", "ws"), "--echopid", String(server.pid)]
    : ["--base", server.base, "--pid", String(server.pid)];
  return generate(scenario, at, seconds);
}

/** Does something with a server of its own, and stops it. */
async function withServer<T>(starting: Promise<Server>, use: (server: Server) => Promise<T>): Promise<T> {
  const server = await starting;
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Collects what is measured, scenario by scenario. */
class Results {
  readonly scenarios: Record<string, Collected> = {};

  add(name: string, kind: Kind, numbers: Numbers, against: number, twin: Numbers): void {
    const result = (this.scenarios[name] ??= { unit: UNITS[kind], own: [], against: [], raw: [], twin: [] });
    const own = cost(kind, numbers);
    result.own.push(own);
    result.against.push(against);
    result.raw.push(numbers);
    result.twin.push(twin);
    console.error(`  ${name}: ${own.toFixed(1)} ${UNITS[kind]}, against ${against.toFixed(1)}`);
  }
}

type Collected = { [key in keyof Measured]: Measured[key] extends readonly (infer T)[] ? T[] : Measured[key] };

/**
 * One round of what is held against a floor. A machine that others share is not as fast in this second as it was in the last,
 * so a scenario and the floor take turns of a few seconds each. A turn is held against the mean of the floor before and behind
 * it, and of the turns the one in the middle by its ratio counts.
 */
async function againstFloor(server: Server, floor: string, scenarios: readonly Scenario[], results: Results): Promise<void> {
  const floorNow = async (): Promise<Numbers> => {
    const numbers = await look(server, floor, TURN_SECONDS);
    results.add(floor, "cpu", numbers, cost("cpu", numbers), numbers);
    return numbers;
  };
  let before = await floorNow();
  for (const { name, kind } of scenarios) {
    await withServer(startHoldfast(), async (own) => {
      const bytes = name === "rows" ? { reply_bytes: await replyBytes(own.base) } : {};
      if (WARM_SECONDS > 0) await look(own, name, WARM_SECONDS);
      const turns: { numbers: Numbers; after: Numbers; against: number; ratio: number }[] = [];
      for (let i = 0; i < TURNS; i++) {
        const numbers = { ...(await look(own, name, TURN_SECONDS)), ...bytes };
        const after = await floorNow();
        const against = (cost("cpu", before) + cost("cpu", after)) / 2;
        turns.push({ numbers, after, against, ratio: cost(kind, numbers) / against });
        before = after;
      }
      const { numbers, after, against } = middle(turns, ({ ratio }) => ratio)!;
      results.add(name, kind, numbers, against, after);
    });
  }
}

/** One round of what is held against bare sockets, each beside its twin. */
async function againstTwins(scenarios: readonly Scenario[], results: Results): Promise<void> {
  for (const { name, kind } of scenarios) {
    const numbers = await withServer(startHoldfast(), (server) => look(server, name, SECONDS));
    const twin = await withServer(startBare(Number(numbers["diff_bytes"] ?? 0)), (server) => look(server, name, SECONDS));
    results.add(name, kind, numbers, cost(kind, twin), twin);
  }
}

/** Measures scenarios over several rounds. */
export async function measure(rounds: number, names: readonly string[]): Promise<Record<string, Measured>> {
  const wanted = new Set(names);
  if (spawnSync("wrk", ["-v"]).error !== undefined) {
    console.error("without wrk there are no rates of GETs");
    for (const name of ["dead", "dead-counter"]) wanted.delete(name);
  }
  const results = new Results();
  for (let i = 0; i < rounds; i++) {
    console.error(`round ${i + 1} of ${rounds}${SMOKE ? " (smoke: the numbers say nothing)" : ""}`);
    for (const floor of SCENARIOS.filter(({ name }) => isFloor(name))) {
      const against = SCENARIOS.filter(({ name, kind }) => wanted.has(name) && kind === "cpu" && !isFloor(name) && floorOf(name) === floor.name);
      if (against.length === 0 && !wanted.has(floor.name)) continue;
      await withServer(startFloor(), (server) => againstFloor(server, floor.name, against, results));
    }
    await againstTwins(SCENARIOS.filter(({ name, kind }) => wanted.has(name) && kind !== "cpu"), results);
  }
  return results.scenarios;
}

/** The most that other processes used of the machine during a run: more than 0.2 cores make it doubtful. */
export function othersUsed(scenarios: Readonly<Record<string, Measured>>): number {
  const used = Object.values(scenarios).flatMap(({ raw }) => raw.map((numbers) => field([numbers], "other_cores")));
  return Math.max(0, ...used.filter((cores) => !Number.isNaN(cores)));
}
