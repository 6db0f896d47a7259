import { expect, test } from "vitest";
import { randomInto, randomText } from "./random.js";

test("gives as many bytes as it is asked for, across many refills, and none twice", () => {
  const seen = new Set<string>();
  const buffer = Buffer.alloc(20);
  for (let i = 0; i < 5000; i++) {
    const bytes = 12 + (i % 7);
    const text = randomText(bytes);
    expect(Buffer.from(text, "base64url").length).toBe(bytes);
    seen.add(Buffer.from(text, "base64url").toString("hex", 0, 12));
    buffer.fill(0);
    randomInto(buffer, bytes);
    expect(buffer.subarray(bytes).every((byte) => byte === 0)).toBe(true);
    seen.add(buffer.toString("hex", 0, 12));
  }
  expect(seen.size).toBe(10_000);
});

test("a whole buffer, a whole pool, and never more than there is", () => {
  const whole = Buffer.alloc(4096);
  randomInto(whole);
  expect(whole.every((byte) => byte === 0)).toBe(false);
  expect(randomText(4096)).toHaveLength(5462);
  expect(() => randomText(4097)).toThrow(RangeError);
  expect(() => randomInto(Buffer.alloc(5000))).toThrow(RangeError);
  expect(() => randomInto(Buffer.alloc(10), 11)).toThrow(RangeError);
});
