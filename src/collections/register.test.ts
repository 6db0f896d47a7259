import { expect, it } from "vitest";
import { Register } from "./register.js";

it("a register holds what a Map would, in its order, through any additions and deletions", () => {
  let seed = 11;
  const next = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  const register = new Register<{ n: number }>();
  const map = new Map<string, { n: number }>();
  for (let i = 0; i < 20_000; i++) {
    const key = `k${next(40)}`;
    if (next(20) === 0) {
      for (const each of [...map.keys()]) {
        map.delete(each);
        register.delete(each);
      }
    } else if (next(2) === 0) {
      const value = { n: i };
      map.set(key, value);
      register.set(key, value);
    } else {
      const had = map.get(key);
      map.delete(key);
      expect(register.delete(key)).toBe(had);
    }
    expect([register.size, register.has(key), register.get(key)]).toEqual([map.size, map.has(key), map.get(key)]);
    if (i % 100 === 0) expect([[...register.keys()], register.values()]).toEqual([[...map.keys()], [...map.values()]]);
  }
});
