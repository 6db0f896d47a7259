import { expect, test } from "vitest";
import { RateLimits } from "./rate-limits.js";

const rate = { perSecond: 0.5, burst: 2 };

test("each key has its own bucket", () => {
  const limits = new RateLimits();
  expect([limits.take("a", rate, 0), limits.take("a", rate, 0), limits.take("a", rate, 0), limits.take("b", rate, 0)]).toEqual([0, 0, 2_000, 0]);
  expect(limits.take("a", rate, 2_000)).toBe(0);
});

test("keys that have been quiet are forgotten", () => {
  const limits = new RateLimits();
  for (let key = 0; key < 1_000; key++) limits.take(`early ${key}`, rate, 0);
  for (let key = 0; key < 1_000; key++) limits.take("late", rate, 60_000);
  expect(limits.size).toBe(1);
});

test("made-up keys take no more memory than the cap", () => {
  const limits = new RateLimits(100);
  for (let key = 0; key < 10_000; key++) limits.take(`key ${key}`, rate, 0);
  expect(limits.size).toBe(100);
});

test("a limited client cannot free itself by filling the table with other keys", () => {
  const limits = new RateLimits(4);
  const slow = { perSecond: 0.001, burst: 1 };
  limits.take("early", slow, 0);
  expect(limits.take("held", slow, 0)).toBe(0);
  for (let i = 0; i < 20; i++) {
    expect(limits.take("held", slow, i)).toBeGreaterThan(0);
    limits.take(`other ${i}`, slow, i);
  }
  expect(limits.size).toBe(4);
});
