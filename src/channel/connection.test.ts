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

test("unsent bytes are bounded over all sockets: the address that holds most loses the oldest that does not read", () => {
  const MIB = 1024 * 1024;
  const limits = { ...defaultLimits, unsentBytes: 10 * MIB };
  const registry = new SocketRegistry(limits, new SessionValidity(memoryRevocations()), createPubSub());
  const closed: string[] = [];
  const socket = (peer: string, name: string): { send: (bytes: number) => void; read: () => void } => {
    const connection = new Connection(
      { session: undefined, stale: false, origin: "http://localhost", info: { peer, userAgent: undefined, headers: {} } },
      { join: () => ({ receive: () => {}, end: () => {} }) }, registry, limits,
    );
    let buffered = 0;
    connection.open({
      name: "memory", get buffered() { return buffered; }, send: (frame) => void (buffered += frame.length),
      pause: () => {}, resume: () => {}, close: (code, reason) => void closed.push(`${name} ${code} ${reason}`),
    });
    return { send: (bytes) => connection.sendBytes(new Uint8Array(bytes), "t"), read: () => void (buffered = 0) };
  };
  const many = ["a", "b", "c"].map((name) => socket("10.0.0.1", name));
  const reader = socket("10.0.0.2", "reader");
  reader.send(2 * MIB);
  reader.read();
  const other = socket("10.0.0.2", "other");
  other.send(3 * MIB);
  for (const each of many) each.send(2 * MIB);
  // Small frames for clients that read hold nothing.
  const small = socket("10.0.0.3", "small");
  small.send(MIB);
  expect(closed).toEqual([]);
  many[2]!.send(2 * MIB);
  expect(closed).toEqual(["a 1008 too slow"]);
  many[2]!.send(3 * MIB);
  expect(closed).toEqual(["a 1008 too slow", "b 1008 too slow"]);
  other.send(2 * MIB);
  expect(closed).toEqual(["a 1008 too slow", "b 1008 too slow", "c 1008 too slow"]);
  // Behind a proxy all are one address: who reads what it is sent is not closed for those that do not.
  const [patient, stalled] = [socket("10.0.0.2", "patient"), socket("10.0.0.2", "stalled")];
  patient.send(2 * MIB);
  stalled.send(2 * MIB);
  patient.read();
  other.read();
  patient.send(6 * MIB);
  stalled.send(3 * MIB);
  expect(closed.splice(3)).toEqual(["stalled 1008 too slow"]);
  patient.read();
  const alone = socket("10.0.0.4", "alone");
  small.read();
  alone.send(7 * MIB);
  expect(closed).toHaveLength(3);
});
