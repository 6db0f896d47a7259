import { expect, it } from "vitest";
import { RecentCache } from "./recent-cache.js";

it.each([1, 64, 512])("keeps the latest %d entries, and no more than twice as many", (least) => {
  const cache = new RecentCache<number>(least);
  for (let n = 0; n < 5000; n++) {
    cache.set(`k${n}`, n);
    expect(cache.get(`k${Math.max(0, n - least + 1)}`)).toBe(Math.max(0, n - least + 1));
    expect(cache.get(`k${n - 2 * least}`)).toBeUndefined();
  }
});

it("gives the later value of a key, also when the earlier is of the older generation", () => {
  const cache = new RecentCache<number>(512);
  cache.set("a", 1);
  for (let n = 0; n < 600; n++) cache.set(`k${n}`, n);
  cache.set("a", 2);
  expect(cache.get("a")).toBe(2);
});
