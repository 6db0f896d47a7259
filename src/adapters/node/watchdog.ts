import { Worker } from "node:worker_threads";
import type { Host } from "../../endpoint/index.js";
import { emit, showActivity } from "../../telemetry/index.js";
import { namedBy, NOTHING_NAMED, SLOT, WatchdogBoard } from "./watchdog-board.js";
import type { WatchdogData } from "./watchdog-worker.js";

/** Options of the watchdog. */
export interface WatchdogOptions {
  /** How long the event loop may be held before the watchdog reports it, ms. Default 500. */
  readonly ms?: number;
}

const DEFAULT_MS = 500;
/** How many beats the event loop gives within `ms`. */
const BEATS = 4;

/** A process has one event loop, and so one watchdog, however many servers it has. */
let running: { users: number; readonly stop: () => void } | undefined;

/**
 * Watches the event loop from a separate thread. While something holds it for longer than `ms`, the watchdog names the view
 * and its event on stderr. When the loop turns again, `holdfast:loop:blocked` reports how long it took.
 *
 * @returns a function that stops it
 */
export function startWatchdog({ ms = DEFAULT_MS }: WatchdogOptions, log: Host["log"]): () => void {
  running ??= { users: 0, stop: watch(ms, log) };
  running.users++;
  let stopped = false;
  return () => {
    if (stopped || running === undefined) return;
    stopped = true;
    if (--running.users > 0) return;
    running.stop();
    running = undefined;
  };
}

function watch(ms: number, log: Host["log"]): () => void {
  const everyMs = Math.max(1, ms / BEATS);
  const board = new WatchdogBoard();
  const { memory, slots } = board;
  let beatAt = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    Atomics.add(slots, SLOT.beat, 1);
    const label = Atomics.exchange(slots, SLOT.named, NOTHING_NAMED);
    if (label !== NOTHING_NAMED) report(memory, label, now - beatAt, log);
    // Whatever was running has returned.
    board.current = 0;
    beatAt = now;
  }, everyMs).unref();
  showActivity(board);
  const worker = new Worker(new URL("./watchdog-worker.js", import.meta.url), {
    workerData: { memory, ms, everyMs } satisfies WatchdogData, execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, codeRangeSizeMb: 16 },
  });
  // The application also runs without it, so this is only logged.
  worker.on("error", (error) => log("the watchdog has ended", { error }));
  worker.unref();
  return () => {
    clearInterval(beat);
    showActivity(undefined);
    Atomics.store(slots, SLOT.stop, 1);
    Atomics.notify(slots, SLOT.stop);
  };
}

function report(memory: SharedArrayBuffer, label: number, ms: number, log: Host["log"]): void {
  const named = namedBy(memory, label);
  const blocked = { view: named?.view, event: named?.job, ms: Math.round(ms) };
  emit("holdfast:loop:blocked", blocked);
  log("event loop was blocked", {
    ...blocked, fix: "move long work into a worker thread, or split it into pieces with an await between them",
  });
}
