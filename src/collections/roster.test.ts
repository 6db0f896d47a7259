import { describe, expect, it } from "vitest";
import { OUTSIDE, Roster, type Member } from "./roster.js";

class One implements Member {
  place = OUTSIDE;
  readonly name: number;
  constructor(name: number) {
    this.name = name;
  }
}

const names = (roster: Roster<One>): number[] => {
  const seen: number[] = [];
  roster.forEach(({ name }) => seen.push(name));
  return seen;
};

describe("a roster", () => {
  it("holds what a Set would, in its order, through any additions and deletions", () => {
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    const roster = new Roster<One>();
    const set = new Set<One>();
    const all = Array.from({ length: 60 }, (_, name) => new One(name));
    for (let i = 0; i < 5_000; i++) {
      const one = all[next(all.length)]!;
      if (next(2) === 0) {
        roster.add(one);
        set.add(one);
      } else {
        expect(roster.delete(one)).toBe(set.delete(one));
      }
      expect([roster.size, roster.has(one)]).toEqual([set.size, set.has(one)]);
      if (i % 50 === 0) expect([names(roster), roster.toArray().map(({ name }) => name)]).toEqual([[...set].map(({ name }) => name), names(roster)]);
    }
  });

  it("visits nobody who has left before their turn, and nobody who comes meanwhile, though places are closed up", () => {
    const roster = new Roster<One>();
    const all = Array.from({ length: 40 }, (_, name) => new One(name));
    for (const one of all) roster.add(one);
    const seen: number[] = [];
    roster.forEach(({ name }) => {
      seen.push(name);
      if (name > 0) return;
      for (const one of all) if (one.name !== 0 && one.name !== 39) roster.delete(one);
      for (let i = 100; i < 110; i++) roster.add(new One(i));
    });
    expect(seen).toEqual([0, 39]);
    expect(names(roster)).toEqual([0, 39, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109]);
  });
});
