import { describe, expect, test } from "vitest";
import { EventRef } from "../js/index.js";
import { ListNode, ANY } from "./nodes.js";
import { Replaced, type PageBefore } from "./replaced.js";

const wanted = { name: "save", target: undefined };
const found = { name: "save" } as never;
const save = (n: number): EventRef => new EventRef("save", undefined, { n });

test.each([["later", 29_000, 31_000], ["earlier, because the clock was set back", -29_000, -31_000]])(
  "what was shown counts for half a minute, and no longer when the clock says %s", (_what, within, beyond) => {
    let now = 1_000_000;
    const replaced = new Replaced(undefined, () => now);
    replaced.follows({ find: () => found, forms: () => [], weight: 1, shorten() {} });
    now += within;
    expect(replaced.find(wanted, undefined)).toBe(found);
    now += beyond - within;
    expect(replaced.find(wanted, undefined)).toBeUndefined();
    replaced.end();
  });

describe("a page that changes ten times a second", () => {
  /** Renders for so many seconds, and returns the age of the oldest event that counts, in renders. */
  function oldestAfter(seconds: number, bindings: number, replaced = new Replaced(undefined, () => now)): number {
    for (let render = 1; render <= seconds * 10; render++, now += 100) {
      for (let i = 0; i < bindings; i++) replaced.addSlot(save(render * 100_000 + i), render);
    }
    for (let render = 1; render <= seconds * 10; render++) {
      if (replaced.find({ name: `save~n=${render * 100_000}`, target: undefined }, undefined) !== undefined) return seconds * 10 - render;
    }
    return -1;
  }
  let now = 1_000_000;

  test("what it replaced counts for all of the half minute", () => {
    expect(oldestAfter(29, 1)).toBe(289);
    expect(oldestAfter(60, 1)).toBe(299);
    expect(oldestAfter(29, 25)).toBe(289);
  });

  test("a large one keeps its last 64 renders, and of earlier ones a bounded number of values", () => {
    expect(oldestAfter(29, 100)).toBe(63 + 81);
    expect(oldestAfter(29, 400)).toBe(63 + 20);
  });

  test("a very large one keeps fewer renders, but always the last few, so that nobody fills the memory by changing a list", () => {
    expect(oldestAfter(10, 4_000)).toBe(8 + 2);
    expect(oldestAfter(2, 20_000)).toBe(7);
  });

  test("long texts weigh as much as many values", () => {
    const replaced = new Replaced(undefined, () => now);
    for (let render = 1; render <= 40; render++, now += 100) {
      replaced.addSlot(new ListNode(ANY, [], ["x".repeat(1_000_000)], undefined), render);
      replaced.addSlot(save(render), render);
    }
    expect(Array.from({ length: 40 }, (_, at) => replaced.find({ name: `save~n=${at + 1}`, target: undefined }, undefined)).filter(Boolean).length).toBeLessThan(12);
    replaced.end();
  });

  test("what it takes along when it is left is bounded, the latest first", () => {
    const replaced = new Replaced(undefined, () => now);
    for (let render = 1; render <= 10; render++) {
      replaced.addItems(ANY, [new ListNode(ANY, [], Array.from({ length: 98 }, () => ""), undefined), save(render)], render);
    }
    replaced.leave(350);
    expect(replaced.weight).toBe(300);
    const counts = Array.from({ length: 10 }, (_, at) => replaced.find({ name: `save~n=${at + 1}`, target: undefined }, undefined) !== undefined);
    expect(counts).toEqual([false, false, false, false, false, false, false, true, true, true]);
  });

  test("counts through many joins whose reply was lost, each for half a minute, and not through any number of them", () => {
    const page = (render: number, before?: Replaced): Replaced => {
      const replaced = new Replaced(undefined, () => now);
      if (before !== undefined) replaced.follows(leftPage(before));
      replaced.addSlot(save(render), render);
      replaced.leave(1_024);
      return replaced;
    };
    const leftPage = (replaced: Replaced): PageBefore => ({
      find: (name, identity) => replaced.find(name, identity), forms: () => [], weight: replaced.weight, shorten: (pages) => replaced.shorten(pages),
    });
    const pages = (count: number, everyMs: number): readonly boolean[] => {
      let last = page(1);
      for (let i = 2; i <= count; i++, now += everyMs) last = page(i, last);
      return Array.from({ length: count }, (_, at) => last.find({ name: `save~n=${at + 1}`, target: undefined }, undefined) !== undefined);
    };
    expect(pages(12, 2_000)).toEqual(Array.from({ length: 12 }, () => true));
    expect(pages(20, 100).indexOf(true)).toBe(3);
    // What the third replaced was replaced 32 seconds ago.
    expect(pages(18, 2_000).indexOf(true)).toBe(3);
  });

  test("once it was left, asks its view nothing, so as not to hold it", () => {
    const replaced = new Replaced(() => { throw new Error("asked"); }, () => now);
    replaced.addForms(ANY, [save(1)], 1);
    replaced.leave(1_024);
    now += 60_000;
    expect(replaced.find({ name: "save~n=1", target: undefined }, undefined)).toBeUndefined();
  });
});
