import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPubSub } from "../pubsub/index.js";
import { defaultLimits, memoryRevocations, SessionValidity } from "../security/index.js";
import { Connection } from "./connection.js";
import type { Transport } from "./transport.js";
import { SocketRegistry } from "./registry.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(): { connection: Connection; handled: string[]; log: string[] } {
  const handled: string[] = [];
  const log: string[] = [];
  const limits = { ...defaultLimits, eventsPerSecond: 10, eventBurst: 3 };
  const connection = new Connection(
    { session: undefined, stale: false, origin: "http://localhost", info: { peer: "a", userAgent: undefined, headers: {} } },
    { join: () => ({ receive: ({ ref }) => void handled.push(ref!), end: () => {} }) },
    new SocketRegistry(limits, new SessionValidity(memoryRevocations()), createPubSub()), limits,
  );
  const transport: Transport = {
    name: "memory", buffered: 0, send: () => {}, pause: () => void log.push("pause"), resume: () => void log.push("resume"),
    close: (code) => void log.push(`close ${code}`),
  };
  connection.open(transport);
  const send = (ref: string, event: string): void => connection.receiveText(JSON.stringify(["1", ref, "t", event, {}]), 40);
  send("1", "phx_join");
  for (let ref = 2; ref <= 9; ref++) send(String(ref), "e");
  return { connection, handled, log };
}

test("frames of one chunk cannot exceed the rate: they queue in order, and reading resumes after the last", () => {
  const { handled, log } = open();
  expect([handled, log]).toEqual([["2", "3"], ["pause"]]); // the join was the first of the three
  vi.advanceTimersByTime(100);
  expect(handled).toEqual(["2", "3", "4"]);
  vi.advanceTimersByTime(400);
  expect([handled.length, log]).toEqual([7, ["pause"]]);
  vi.advanceTimersByTime(100);
  expect([handled, log]).toEqual([["2", "3", "4", "5", "6", "7", "8", "9"], ["pause", "resume"]]);
});

test("what waits when the socket closes is dropped, with its timer", () => {
  const { connection, handled } = open();
  connection.closed();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(handled).toEqual(["2", "3"]);
});

test("a client that is heard by something else than frames is not idle, and its user has done nothing", () => {
  const { connection, log } = open();
  vi.advanceTimersByTime(1_000);
  const { activeAt } = connection;
  vi.advanceTimersByTime(50_000);
  connection.heard();
  vi.advanceTimersByTime(50_000);
  expect([log, connection.activeAt]).toEqual([["pause", "resume"], activeAt]);
  vi.advanceTimersByTime(20_000);
  expect(log).toEqual(["pause", "resume", "close 1008"]);
});
