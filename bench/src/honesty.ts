// All views of a process share one event loop. How long does a light view wait while a heavy one works?
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { closeViews, openViews, quantile, sleep } from "./client.js";
import { commitToSave } from "./commit.js";
import { heading, noisyNote, table } from "./markdown.js";
import { machine, NODES, ROUNDS, ROOT, SAVES, SECONDS } from "./options.js";
import { nodeProgram, type Server, startHoldfast } from "./processes.js";
import { waitForQuiet } from "./quiet.js";
import { append, median, type Saved } from "./results.js";

const CLIENT = fileURLToPath(new URL("./heavy-client.js", import.meta.url));
/** Milliseconds between the light view's events, which are sent on time even if the previous one is unanswered. */
const LIGHT_EVERY_MS = 5;
/** Milliseconds between two actions of the heavy user. */
const HEAVY_PAUSE_MS = 200;

interface Case {
  readonly name: string;
  /** What the heavy user does; undefined without a heavy user. */
  readonly does?: string;
  /** Whether the heavy user is served by another process. */
  readonly apart?: boolean;
}

const CASES: readonly Case[] = [
  { name: "nothing: nobody else is there" },
  { name: "an event that computes for 50 ms", does: "burn" },
  { name: "the same, awaited from a worker thread", does: "burnElsewhere" },
  { name: "the same, in another process", does: "burn", apart: true },
  { name: "GET of a page of 1 MB", does: "get" },
  { name: "GET and join of a page of 1 MB", does: "join" },
  { name: "an event that replaces 8,000 rows", does: "replace" },
  { name: "an event that changes one of 8,000 rows", does: "touchOne" },
  { name: "replaces 8,000 rows, in another process", does: "replace", apart: true },
];

interface Waits {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Cores that other processes used just before. */
  readonly others: number;
}

/** Sends the light view's events on schedule, so that a stall delays as many as a crowd would have sent during it. */
async function light(server: Server, ms: number): Promise<Omit<Waits, "others">> {
  const [view] = await openViews(server.base, "/counter", 1);
  const waits: number[] = [];
  let open = 0;
  const from = performance.now();
  for (let i = 0; i * LIGHT_EVERY_MS < ms; i++) {
    const due = from + i * LIGHT_EVERY_MS;
    if (due > performance.now()) await sleep(due - performance.now());
    open++;
    const sent = performance.now();
    view!.event("inc", {}, () => {
      waits.push(performance.now() - sent);
      open--;
    });
  }
  while (open > 0) await sleep(10);
  await closeViews([view!]);
  const warm = waits.slice(Math.floor(waits.length / 10));
  return { p50: quantile(warm, 0.5), p99: quantile(warm, 0.99), max: Math.max(...warm) };
}

async function once(node: string, { does, apart = false }: Case): Promise<Waits> {
  const others = await waitForQuiet();
  const server = await startHoldfast(node);
  const other = apart ? await startHoldfast(node) : server;
  const heavy =
    does === undefined
      ? undefined
      : spawn(process.execPath, [CLIENT, other.base, does, String(HEAVY_PAUSE_MS)], {
          cwd: ROOT,
          stdio: ["ignore", "pipe", "inherit", "ipc"],
        });
  try {
    if (heavy !== undefined) await new Promise((resolve) => heavy.stdout!.once("data", resolve));
    return { ...(await light(server, SECONDS * 1000)), others };
  } finally {
    heavy?.kill("SIGKILL");
    await server.stop();
    if (apart) await other.stop();
  }
}

/** A saved run: medians, and the longest wait of all. */
export interface SavedHonesty extends Saved {
  readonly rounds: number;
  readonly seconds: number;
  readonly cases: readonly { name: string; p50_ms: number; p99_ms: number; max_ms: number; others: number }[];
}

/** A saved run as markdown. */
export function honestyTable(saved: SavedHonesty): string {
  const { rounds, seconds, cases } = saved;
  return [
    heading(saved, `medians of ${rounds} rounds, ${seconds} s each`), noisyNote(cases.map(({ others }) => others)), "",
    ...table(
      ["the other user asks for", "p50, ms", "p99, ms", "longest, ms"],
      cases.map(({ name, p50_ms: p50, p99_ms: p99, max_ms: max }) => [name, p50.toFixed(2), p99.toFixed(1), max.toFixed(1)]),
    ),
  ].join("\n");
}

/** Measures on the first version of Node, prints and saves. */
export async function honesty(): Promise<void> {
  const commit = commitToSave();
  const node = nodeProgram(NODES[0]!);
  const results: Record<string, Waits[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of CASES) {
      const waits = await once(node.program, one);
      (results[one.name] ??= []).push(waits);
      console.error(`  round ${round + 1}, ${one.name}: ${JSON.stringify(waits)}`);
    }
  }
  const cases = Object.entries(results).map(([name, all]) => ({
    name,
    p50_ms: median(all.map(({ p50 }) => p50)),
    p99_ms: median(all.map(({ p99 }) => p99)),
    max_ms: Math.max(...all.map(({ max }) => max)),
    others: Math.max(...all.map(({ others }) => others)),
  }));
  const saved: SavedHonesty = {
    when: new Date().toISOString(), commit, machine: machine(node.version), rounds: ROUNDS, seconds: SECONDS, cases,
  };
  console.log(honestyTable(saved));
  if (SAVES) await append("honesty", saved);
}
