// What has left has left nothing: ten thousand joins, uses and leaves, and everything is back where it was.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const ROUNDS = 10_000;
/** Its own tests take its heaviest page ten thousand times. */
const GALLERY_ROUNDS = 3_000;
/** Until then the heap grows by what the engine compiles, and by tables that reach their bounds. */
const WARM_UP = 1_500;
/**
 * What the heap may have grown by in all rounds together, bytes: 105 of a round, where one object and its place in a list,
 * left by each view of a round, are 300, and one view is some 10,000. Runs were seen to end between -0.3 and +0.2 MB.
 */
const HEAP_BOUND = 2 ** 20;
/** A run takes 10 to 15 s of a machine that has nothing else to do, and three minutes were seen of one that had. */
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
interface Report {
  readonly before: Look;
  readonly after: Look;
  readonly about: { readonly ways: number; readonly pages?: number; readonly changed?: number };
}

const run = promisify(execFile);
const program = fileURLToPath(new URL("./support/soak-run.mjs", import.meta.url));

/** Stack traces are most of what an abort and a crash cost, and nobody reads them here. */
const FLAGS = ["--expose-gc", "--stack-trace-limit=0", "--max-semi-space-size=64"];

async function soak(what: "everything" | "gallery" | "forgetful", warmUp: number, rounds: number): Promise<Report> {
  const { stdout } = await run(process.execPath, [...FLAGS, program, what, String(warmUp), String(rounds)]);
  return JSON.parse(stdout) as Report;
}

const open = ({ timers, connections, topics, subscriptions }: Look): object => ({ timers, connections, topics, subscriptions });
const NOTHING = { timers: 0, connections: 0, topics: 0, subscriptions: 0 };

describe.concurrent("pages that come and go", () => {
  test("a page with everything, left in each way there is, leaves nothing", { timeout: TIMEOUT_MS }, async () => {
    const { before, after, about } = await soak("everything", WARM_UP, ROUNDS);
    // One socket is open all the time, and many pages come and go on it.
    expect([open(before), open(after)]).toEqual([{ ...NOTHING, connections: 1 }, { ...NOTHING, connections: 1 }]);
    for (const kind of ["views", "components", "tasks"] as const) expect(after[kind].ended, kind).toBe(after[kind].begun);
    expect(after.sample.held, "sockets that somebody still holds").toBe(0);
    expect(after.heap - before.heap).toBeLessThan(HEAP_BOUND);

    // It was a page with everything, and everything was used.
    expect(about.ways).toBe(12);
    expect(after.sample.seen).toBeGreaterThan(10_000);
    expect(after.views.begun - before.views.begun).toBeGreaterThanOrEqual(3 * ROUNDS);
    expect(after.components.begun - before.components.begun).toBeGreaterThanOrEqual(25 * ROUNDS);
    expect(after.used.aborts - before.used.aborts).toBeGreaterThan(8 * ROUNDS);
    expect(after.used.messages - before.used.messages).toBeGreaterThan(2 * ROUNDS);
    expect(after.used.hooks - before.used.hooks).toBeGreaterThan(10 * ROUNDS);
    expect(after.used.sent - before.used.sent).toBe(ROUNDS);
  });

  test("the gallery's pages, each with everything on it clicked, leave nothing", { timeout: TIMEOUT_MS }, async () => {
    const { before, after, about } = await soak("gallery", WARM_UP, GALLERY_ROUNDS);
    expect([open(before), open(after)]).toEqual([NOTHING, NOTHING]);
    // Its many pages are still being compiled: +0.8 MB were seen, and no more after ten times as many rounds.
    expect(after.heap - before.heap).toBeLessThan(2 * HEAP_BOUND);
    expect(about.pages).toBeGreaterThanOrEqual(45);
    expect(about.changed).toBeGreaterThan(GALLERY_ROUNDS);
  });

  test("pages that are not left are seen in every count", { timeout: TIMEOUT_MS }, async () => {
    const rounds = 100;
    const { before, after } = await soak("forgetful", 0, rounds);
    expect(after.connections - before.connections).toBe(rounds);
    expect(after.timers).toBeGreaterThan(20 * rounds);
    expect(after.subscriptions).toBeGreaterThan(20 * rounds);
    for (const kind of ["views", "components", "tasks"] as const) {
      expect(after[kind].begun - after[kind].ended, kind).toBeGreaterThanOrEqual(3 * rounds);
    }
    expect(after.sample.held).toBeGreaterThan(0);
    expect(after.heap - before.heap).toBeGreaterThan(2 * HEAP_BOUND);
  });
});
