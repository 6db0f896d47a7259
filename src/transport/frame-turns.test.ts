import { afterEach, expect, test, vi } from "vitest";
import { FrameTurns, TURN_MS, type Deferred } from "./frame-turns.js";

/** A clock that stands still unless it is told to go on: the speed of the machine does not matter. */
class Clock {
  ms = 7;
  readonly now = (): number => this.ms;
}

afterEach(() => void vi.useRealTimers());

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Notes its name for each of its frames, and then does what `frame` says. */
function socketOf(turns: FrameTurns, log: string[], name: string, frames: number, frame = (): void => {}): Deferred {
  const socket: Deferred = {
    next() {
      if (--frames > 0) turns.add(socket);
      log.push(name);
      frame();
    },
  };
  return socket;
}

test("frames are admitted until the turn's time is used up, and again in the next turn", async () => {
  const clock = new Clock();
  const turns = new FrameTurns(clock.now);
  expect(turns.admits()).toBe(true);
  clock.ms += TURN_MS - 1;
  expect(turns.admits()).toBe(true);
  clock.ms += 1;
  expect(turns.admits()).toBe(false);
  await turn();
  expect(turns.admits()).toBe(true);
});

test("waiting sockets have one frame each in order, and what arrives meanwhile waits behind them", async () => {
  const turns = new FrameTurns(new Clock().now);
  const log: string[] = [];
  turns.admits();
  turns.add(socketOf(turns, log, "a", 3));
  turns.add(socketOf(turns, log, "b", 1, () => void log.push(`admits: ${turns.admits()}`)));
  turns.add(socketOf(turns, log, "c", 2));
  expect([turns.admits(), log]).toEqual([false, []]);
  await turn();
  expect(log).toEqual(["a", "b", "admits: false", "c", "a", "c", "a"]);
  expect(turns.admits()).toBe(true);
});

test("a turn ends when its time is used up, and the next goes on where it stopped", async () => {
  const clock = new Clock();
  const turns = new FrameTurns(clock.now);
  const log: string[] = [];
  const slow = (): void => void (clock.ms += TURN_MS / 2);
  turns.admits();
  for (const name of ["a", "b", "c"]) turns.add(socketOf(turns, log, name, 1, slow));
  await turn();
  expect(log).toEqual(["a", "b"]);
  await turn();
  expect(log).toEqual(["a", "b", "c"]);
});

test("a socket that is removed has no further turn, and one that throws costs the others none", () => {
  vi.useFakeTimers({ toFake: ["setImmediate"] });
  const turns = new FrameTurns(new Clock().now);
  const log: string[] = [];
  const gone = socketOf(turns, log, "gone", 1);
  turns.admits();
  turns.add(socketOf(turns, log, "throws", 1, () => {
    throw new Error("of a handler");
  }));
  turns.add(gone);
  turns.add(socketOf(turns, log, "last", 1));
  turns.remove(gone);
  expect(() => vi.runAllTimers()).toThrow("of a handler");
  vi.runAllTimers();
  expect(log).toEqual(["throws", "last"]);
});
