import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { Chance } from "../../test/support/chance.js";
import { decodeData, encodeData } from "./codec.js";
import { assertData } from "./index.js";

class User {}
class Anonymous extends (() => class {})() {}

it.each([
  [() => 1, "payload: a function"],
  [Symbol("s"), "payload: a symbol"],
  [new User(), "payload: a User instance"],
  [{ post: { author: new User() } }, "payload.post.author: a User instance"],
  [{ posts: [{}, { save() {} }] }, "payload.posts[1].save: a function"],
  [{ "odd key": new URL("https://example.com") }, 'payload["odd key"]: a URL instance'],
  [new Map([["ann", { of: new Error("x") }]]), 'payload.get("ann").of: an Error instance'],
  [new Map([[new User(), 1]]), "payload.keys(): a User instance"],
  [new Map([[1, new User()]]), "payload.values(): a User instance"],
  [new Set([Promise.resolve()]), "payload.values(): a Promise instance"],
  [{ [Symbol("s")]: 1 }, "payload: an object with a symbol as a key"],
  [JSON.parse('{"__proto__": 1}'), "payload: an object with the key __proto__"],
  [new (class extends Map {})(), "payload: an instance of a class"],
  [{ rows: new (class Rows extends Array {})() }, "payload.rows: a Rows instance"],
  [Object.create({ inherited: 1 }), "payload: an Object instance"],
  [new Anonymous(), "payload: an Anonymous instance"],
  [[/x/], "payload[0]: a RegExp instance"],
])("%o is no data", (value, text) => {
  expect(() => assertData(value, "payload")).toThrow(expect.objectContaining({
    code: "payload_not_data", message: expect.stringContaining(`${text} cannot travel to another node.`) as string,
  }));
});

it("the shortest path is the one that is named", () => {
  const deep = { a: { b: { c: () => 1 } }, z: () => 1 };
  expect(() => assertData(deep, "payload")).toThrow("payload.z: a function");
});

it("objects without a prototype, and of another realm, are plain", () => {
  expect(() => assertData(Object.assign(Object.create(null), { a: 1 }), "payload")).not.toThrow();
  expect(() => assertData(structuredClone({ a: new Map([[1, new Date()]]) }), "payload")).not.toThrow();
  expect(() => assertData(runInNewContext("[[1]]"), "payload")).not.toThrow();
});

it("a payload of any depth is checked, and one too deep to be written is refused as such", () => {
  let deep: unknown[] = [];
  for (let i = 0; i < 200_000; i++) deep = [deep];
  expect(() => assertData(deep, "payload")).not.toThrow();
  expect(() => encodeData(deep, "payload")).toThrow(expect.objectContaining({ code: "payload_not_data" }));
});

it("a part of a buffer travels without the rest of it, whatever its kind", () => {
  const buffer = new Uint8Array(64).fill(1).buffer;
  const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(3);
  for (const view of [new Uint8Array(buffer, 3, 2), new Float64Array(buffer, 8, 1), new DataView(buffer, 1, 4), new BigInt64Array(buffer, 16, 2)]) {
    const got = decodeData(encodeData({ view }, "payload")) as { view: ArrayBufferView };
    expect(got.view).toEqual(view);
    expect(got.view.buffer.byteLength).toBe(view.byteLength);
  }
  expect(decodeData(encodeData(shared, "payload"))).toEqual(Uint8Array.of(3, 3, 3, 3));
  expect(decodeData(encodeData(Buffer.from("pooled"), "payload"))).toEqual(new Uint8Array(Buffer.from("pooled")));
});

it("whatever is data can be written and read, and is the same then", () => {
  const chance = new Chance(20261126);
  const scalars = [null, undefined, true, 0, -0, NaN, 1.5, "", "text \u2028", 7n, -(2n ** 70n)];
  const make = (depth: number): unknown => {
    if (depth === 0 || chance.maybe(0.3)) return chance.one(scalars);
    const some = <T>(one: () => T): T[] => Array.from({ length: chance.below(4) }, one);
    switch (chance.below(7)) {
      case 0: return some(() => make(depth - 1));
      case 1: return new Map(some(() => [make(depth - 1), make(depth - 1)]));
      case 2: return new Set(some(() => make(depth - 1)));
      case 3: return new Date(chance.below(2 ** 31));
      case 4: return Uint16Array.from(some(() => chance.below(65536)));
      default: return Object.fromEntries(some(() => [chance.one(["a", "b c", "", "constructor", "toString"]), make(depth - 1)]));
    }
  };
  for (let i = 0; i < 2_000; i++) {
    const value = make(5);
    assertData(value, "payload");
    expect(decodeData(encodeData(value, "payload"))).toEqual(value);
  }
});
