import { expect, test } from "vitest";
import { OldestFirst } from "./oldest-first.js";

test("names the keys in the order in which they were set, whatever was deleted or set again meanwhile", () => {
  const map = new Map([["a", 1], ["b", 2], ["c", 3], ["d", 4]]);
  const oldest = new OldestFirst(map);
  const take = (): string | undefined => {
    const key = oldest.next();
    if (key !== undefined) map.delete(key);
    return key;
  };
  map.delete("b");
  expect(take()).toBe("a");
  // What is set again is the youngest.
  map.delete("c");
  map.set("c", 5);
  expect([take(), take(), take()]).toEqual(["d", "c", undefined]);
  map.set("e", 6);
  map.set("f", 7);
  expect([take(), take(), take()]).toEqual(["e", "f", undefined]);
});

test("of a large map each key costs the same", () => {
  const map = new Map(Array.from({ length: 100_000 }, (_, i) => [i, i]));
  const oldest = new OldestFirst(map);
  for (let i = 0; i < 40_000; i++) {
    expect(oldest.next() === i).toBe(true);
    map.delete(i);
  }
});
