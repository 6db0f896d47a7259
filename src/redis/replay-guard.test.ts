import { expect, it } from "vitest";
import { ReplayGuard } from "./replay-guard.js";

it("each message of a node is accepted once, and none that is older than one before it", () => {
  const guard = new ReplayGuard();
  const accept = (node: string, sequence: number): boolean => guard.accept(node, sequence, 1_000, 1_000);
  expect([accept("a", 5), accept("a", 5), accept("a", 4), accept("a", 6), accept("b", 1), accept("a", 60)])
    .toEqual([true, false, false, true, true, true]);
});

it("a node that is new here is not believed if its message is old", () => {
  const guard = new ReplayGuard();
  expect(guard.accept("a", 5, 1_000, 62_000)).toBe(false);
  expect(guard.accept("a", 5, 1_000, 60_000)).toBe(true);
  // It was recorded before the clock was set back.
  expect(guard.accept("b", 5, 3_600_000, 60_000)).toBe(false);
  // The clock of a node that is known already is of no account.
  expect(guard.accept("a", 6, 0, 999_000)).toBe(true);
});

it("silent nodes are forgotten, and what they sent stays refused", () => {
  const guard = new ReplayGuard();
  const MINUTE = 60_000;
  for (let i = 0; i < 100; i++) guard.accept(`node-${i}`, 1, 0, 0);
  expect(guard.size).toBe(100);
  guard.accept("new", 1, 5 * MINUTE, 5 * MINUTE);
  expect(guard.size).toBe(1);
  expect(guard.accept("node-7", 1, 0, 5 * MINUTE)).toBe(false);
});
