import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OUTSIDE } from "../collections/index.js";
import { createPubSub } from "../pubsub/index.js";
import { defaultLimits, memoryRevocations, newSession, SessionValidity, type RevocationStore } from "../security/index.js";
import { SocketRegistry, type RegisteredSocket } from "./registry.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const log: string[] = [];
beforeEach(() => void (log.length = 0));

/** A socket that says what is done to it. */
function socketOf(name: string, closing: () => void = () => {}): RegisteredSocket {
  const session = { ...newSession(defaultLimits), liveSocketId: "users:1" };
  return {
    place: OUTSIDE, session, ids: [], info: { peer: "127.0.0.1" }, activeAt: Date.now(),
    revoke: () => void log.push(`revoke ${name}`),
    close(code) {
      log.push(`close ${name} ${code}`);
      closing();
    },
    retire: async () => {}, overdue: () => undefined, eject: () => false, checkDue: () => true,
  };
}

const registryOf = (revocations: RevocationStore = memoryRevocations()): SocketRegistry => new SocketRegistry(defaultLimits, new SessionValidity(revocations), createPubSub());

test("a disconnect fences all sockets before it closes the first: what runs at one's end finds the others fenced", () => {
  const registry = registryOf();
  for (const name of ["a", "b", "c"]) registry.add(socketOf(name));
  registry.disconnect({ of: { liveSocketId: "users:1" } });
  expect(log).toEqual(["revoke a", "revoke b", "revoke c", "close a 1001", "close b 1001", "close c 1001"]);
  registry.stop();
});

test("a session that its store cannot vouch for is fenced and closed by the sweep; its client comes back and is asked again", async () => {
  let fails = false;
  const registry = registryOf({
    revoke() {},
    revokedAt() {
      if (fails) throw new Error("the store is away");
      return undefined;
    },
  });
  registry.add(socketOf("a"));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(log).toEqual([]);
  fails = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(log).toEqual(["revoke a", "close a 1001"]);
  registry.stop();
});

test("an anonymous session that holds nothing outlives the outage of its store, on a socket as in a request", async () => {
  const failing: RevocationStore = {
    revoke() {},
    revokedAt() {
      throw new Error("the store is away");
    },
  };
  const registry = registryOf(failing);
  registry.add({ ...socketOf("empty"), session: newSession(defaultLimits) });
  registry.add({ ...socketOf("expired"), session: { ...newSession(defaultLimits), expiresAt: Date.now() } });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(log).toEqual(["revoke expired", "close expired 1001"]);
  registry.stop();
});

test("what is disconnected during a handshake that never ends is not remembered forever: then all handshakes under way are fenced", () => {
  const registry = registryOf();
  const hangs = registry.handshakes.begin();
  registry.disconnect({ of: { liveSocketId: "users:1" } });
  expect([registry.handshakes.fenced("users:1", hangs), registry.handshakes.fenced("users:2", hangs)]).toEqual([true, false]);
  const later = registry.handshakes.begin();
  expect(registry.handshakes.fenced("users:1", later)).toBe(false);
  for (let id = 0; id <= 10_000; id++) registry.disconnect({ of: { sessionId: `session-${id}` } });
  expect([registry.handshakes.fenced("users:2", hangs), registry.handshakes.fenced(undefined, later)]).toEqual([true, true]);
  expect(registry.handshakes.fenced("session-7", registry.handshakes.begin())).toBe(false);
});

test("an order that may have been missed also fences the handshakes in progress", () => {
  const registry = registryOf();
  const ticket = registry.handshakes.begin();
  registry.disconnectAll();
  expect([registry.handshakes.fenced("users:1", ticket), registry.handshakes.fenced("users:1", registry.handshakes.begin())]).toEqual([true, false]);
});

test("what was disconnected while no handshake was in progress is forgotten: it does not count against a later one", () => {
  const registry = registryOf();
  const disconnect = (from: number, to: number): void => {
    for (let id = from; id < to; id++) registry.disconnect({ of: { sessionId: `session-${id}` } });
  };
  // 6,000 and 6,000 would be more than are remembered, and then every handshake in progress is fenced.
  disconnect(0, 6_000);
  const first = registry.handshakes.begin();
  disconnect(6_000, 12_000);
  expect([registry.handshakes.fenced("session-11999", first), registry.handshakes.fenced("users:1", first)]).toEqual([true, false]);
  registry.handshakes.end();
  const second = registry.handshakes.begin();
  disconnect(12_000, 18_000);
  expect([registry.handshakes.fenced("session-17999", second), registry.handshakes.fenced("users:1", second)]).toEqual([true, false]);
});

test("a socket that was closed while its connect ran is not entered under the id that connect gives it", () => {
  const registry = registryOf();
  const socket = socketOf("a");
  registry.add(socket);
  registry.remove(socket);
  registry.identify(socket, "rooms:1");
  expect(registry.disconnect({ of: { liveSocketId: "rooms:1" } })).toBe(0);
  expect(log).toEqual([]);
});
