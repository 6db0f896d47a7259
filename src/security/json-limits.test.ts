import { describe, expect, it } from "vitest";
import { sanitizeJson, withinJsonLimits } from "./json-limits.js";
import { defaultLimits } from "./limits.js";

describe("withinJsonLimits", () => {
  const limits = { jsonDepth: 3, jsonKeys: 4, jsonItems: 5 };
  it.each<[unknown, boolean]>([
    [null, true], [1, true], [true, true], ["x".repeat(1_000_000), true],
    [[], true], [{}, true], [[[[]]], true], [[[[[]]]], false], [{ a: { b: {} } }, true], [{ a: { b: { c: {} } } }, false],
    [[{ a: [1] }], true], [[{ a: [[]] }], false],
    [{ a: 1, b: 1, c: 1, d: 1 }, true], [{ a: 1, b: 1, c: 1, d: 1, e: 1 }, false],
    [{ a: { b: 1, c: 1 }, d: 1 }, true], [{ a: { b: 1, c: 1 }, d: { e: 1 } }, false],
    [[1, 2, 3, 4, 5], true], [[1, 2, 3, 4, 5, 6], false], [[[1, 2], [3]], true], [[[1, 2], [3, 4]], false],
    [JSON.parse('{"__proto__":{"a":{"b":{}}}}'), false],
  ])("%j: %s", (value, within) => {
    expect(withinJsonLimits(value, limits)).toBe(within);
  });

  it("does not overflow the stack, not even without limits", () => {
    const deep: unknown = JSON.parse("[".repeat(200_000) + "]".repeat(200_000));
    const none = { jsonDepth: Infinity, jsonKeys: Infinity, jsonItems: Infinity };
    expect(withinJsonLimits(deep, none)).toBe(true);
    expect(withinJsonLimits(deep, defaultLimits)).toBe(false);
  });

  it("agrees with a plain recursive count", () => {
    const measure = (value: unknown): number[] => {
      if (typeof value !== "object" || value === null) return [0, 0, 0];
      const inner = Object.values(value).map(measure);
      const names = Array.isArray(value) ? [] : Object.keys(value);
      return [
        1 + Math.max(0, ...inner.map((m) => m[0]!)),
        names.length + inner.reduce((sum, m) => sum + m[1]!, 0),
        (Array.isArray(value) ? value.length : 0) + inner.reduce((sum, m) => sum + m[2]!, 0),
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
      const [depth, keys, items] = measure(value) as [number, number, number];
      const within = depth <= 3 && keys <= 4 && items <= 5;
      if (!within) refused++;
      if (withinJsonLimits(value, limits) !== within) expect.fail(JSON.stringify(value));
    }
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(1900);
  });
});

describe("sanitizeJson", () => {
  const parse = (json: string): unknown => sanitizeJson(JSON.parse(json));

  it.each<[string, unknown]>([
    ['"a\\ud800b"', "a\ufffdb"], ['"\\udc00"', "\ufffd"], ['"\\ud83d\\ude00"', "😀"], ['["\\ud800",{"a":["\\udfff"]}]', ["\ufffd", { a: ["\ufffd"] }]],
    ['{"k\\ud800":{"v":"\\ud800"}}', { "k\ufffd": { v: "\ufffd" } }], ['"a\\u0000b"', "a\0b"], ['{"\\u0000":"\\u0000"}', { "\0": "\0" }],
    ["7", 7], ["null", null], ["[]", []], ['{"a":1}', { a: 1 }],
  ])("makes text of %s that has a UTF-8, and changes nothing else", (json, value) => {
    expect(parse(json)).toEqual(value);
  });

  it("removes what Object.assign would make a prototype of", () => {
    const value = parse('{"__proto__":{"admin":true},"a":[{"__proto__":5,"b":{"__proto__":null}}]}') as { a: object[] };
    expect(JSON.stringify(value)).toBe('{"a":[{"b":{}}]}');
    expect("admin" in Object.assign({}, value)).toBe(false);
  });

  it("does not overflow the stack", () => {
    expect(() => parse("[".repeat(200_000) + '"\\ud800"' + "]".repeat(200_000))).not.toThrow();
  });
});
