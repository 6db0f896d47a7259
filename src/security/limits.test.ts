import { describe, expect, it } from "vitest";
import { defaultLimits, resolveLimits, TokenBucket, withinJsonLimits } from "./limits.js";

describe("resolveLimits", () => {
  it("has the documented defaults", () => {
    expect(resolveLimits()).toEqual({
      cookieBytes: 4096, sessionMaxAgeMs: 1_209_600_000, sessionIdleMs: 0, sessionCheckMs: 60_000, pageTokenMs: 86_400_000,
      flashMs: 60_000, uploadTokenMs: 600_000, textFrameBytes: 65_536, binaryFrameBytes: 131_072, fragments: 64,
      firstJoinMs: 10_000, idleMs: 60_000, closeGraceMs: 2000, topicsPerSocket: 64, socketsPerSession: 20,
      socketsPerIp: 200, eventsPerSecond: 50, eventBurst: 100, mailbox: 64, jsonDepth: 32, jsonKeys: 1000,
      jsonItems: 10_000, jsonString: 10_000, formFields: 1000, formDepth: 10, outgoingSoftBytes: 1_048_576,
      outgoingHardBytes: 8_388_608, outgoingItems: 10_000, components: 10_000, crashBudget: 5, crashWindowMs: 60_000, patchesInARow: 20, drainStepFraction: 0.1,
      drainStepMs: 2000, drainMaxMs: 30_000,
    });
  });

  it("takes overrides, and leaves the defaults alone", () => {
    const limits = resolveLimits({ mailbox: 5, jsonDepth: Infinity, flashMs: undefined });
    expect(limits).toEqual({ ...defaultLimits, mailbox: 5, jsonDepth: Infinity });
    expect(defaultLimits.mailbox).toBe(64);
    expect(Object.isFrozen(limits) && Object.isFrozen(defaultLimits)).toBe(true);
  });

  it.each([
    [{ mailbox: 0 }], [{ mailbox: -1 }], [{ mailbox: NaN }], [{ mailbox: -Infinity }], [{ mailbox: "5" }],
    [{ mailbox: null }], [{ mailBox: 5 }], [{ toString: 5 }], [{ sessionIdleMs: -1 }], [{ drainStepFraction: 1.1 }],
    [{ outgoingHardBytes: 1000 }], [{ outgoingSoftBytes: Infinity }], [JSON.parse('{"__proto__":5}')],
  ])("refuses %j", (overrides) => {
    expect(() => resolveLimits(overrides as object)).toThrow(
      expect.objectContaining({ code: "endpoint_config_invalid" }),
    );
  });
});

describe("TokenBucket", () => {
  it("gives the burst at once, then says how long to wait", () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0, 100]);
    expect(bucket.take(50)).toBe(50);
    expect(bucket.take(100)).toBe(0);
    expect(bucket.take(100)).toBe(100);
    expect([10_000, 10_000, 10_000, 10_000].map((now) => bucket.take(now))).toEqual([0, 0, 0, 100]);
  });

  it("lets pass whoever has waited as told, at any rate", () => {
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

describe("withinJsonLimits", () => {
  const limits = { jsonDepth: 3, jsonKeys: 4, jsonItems: 5, jsonString: 6 };
  it.each<[unknown, boolean]>([
    [null, true], [1, true], [true, true], ["123456", true], ["1234567", false],
    [[], true], [{}, true], [[[[]]], true], [[[[[]]]], false], [{ a: { b: {} } }, true], [{ a: { b: { c: {} } } }, false],
    [[{ a: [1] }], true], [[{ a: [[]] }], false],
    [{ a: 1, b: 1, c: 1, d: 1 }, true], [{ a: 1, b: 1, c: 1, d: 1, e: 1 }, false],
    [{ a: { b: 1, c: 1 }, d: 1 }, true], [{ a: { b: 1, c: 1 }, d: { e: 1 } }, false],
    [[1, 2, 3, 4, 5], true], [[1, 2, 3, 4, 5, 6], false], [[[1, 2], [3]], true], [[[1, 2], [3, 4]], false],
    [["123456"], true], [["1234567"], false], [{ a: "1234567" }, false], [{ "1234567": 1 }, false], [{ "123456": 1 }, true],
    [JSON.parse('{"__proto__":{"a":{"b":{}}}}'), false], [JSON.parse('{"__proto__":"1234567"}'), false],
  ])("%j: %s", (value, within) => {
    expect(withinJsonLimits(value, limits)).toBe(within);
  });

  it("does not overflow the stack, not even without limits", () => {
    const deep: unknown = JSON.parse("[".repeat(200_000) + "]".repeat(200_000));
    const none = { jsonDepth: Infinity, jsonKeys: Infinity, jsonItems: Infinity, jsonString: Infinity };
    expect(withinJsonLimits(deep, none)).toBe(true);
    expect(withinJsonLimits(deep, defaultLimits)).toBe(false);
  });

  it("agrees with a plain recursive count", () => {
    const measure = (value: unknown): number[] => {
      if (typeof value === "string") return [0, 0, 0, value.length];
      if (typeof value !== "object" || value === null) return [0, 0, 0, 0];
      const inner = Object.values(value).map(measure);
      const names = Array.isArray(value) ? [] : Object.keys(value);
      return [
        1 + Math.max(0, ...inner.map((m) => m[0]!)),
        names.length + inner.reduce((sum, m) => sum + m[1]!, 0),
        (Array.isArray(value) ? value.length : 0) + inner.reduce((sum, m) => sum + m[2]!, 0),
        Math.max(0, ...names.map((name) => name.length), ...inner.map((m) => m[3]!)),
      ];
    };
    let state = 7;
    const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
    const grow = (depth: number): unknown => {
      const kind = random(depth > 3 ? 2 : 4);
      if (kind === 0) return random(100);
      if (kind === 1) return "s".repeat(random(9));
      const children = Array.from({ length: random(4) }, () => grow(depth + 1));
      return kind === 2 ? children : Object.fromEntries(children.map((child, index) => [`k${index}`, child]));
    };
    let refused = 0;
    for (let round = 0; round < 2000; round++) {
      const value = grow(0);
      const [depth, keys, items, string] = measure(value) as [number, number, number, number];
      const within = depth <= 3 && keys <= 4 && items <= 5 && string <= 6;
      if (!within) refused++;
      if (withinJsonLimits(value, limits) !== within) expect.fail(JSON.stringify(value));
    }
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(1900);
  });
});
