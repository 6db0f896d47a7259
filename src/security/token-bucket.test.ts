import { describe, expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.js";

describe("TokenBucket", () => {
  it("gives the burst immediately, then says how long to wait", () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0, 100]);
    expect(bucket.take(50)).toBe(50);
    expect(bucket.take(100)).toBe(0);
    expect(bucket.take(100)).toBe(100);
    expect([10_000, 10_000, 10_000, 10_000].map((now) => bucket.take(now))).toEqual([0, 0, 0, 100]);
  });

  it("admits those who have waited as told, at any rate", () => {
    for (const rate of [0.1, 0.3, 1, 3, 7, 33, 50, 999, 12_345]) {
      const bucket = new TokenBucket(rate, 1);
      let now = 1_700_000_000_000.5;
      bucket.take(now);
      for (let round = 0; round < 200; round++) {
        const wait = bucket.take(now);
        expect(wait).toBeGreaterThan(0);
        now += wait;
        expect(bucket.take(now)).toBe(0);
        while (bucket.take(now) === 0); // at high rates a rounded-up wait holds more than one
      }
    }
  });

  it("never gives more than burst plus rate times time, however it is asked", () => {
    const bucket = new TokenBucket(50, 100, 0);
    let given = 0;
    for (let now = 0; now <= 10_000; now += 1) for (let n = 0; n < 3; n++) if (bucket.take(now) === 0) given++;
    expect(given).toBeGreaterThanOrEqual(599);
    expect(given).toBeLessThanOrEqual(600);
  });

  it("is not fooled by a clock that jumps back", () => {
    const bucket = new TokenBucket(1, 1, 5000);
    expect([bucket.take(5000), bucket.take(0), bucket.take(0)]).toEqual([0, 1000, 1000]);
    expect(bucket.take(1000)).toBe(0);
  });

  it("knows no limit and burst below one", () => {
    const free = new TokenBucket(Infinity, 1);
    expect([free.take(0), free.take(0), free.take(0)]).toEqual([0, 0, 0]);
    const endless = new TokenBucket(1, Infinity);
    expect([endless.take(0), endless.take(0)]).toEqual([0, 0]);
    expect(new TokenBucket(1, 0.5).take(0)).toBe(0);
  });
});
