// What has left has left nothing: thousands of joins, uses and leaves, and everything is back where it was.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { proof, type ProofRun } from "./support/prove.js";

/**
 * How often pages come and go, and what the heap may grow by from one half of these rounds to the other: from the least of ten looks
 * to the least of ten.
 */
interface Size {
  /** Rounds before the heap is looked at: it grows by what the engine compiles, and by tables that reach their bounds. */
  readonly warmUp: number;
  readonly rounds: number;
  readonly heapBytes: number;
}
const MIB = 2 ** 20;
/**
 * Up to 0.2 MB were seen, and 330 objects: what the engine compiles late, and tables that reach their bounds, one of them after 2,900
 * rounds. 2,000 views of 10,000 bytes would be 20 MB; for less than a view there are the objects.
 */
const EVERYTHING = {
  small: { warmUp: 3_000, rounds: 4_000, heapBytes: 0.8 * MIB }, full: { warmUp: 10_000, rounds: 100_000, heapBytes: 2 * MIB },
};
/** Its many pages are still being compiled: +0.8 MB were seen after 3,000 rounds, and no more after ten times as many. */
const GALLERY = {
  small: { warmUp: 1_500, rounds: 1_500, heapBytes: 2 * MIB }, full: { warmUp: 3_000, rounds: 30_000, heapBytes: 2 * MIB },
};
/** A hundred pages that are left open show far more than the bounds above. */
const SEEN_BYTES = 2 * MIB;
const TIMEOUT_MS = 600_000;

interface Pair {
  readonly begun: number;
  readonly ended: number;
}
interface Look {
  readonly heap: number;
  readonly timers: number;
  readonly connections: number;
  readonly topics: number;
  readonly subscriptions: number;
  readonly views: Pair;
  readonly components: Pair;
  readonly tasks: Pair;
  readonly used: Readonly<Record<"aborts" | "messages" | "sent" | "hooks", number>>;
  readonly sample: { readonly seen: number; readonly held: number };
}
interface Held {
  readonly objects: number;
  readonly heap: number;
}
interface Report {
  readonly before: Look;
  readonly after: Look;
  /** The least that was held in each half of the rounds, in the second until it is little enough: objects, and bytes of the heap. */
  readonly halves: readonly [Held, Held];
  readonly about: { readonly ways: number; readonly pages?: number; readonly changed?: number };
}

const run = promisify(execFile);
const program = fileURLToPath(new URL("./support/soak-run.mjs", import.meta.url));

/**
 * Stack traces are most of what an abort and a crash cost, and nobody reads them here. Bytecode that a collection throws away is compiled
 * again, half a megabyte of it at some looks.
 */
const FLAGS = ["--expose-gc", "--stack-trace-limit=0", "--max-semi-space-size=64", "--no-flush-bytecode"];

/** How many objects more the second half of the rounds may hold: not one of every second round. */
const objectsIn = (rounds: number): number => rounds / 2 / 2;

async function soak(what: "everything" | "gallery" | "forgetful", { warmUp, rounds, heapBytes }: Size): Promise<Report> {
  const { stdout } = await run(process.execPath, [...FLAGS, program, what, ...[warmUp, rounds, objectsIn(rounds), heapBytes].map(String)]);
  return JSON.parse(stdout) as Report;
}

const open = ({ timers, connections, topics, subscriptions }: Look): object => ({ timers, connections, topics, subscriptions });
const NOTHING = { timers: 0, connections: 0, topics: 0, subscriptions: 0 };
/** One socket is open all the time, and many pages come and go on it; the endpoint listens for the end of its user's session. */
const ONE_SOCKET = { timers: 0, connections: 1, topics: 1, subscriptions: 1 };

/** By how much more was held in the second half of the rounds than in the first. */
const growth = ({ halves: [first, second] }: Report): Held =>
  ({ objects: second.objects - first.objects, heap: second.heap - first.heap });

/** Expects that nothing stays: neither objects, nor what is none (strings, buffers). */
function expectNothingLeft(report: Report, { rounds, heapBytes }: Size): void {
  const { objects, heap } = growth(report);
  expect(objects).toBeLessThan(objectsIn(rounds));
  expect(heap).toBeLessThan(heapBytes);
}

/** What a soak shows beside its result. */
function figures({ figure }: ProofRun<Size>, report: Report): void {
  const { before, after } = report;
  figure("heap grew by, bytes", after.heap - before.heap);
  figure("from half to half by, bytes", growth(report).heap);
  figure("from half to half by, objects", growth(report).objects);
  figure("views", after.views.begun - before.views.begun);
}

describe.concurrent("pages that come and go", () => {
  proof<Size>("soak", "a page with everything, left in each way there is, leaves nothing", EVERYTHING, async (run) => {
    const { rounds } = run.size;
    const report = await soak("everything", run.size);
    const { before, after, about } = report;
    figures(run, report);
    expect([open(before), open(after)]).toEqual([ONE_SOCKET, ONE_SOCKET]);
    for (const kind of ["views", "components", "tasks"] as const) expect(after[kind].ended, kind).toBe(after[kind].begun);
    expect(after.sample.held, "sockets that somebody still holds").toBe(0);
    expectNothingLeft(report, run.size);

    // It was a page with everything, and everything was used.
    expect(about.ways).toBe(12);
    expect(after.sample.seen).toBeGreaterThan(rounds);
    expect(after.views.begun - before.views.begun).toBeGreaterThanOrEqual(3 * rounds);
    expect(after.components.begun - before.components.begun).toBeGreaterThanOrEqual(25 * rounds);
    expect(after.used.aborts - before.used.aborts).toBeGreaterThan(8 * rounds);
    expect(after.used.messages - before.used.messages).toBeGreaterThan(2 * rounds);
    expect(after.used.hooks - before.used.hooks).toBeGreaterThan(10 * rounds);
    expect(after.used.sent - before.used.sent).toBe(rounds);
  });

  proof<Size>("soak-gallery", "the gallery's pages, each with everything on it clicked, leave nothing", GALLERY, async (run) => {
    const { rounds } = run.size;
    const report = await soak("gallery", run.size);
    const { before, after, about } = report;
    figures(run, report);
    expect([open(before), open(after)]).toEqual([NOTHING, NOTHING]);
    expectNothingLeft(report, run.size);
    expect(about.pages).toBeGreaterThanOrEqual(45);
    expect(about.changed).toBeGreaterThan(rounds);
  });

  test("pages that are not left are seen in every count", { timeout: TIMEOUT_MS }, async () => {
    const rounds = 100;
    const { before, after } = await soak("forgetful", { warmUp: 0, rounds, heapBytes: SEEN_BYTES });
    expect(after.connections - before.connections).toBe(rounds);
    expect(after.timers).toBeGreaterThan(20 * rounds);
    expect(after.subscriptions).toBeGreaterThan(20 * rounds);
    for (const kind of ["views", "components", "tasks"] as const) {
      expect(after[kind].begun - after[kind].ended, kind).toBeGreaterThanOrEqual(3 * rounds);
    }
    expect(after.sample.held).toBeGreaterThan(0);
    expect(after.heap - before.heap).toBeGreaterThan(SEEN_BYTES);
  });
});
