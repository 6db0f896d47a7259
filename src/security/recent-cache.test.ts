import { expect, it } from "vitest";
import { RecentCache } from "./recent-cache.js";

it("keeps the latest 512 entries, and no more than twice as many", () => {
  const cache = new RecentCache<number>();
  for (let n = 0; n < 5000; n++) {
    cache.set(`k${n}`, n);
    expect(cache.get(`k${Math.max(0, n - 511)}`)).toBe(Math.max(0, n - 511));
    expect(cache.get(`k${n - 1024}`)).toBeUndefined();
  }
});

it("gives the later value of a key, also when the earlier is of the older generation", () => {
  const cache = new RecentCache<number>();
  cache.set("a", 1);
  for (let n = 0; n < 600; n++) cache.set(`k${n}`, n);
  cache.set("a", 2);
  expect(cache.get("a")).toBe(2);
});
