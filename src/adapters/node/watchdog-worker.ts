/**
 * The watchdog's own thread. Its output must appear while the main thread is busy, so it writes to the file descriptor:
 * `console.log` in a worker goes through the main thread.
 */
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { namedBy, SLOT, type Named } from "./watchdog-board.js";
import { Hold } from "./watchdog-hold.js";

/** What the main thread passes to its watchdog. */
export interface WatchdogData {
  readonly memory: SharedArrayBuffer;
  readonly ms: number;
  /** How often it checks, ms. */
  readonly everyMs: number;
}

const STDERR = 2;

function watch({ memory, ms, everyMs }: WatchdogData): void {
  const slots = new Int32Array(memory, 0, Object.keys(SLOT).length);
  const hold = new Hold();
  let beat = Atomics.load(slots, SLOT.beat);
  let sayAtMs = ms;
  for (;;) {
    const since = performance.now();
    if (Atomics.wait(slots, SLOT.stop, 0, everyMs) !== "timed-out") return;
    const slept = performance.now() - since;
    const now = Atomics.load(slots, SLOT.beat);
    if (now !== beat) {
      beat = now;
      hold.end();
      sayAtMs = ms;
      continue;
    }
    // If this thread slept far too long, it was stopped like the main thread: the machine was suspended.
    hold.add(Atomics.load(slots, SLOT.current), Math.min(slept, 2 * everyMs));
    if (hold.ms < sayAtMs) continue;
    sayAtMs = 2 * hold.ms;
    const { label } = hold;
    Atomics.store(slots, SLOT.named, label);
    say(`the event loop has been held for ${Math.round(hold.ms)} ms, ${
      holder(namedBy(memory, label), namedBy(memory, Atomics.load(slots, SLOT.waiting)))}`);
  }
}

function holder(current: Named | undefined, waiting: Named | undefined): string {
  if (current !== undefined) return `by ${described(current)}`;
  const last = waiting === undefined ? "" : `; the last view's code that waited for something, and may have gone on: ${described(waiting)}`;
  return `and no view's code began it${last}`;
}

function described({ view, job }: Named): string {
  return `the view ${JSON.stringify(view)}, ${job.startsWith("(") ? job.slice(1, -1) : `event ${JSON.stringify(job)}`}`;
}

function say(text: string): void {
  try {
    writeSync(STDERR, `[holdfast] ${text}\n`);
  } catch {
    // The pipe is full or closed; the main thread reports it to telemetry afterwards all the same.
  }
}

watch(workerData as WatchdogData);
