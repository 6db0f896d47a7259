import { afterEach, expect, it, vi } from "vitest";
import { Restart, type RetiringSocket } from "./restart.js";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("a clock that is set back prolongs no drain: what runs then is cut at the same moment", async () => {
  const clock = Date.now.bind(Date);
  const sockets: RetiringSocket[] = [];
  const given: number[] = [];
  for (let i = 0; i < 3; i++) {
    sockets.push({
      close() {},
      async retire(_code, _reason, withinMs) {
        given.push(withinMs);
        vi.spyOn(Date, "now").mockImplementation(() => clock() - 3_600_000);
      },
    });
  }
  await new Restart({ size: sockets.length, toArray: () => sockets }, { drainStepFraction: 0.3, drainStepMs: 0, drainMaxMs: 30_000 }).drain();
  expect(given.map((ms) => ms <= 30_000)).toEqual([true, true, true]);
});

it("two drains at once, as of a preStop hook and a SIGTERM, both come to their end", async () => {
  vi.useFakeTimers();
  const open = new Set<RetiringSocket>();
  for (let i = 0; i < 4; i++) {
    const socket: RetiringSocket = { close() {}, async retire() { open.delete(socket); } };
    open.add(socket);
  }
  const restart = new Restart(
    { get size() { return open.size; }, toArray: () => [...open] }, { drainStepFraction: 0.25, drainStepMs: 1_000, drainMaxMs: 30_000 },
  );
  const ended: string[] = [];
  void restart.drain().then(() => ended.push("first"));
  await vi.advanceTimersByTimeAsync(500);
  void restart.drain().then(() => ended.push("second"));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ended.toSorted()).toEqual(["first", "second"]);
});
