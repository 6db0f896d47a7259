import { expect, test } from "vitest";
import { Outbox, type Waiting } from "./outbox.js";
import { TurnEnd } from "./turn-end.js";

/** Notes who is flushed, and may do something then. */
function waiting(log: string[], name: string, then = (): void => {}): Waiting {
  return {
    flush() {
      log.push(name);
      then();
    },
  };
}

/** A clock that stands still: however slow the machine, no millisecond has passed. */
const still = (): number => 7;

const pass = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what one pass of the event loop adds goes out at its end, in order, and the next pass's at the next", async () => {
  const log: string[] = [];
  const outbox = new Outbox(new TurnEnd(), still);
  outbox.add(waiting(log, "a"));
  await Promise.resolve();
  outbox.add(waiting(log, "b"));
  expect(log).toEqual([]);
  await pass();
  expect(log).toEqual(["a", "b"]);
  outbox.add(waiting(log, "c"));
  expect(log).toEqual(["a", "b"]);
  await pass();
  expect(log).toEqual(["a", "b", "c"]);
});

test("nobody waits longer than a millisecond for others, and each goes out once", async () => {
  let now = 7;
  const log: string[] = [];
  const outbox = new Outbox(new TurnEnd(), () => now);
  outbox.add(waiting(log, "a"));
  now += 1;
  outbox.add(waiting(log, "b"));
  expect(log).toEqual([]);
  now += 0.1;
  outbox.add(waiting(log, "c"));
  expect(log).toEqual(["a", "b", "c"]);
  now += 0.9;
  outbox.add(waiting(log, "d"));
  now += 1;
  outbox.add(waiting(log, "e"));
  expect(log).toEqual(["a", "b", "c"]);
  await pass();
  expect(log).toEqual(["a", "b", "c", "d", "e"]);
});

test("frames added during a flush are sent after it", async () => {
  const log: string[] = [];
  const outbox = new Outbox(new TurnEnd(), still);
  outbox.add(waiting(log, "a", () => outbox.add(waiting(log, "late"))));
  outbox.add(waiting(log, "b"));
  await pass();
  expect(log).toEqual(["a", "b"]);
  await pass();
  expect(log).toEqual(["a", "b", "late"]);
});
