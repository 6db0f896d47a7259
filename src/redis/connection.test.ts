import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection, type RedisClient } from "./connection.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** A connection whose clients answer each command as the test says. */
async function connected(answer: () => Promise<unknown>): Promise<{ made: RedisClient[]; downs: unknown[]; connection: Connection }> {
  const made: RedisClient[] = [];
  const downs: unknown[] = [];
  const make = (): RedisClient => {
    const client: RedisClient = {
      connect: async () => {}, destroy() {}, duplicate: make, isOpen: true, isReady: true,
      sendCommand: answer, subscribe: async () => {}, unsubscribe: async () => {}, on() {},
    };
    made.push(client);
    return client;
  };
  const connection = new Connection(make, { up() {}, down: (error) => downs.push(error) });
  await connection.open();
  return { made, downs, connection };
}

/** The next PING is sent, and then the event loop is held until its time is over. */
async function heldFor(ms: number): Promise<void> {
  vi.advanceTimersByTime(1_000);
  vi.advanceTimersByTime(ms);
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("a connection whose PING was answered while the event loop was held is kept", async () => {
  // It arrives with the loop's next turn, and timers are read before that.
  const { made, downs, connection } = await connected(() => new Promise((resolve) => setImmediate(resolve, "PONG")));
  for (let ping = 0; ping < 3; ping++) await heldFor(60_000);
  expect([made.length, downs]).toEqual([1, []]);
  connection.close();
});

test("a connection that is silent is replaced, and not before its time is over", async () => {
  const { made, downs, connection } = await connected(() => new Promise(() => {}));
  await heldFor(2_999);
  expect(made).toHaveLength(1);
  vi.advanceTimersByTime(1);
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect([made.length, downs]).toEqual([2, [new Error("Redis has not answered for 3000 ms")]]);
  connection.close();
});
