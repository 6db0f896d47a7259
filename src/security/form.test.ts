import { describe, expect, it } from "vitest";
import { parseForm } from "./form.js";
import { defaultLimits } from "./limits.js";

/** The same with ordinary prototypes, to compare with literals. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
const parse = (encoded: string, limits = defaultLimits): unknown => plain(parseForm(encoded, limits));

describe("parseForm", () => {
  it("reads the form of a recorded frame as the recorded server did", () => {
    expect(parse("a%5Bb%5D=1&a%5Bc%5D=2&_unused_a%5Bc%5D=&_target=a%5Bb%5D")).toEqual(
      { _target: ["a", "b"], _unused_a: { c: "" }, a: { b: "1", c: "2" } },
    );
  });

  it.each<[string, unknown]>([
    ["", {}], ["&&&", {}], ["a=1", { a: "1" }], ["a", { a: "" }], ["a=", { a: "" }], ["=1", { "": "1" }], ["=", { "": "" }],
    ["a=b=c", { a: "b=c" }], ["a+b=c+d", { "a b": "c d" }], ["a%2Bb=c%2Bd", { "a+b": "c+d" }], ["a=%26%3D", { a: "&=" }],
    ["?a=1", { "?a": "1" }], ["%C3%BC=%F0%9F%98%80", { ü: "😀" }],
    ["a[b]=1", { a: { b: "1" } }], ["a[b][c]=1&a[b][d]=2", { a: { b: { c: "1", d: "2" } } }],
    ["a[]=1", { a: ["1"] }], ["a[]=1&a[]=2&a[]=1", { a: ["1", "2", "1"] }], ["a[]=", { a: [""] }],
    ["a[b][]=1&a[b][]=2", { a: { b: ["1", "2"] } }], ["a[][b]=1&a[][c]=2", { a: [{ b: "1" }, { c: "2" }] }],
    ["a[][]=1&a[][]=2", { a: [["1"], ["2"]] }], ["a[0]=x&a[99999999]=y", { a: { 0: "x", 99999999: "y" } }],
    // later wins
    ["a=1&a=2", { a: "2" }], ["a[b]=1&a[b]=2", { a: { b: "2" } }], ["a=1&a[b]=2", { a: { b: "2" } }],
    ["a[b]=1&a=2", { a: "2" }], ["a[]=1&a[b]=2", { a: { b: "2" } }], ["a[b]=1&a[]=2", { a: ["2"] }],
    ["a[b]=1&a[b][c]=2&a[d]=3", { a: { b: { c: "2" }, d: "3" } }],
    // brackets that do not add up
    ["a[=1", { "a[": "1" }], ["a]=1", { "a]": "1" }], ["a[b=1", { "a[b": "1" }], ["a[b]c=1", { "a[b]c": "1" }],
    ["[a]=1", { "": { a: "1" } }], ["[]=1", { "": ["1"] }], ["a[[b]]=1", { a: { "[b]": "1" } }],
    // percent sequences that are none
    ["a=%", { a: "%" }], ["a=%z1", { a: "%z1" }], ["a=100%+%2b", { a: "100% +" }], ["%=%", { "%": "%" }],
    ["a=%ff", { a: "\ufffd" }], ["a=%f0%9f", { a: "\ufffd" }], ["a=%00", { a: "\0" }], ["a=%+=%26", { a: "% =&" }],
    // _target
    ["_target=a", { _target: ["a"] }], ["_target=a[b][c]", { _target: ["a", "b", "c"] }],
    ["_target=a%5B%5D", { _target: ["a"] }], ["_target=a[][b]", { _target: ["a", "b"] }], ["_target=", { _target: [""] }],
    ["_target=undefined", { _target: ["undefined"] }], ["_target=__proto__", { _target: ["__proto__"] }],
    ["_target[a]=1&b=2", { b: "2" }], ["_target[]=1", {}], ["_target=a&_target=b", { _target: ["b"] }],
  ])("%s", (encoded, form) => {
    expect(parse(encoded)).toEqual(form);
  });

  it("agrees with URLSearchParams about names and values without brackets", () => {
    const pieces = ["a", "%", "%4", "%41", "%ff", "%C3%BC", "+", "=", "é", "%2B", "%zz"];
    for (const a of pieces) for (const b of pieces) for (const c of pieces) for (const d of pieces) {
      const encoded = `k${a}${b}${c}${d}`;
      // In ASCII, as the client encodes: beside wrong UTF-8, Node keeps one byte of each other character. See percent.test.ts.
      const expected = Object.fromEntries(new URLSearchParams(encoded.replaceAll("é", "%C3%A9")));
      expect(parse(encoded)).toEqual(expected);
    }
  });

  it.each([
    "__proto__[x]=1", "__proto__=1", "a[__proto__][x]=1", "a[]=1&a[__proto__]=2", "a[b][__proto__]=1", "%5f_proto__[x]=1",
    "constructor[prototype][x]=1", "a[constructor][prototype][x]=1", "prototype[x]=1", "__proto__[]=1", "a[][__proto__][x]=1",
    "toString=1", "a[hasOwnProperty]=1", "a[length]=9", "a[]=1&a[length]=1000000000", "__proto__[toString]=1",
  ])("pollutes no prototype: %s", (encoded) => {
    const form = parseForm(encoded, defaultLimits)!;
    const visit = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      expect(Object.getPrototypeOf(value)).toBe(Array.isArray(value) ? Array.prototype : null);
      expect(Object.hasOwn(value, "__proto__")).toBe(false);
      for (const item of Object.values(value)) visit(item);
    };
    visit(form);
    expect(Object.getPrototypeOf(Object.assign({}, form))).toBe(Object.prototype);
    expect("x" in {}).toBe(false);
    expect(typeof {}.toString).toBe("function");
  });

  it("keeps fields that are only called like something on a prototype", () => {
    expect(parse("constructor=1&toString=2")).toEqual({ constructor: "1", toString: "2" });
    expect(parseForm("a=1", defaultLimits)!["toString"]).toBeUndefined();
  });

  const small = { ...defaultLimits, formFields: 3, formDepth: 2 };
  it.each<[string, boolean]>([
    ["a&b&c", true], ["a&b&c&d", false], ["a=1&a=2&a=3&a=4", false], ["a&&b&&c&&", true], ["__proto__&a&b&c", false],
    ["a[b][c]=1", true], ["a[b][c][d]=1", false], ["a[][][]=1", false], ["a[][]=1", true], ["__proto__[b][c][d]=1", false],
    ["_target=a[b][c]", true], ["_target=a[b][c][d]", false],
  ])("with limits, %s: %s", (encoded, within) => {
    expect(parseForm(encoded, small) !== undefined).toBe(within);
  });

  it("stops at the first excess, however much follows", () => {
    expect(parseForm(`a${"[b]".repeat(1_000_000)}=1`, defaultLimits)).toBeUndefined();
    expect(parseForm("a&".repeat(1_000_000), defaultLimits)).toBeUndefined();
    expect(parseForm("a&".repeat(1000), defaultLimits)).toBeDefined();
  });
});
