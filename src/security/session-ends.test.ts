import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryRevocations } from "./memory-revocations.js";
import { SessionEnds } from "./session-ends.js";

const USER = "users:7";
const HOUR = 3_600_000;

/** Real time, ms with fractions: the wall clock shows it without them, `ahead` of it. */
let time: number;
let ahead: number;
let ends: SessionEnds;
beforeEach(() => {
  time = 1_000_000;
  ahead = 0;
  vi.spyOn(performance, "now").mockImplementation(() => time);
  vi.spyOn(Date, "now").mockImplementation(() => Math.floor(time) + ahead);
  ends = new SessionEnds(memoryRevocations());
});
afterEach(() => vi.restoreAllMocks());

describe.each([["as it should be", 0], ["set back since an earlier end", HOUR]])("a clock %s", (_what, before) => {
  const fractions = [0, 0.001, 0.3, 0.5, 0.7, 0.999];
  beforeEach(async () => {
    ahead = before;
    await ends.end(USER, 1000 * HOUR);
    time += 5;
    ahead = 0;
  });

  it.each(fractions)("a log-in that has begun, by a fraction of %d ms, before an end never escapes it", async (fraction) => {
    for (const later of fractions) {
      time = Math.ceil(time) + fraction;
      const authenticatedAt = Date.now();
      await ends.end(USER, 1000 * HOUR);
      time = Math.ceil(time) + 10 + later;
      expect(await ends.before(USER, authenticatedAt)).toBe(0);
    }
  });

  it.each(fractions)("a log-in two milliseconds after an end, and a fraction of %d ms, knows it and none later", async (fraction) => {
    for (const later of fractions) {
      time = Math.ceil(time) + fraction;
      const { at } = await ends.end(USER, 1000 * HOUR);
      time += 2;
      const authenticatedAt = Date.now();
      time += later;
      expect(await ends.before(USER, authenticatedAt)).toBe(at);
      expect((await ends.end(USER, 1000 * HOUR)).at).toBeGreaterThan(at);
    }
  });
});

it("a user whose sessions were never ended has nothing to fear but the next end", async () => {
  expect(await ends.before(USER, Date.now())).toBe(0);
});

it("an end of another node's, whose clock is ahead by an hour, is later than the log-ins before and earlier than those after", async () => {
  const shared = memoryRevocations();
  const [here, there] = [new SessionEnds(shared), new SessionEnds(shared)];
  const early = Date.now();
  time += 5;
  ahead = HOUR;
  const { key, at } = await there.end(USER, 1000 * HOUR);
  ahead = 0;
  here.heard(key, at);
  here.heard(key, at); // the order and the journal bring it
  expect(await here.before(USER, early)).toBe(0);
  time += 5;
  expect(await here.before(USER, Date.now())).toBe(at);
});
