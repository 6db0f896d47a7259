import { expect, test } from "vitest";
import { Outbox, type Waiting } from "./outbox.js";

/** Notes who is flushed, and may do something then. */
function waiting(log: string[], name: string, then = (): void => {}): Waiting {
  return {
    flush() {
      log.push(name);
      then();
    },
  };
}

test("what one turn adds goes out at its end, in order, and the next turn's at the next", async () => {
  const log: string[] = [];
  const outbox = new Outbox();
  outbox.add(waiting(log, "a"));
  outbox.add(waiting(log, "b"));
  expect(log).toEqual([]);
  await Promise.resolve();
  expect(log).toEqual(["a", "b"]);
  outbox.add(waiting(log, "c"));
  expect(log).toEqual(["a", "b"]);
  await Promise.resolve();
  expect(log).toEqual(["a", "b", "c"]);
});

test("of thousands the first go out before the last have been added, and each once", async () => {
  const log: string[] = [];
  const outbox = new Outbox();
  for (let i = 0; i < 1000; i++) outbox.add(waiting(log, String(i)));
  expect(log.length).toBe(896);
  await Promise.resolve();
  expect(log).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
});

test("what is added while others go out, goes out behind them", async () => {
  const log: string[] = [];
  const outbox = new Outbox();
  outbox.add(waiting(log, "a", () => outbox.add(waiting(log, "late"))));
  outbox.add(waiting(log, "b"));
  await Promise.resolve();
  expect(log).toEqual(["a", "b"]);
  await Promise.resolve();
  expect(log).toEqual(["a", "b", "late"]);
});
