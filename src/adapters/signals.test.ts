import { afterEach, beforeEach, expect, test } from "vitest";
import { drainOnSignals } from "./signals.js";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** An application's own: with it, a drain does not exit. */
const own = (): void => {};
beforeEach(() => void process.on("SIGTERM", own));
afterEach(() => {
  for (const signal of SIGNALS) process.removeAllListeners(signal);
});

test("SIGTERM has a listener also while its drain begins, and one that comes again begins none", () => {
  const listening: number[] = [];
  drainOnSignals((options) => {
    expect(options).toEqual({ drain: true });
    listening.push(process.listenerCount("SIGTERM"));
    return Promise.resolve();
  }, () => {});
  expect(process.listenerCount("SIGTERM")).toBe(2);
  for (let times = 0; times < 2; times++) process.emit("SIGTERM");
  expect(listening).toEqual([2]);
});
