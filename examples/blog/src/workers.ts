import cluster from "node:cluster";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

/** A worker that ends sooner than this after its start, or before it serves, would probably end again, ms. */
const STEADY_MS = 10_000;

/** How long to wait before such a worker is replaced, ms: at first, and in the long run. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** A process that serves. */
class Worker {
  /** Whether it serves; false if it ended before. */
  readonly opened: Promise<boolean>;
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>;
  #steady = false;

  constructor() {
    const worker = cluster.fork();
    this.ended = once(worker, "exit").then(([code, signal]: unknown[]) => `pid ${worker.process.pid}, ${String(signal ?? code)}`);
    const serves = once(worker, "listening").then(() => {
      void setTimeout(STEADY_MS, undefined, { ref: false }).then(() => (this.#steady = true));
      return true;
    });
    this.opened = Promise.race([serves, this.ended.then(() => false)]);
  }

  /** Whether it has served for a while. */
  get steady(): boolean {
    return this.#steady;
  }
}

/**
 * Serves one port with several processes: Node hands each connection to one of them. They need Redis, and do not start without it.
 * One that ends is replaced, later and later if its successors end, too.
 *
 * @param count how many
 */
export async function startWorkers(count: number): Promise<void> {
  const ending = new AbortController();
  // A terminal sends SIGINT to all processes by itself; an operator may send SIGTERM to this one alone.
  process.once("SIGINT", () => ending.abort());
  process.on("SIGTERM", () => {
    ending.abort();
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGTERM");
  });
  // One after the other: the first creates and fills the database.
  for (let started = 0; started < count && !ending.signal.aborted; started++) {
    const worker = new Worker();
    // It has logged the reason, and the next one would fail for it too.
    if (!(await worker.opened) && !ending.signal.aborted) process.exit(1);
    void replace(worker, ending.signal);
  }
}

/** Replaces a worker that ends, and its successors. */
async function replace(worker: Worker, ending: AbortSignal): Promise<void> {
  for (let failures = 0; ; worker = new Worker()) {
    const how = await worker.ended;
    if (ending.aborted) return;
    failures = worker.steady ? 0 : failures + 1;
    const pauseMs = failures === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
    console.error(`A worker has ended (${how}). The next one starts in ${pauseMs} ms.`);
    await setTimeout(pauseMs, undefined, { signal: ending }).catch(() => {});
    if (ending.aborted) return;
  }
}

/** Whether this process prints for all: the only one, or the last of those that were started together. */
export function speaksForAll(count: number): boolean {
  return cluster.worker === undefined || cluster.worker.id === count;
}
