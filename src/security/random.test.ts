import { expect, test } from "vitest";
import { random } from "./random.js";

test("gives as many bytes as it is asked for, across many refills, and none twice", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 5000; i++) {
    const bytes = random(12 + (i % 7));
    expect(bytes.length).toBe(12 + (i % 7));
    seen.add(bytes.toString("hex", 0, 12));
  }
  expect(seen.size).toBe(5000);
});

test("the returned bytes belong to the caller: later calls do not change them", () => {
  const first = random(18);
  const copy = Buffer.from(first);
  for (let i = 0; i < 1000; i++) random(18);
  expect(first.equals(copy)).toBe(true);
});

test("a whole pool in one call, and never more than it has", () => {
  expect(random(4096).every((byte) => byte === 0)).toBe(false);
  expect(() => random(4097)).toThrow(RangeError);
});
