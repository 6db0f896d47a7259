import { expect, test } from "vitest";
import { CrashBudget } from "./crash-budget.js";

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
