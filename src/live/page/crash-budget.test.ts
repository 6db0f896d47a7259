import { expect, test, vi } from "vitest";
import { CrashBudget } from "./crash-budget.js";
import { leastCpuTime } from "../../../test/support/cpu.js";

test("a page is spent at its budget, for the window, and no other page is", () => {
  let now = 0;
  const budget = new CrashBudget({ crashBudget: 3, crashWindowMs: 1000 }, () => now);
  for (now = 1; now <= 2; now++) budget.record("s", "/a");
  expect(budget.spent("s", "/a")).toBe(false);
  budget.record("s", "/a");
  expect([budget.spent("s", "/a"), budget.spent("s", "/b"), budget.spent("t", "/a")]).toEqual([true, false, false]);
  now = 1001; // the first of the three is out of the window
  expect(budget.spent("s", "/a")).toBe(false);
  budget.record("s", "/a");
  expect(budget.spent("s", "/a")).toBe(true);
});

test("it forgets pages whose crashes no longer count, and no others", () => {
  let now = 0;
  const budget = new CrashBudget({ crashBudget: 1, crashWindowMs: 1000 }, () => now);
  for (now = 0; now < 10_000; now++) budget.record(`s${now % 5000}`, "/");
  expect(budget.size).toBe(1000);
  now = 9999;
  expect([budget.spent("s4999", "/"), budget.spent("s4000", "/"), budget.spent("s3999", "/")]).toEqual([true, true, false]);
  const free = new CrashBudget({ crashBudget: Infinity, crashWindowMs: 1000 });
  for (let n = 0; n < 10; n++) free.record("s", "/");
  expect([free.size, free.spent("s", "/")]).toEqual([0, false]);
});

test("a crash costs the same, however many pages have crashed within the window", () => {
  const cost = (pages: number): number => {
    const budget = new CrashBudget({ crashBudget: 5, crashWindowMs: 60_000 }, () => 1);
    for (let n = 0; n < pages; n++) budget.record(`s${n}`, "/");
    return leastCpuTime(7, () => {
      for (let n = 0; n < 500; n++) budget.record(`s${n}`, "/");
    });
  };
  cost(1000);
  expect(cost(50_000)).toBeLessThan(20 * cost(500) + 1_000);
});

test("a clock that is set back keeps no page in its error", () => {
  const [wall, steady] = [vi.spyOn(Date, "now"), vi.spyOn(performance, "now")];
  try {
    wall.mockReturnValue(10_000_000);
    steady.mockReturnValue(5000);
    const budget = new CrashBudget({ crashBudget: 1, crashWindowMs: 1000 });
    budget.record("s", "/");
    expect(budget.spent("s", "/")).toBe(true);
    wall.mockReturnValue(0);
    steady.mockReturnValue(6000);
    expect(budget.spent("s", "/")).toBe(false);
  } finally {
    vi.restoreAllMocks();
  }
});
