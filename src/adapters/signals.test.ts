import { afterEach, beforeEach, expect, test } from "vitest";
import { drainOnSignals } from "./signals.js";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;
const before = SIGNALS.map((signal) => process.listeners(signal));

// An application's own listener: with it, a drain does not exit.
beforeEach(() => void process.on("SIGTERM", () => {}));
afterEach(() => {
  for (const [at, signal] of SIGNALS.entries()) {
    for (const listener of process.listeners(signal)) if (!before[at]!.includes(listener)) process.off(signal, listener);
  }
});

test("SIGTERM has a listener also while its drain begins, and one that comes again begins none", () => {
  const listening: number[] = [];
  const others = process.listenerCount("SIGTERM");
  drainOnSignals((options) => {
    expect(options).toEqual({ drain: true });
    listening.push(process.listenerCount("SIGTERM"));
    return Promise.resolve();
  }, () => {});
  expect(process.listenerCount("SIGTERM")).toBe(others + 1);
  for (let times = 0; times < 2; times++) process.emit("SIGTERM");
  expect(listening).toEqual([others + 1]);
});
