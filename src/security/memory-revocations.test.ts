import { expect, it, vi } from "vitest";
import { MAX_REVOCATIONS, memoryRevocations } from "./memory-revocations.js";

it("remembers until it may forget", () => {
  let now = 0;
  const store = memoryRevocations({ now: () => now });
  store.revoke("session:a", 1, 100);
  expect(store.revokedAt("session:a")).toBe(1);
  expect(store.revokedAt("session:b")).toBeUndefined();
  now = 99;
  expect(store.revokedAt("session:a")).toBe(1);
  now = 100;
  expect(store.revokedAt("session:a")).toBeUndefined();
  expect(store.size).toBe(0);
});

it("keeps the later of two times, in either order", () => {
  const store = memoryRevocations({ now: () => 0 });
  store.revoke("id:u", 5, 100);
  store.revoke("id:u", 9, 50);
  store.revoke("id:u", 7, 200);
  expect(store.revokedAt("id:u")).toBe(9);
  const later = memoryRevocations({ now: () => 150 });
  later.revoke("id:u", 5, 200);
  later.revoke("id:u", 6, 160);
  expect(later.revokedAt("id:u")).toBe(6);
});

it("takes keys that are called like something on a prototype", () => {
  const store = memoryRevocations({ now: () => 0 });
  expect(store.revokedAt("__proto__")).toBeUndefined();
  store.revoke("__proto__", 1, 2);
  expect(store.revokedAt("__proto__")).toBe(1);
});

it("does not grow with expired entries", () => {
  let now = 0;
  const store = memoryRevocations({ now: () => now });
  for (now = 0; now < 100_000; now++) store.revoke(`session:${now}`, now, now + 1000);
  // a thousand are alive at any time
  expect(store.size).toBeGreaterThanOrEqual(1000);
  expect(store.size).toBeLessThan(2500);
});

it("does not forget live entries while sweeping", () => {
  let now = 0;
  const store = memoryRevocations({ now: () => now });
  for (let n = 0; n < 1000; n++) store.revoke(`session:${n}`, n, n % 2 === 0 ? 10 : 1_000_000);
  now = 10;
  for (let n = 0; n < 2000; n++) store.revoke("id:other", n, 1_000_000);
  expect(store.size).toBe(501);
  for (let n = 1; n < 1000; n += 2) expect(store.revokedAt(`session:${n}`)).toBe(n);
});

it("is volatile, and can end sessions that are older than itself", () => {
  expect([memoryRevocations().volatile, memoryRevocations().endedUntil]).toEqual([true, -Infinity]);
  expect(memoryRevocations({ olderSessions: "end", now: () => 5000 }).endedUntil).toBe(4999);
});

it("is bounded: beyond it the oldest half goes, and with it every session of that age", () => {
  const store = memoryRevocations({ maxEntries: 10, now: () => 0 });
  for (let n = 1; n <= 11; n++) store.revoke(`session:${n}`, n * 100, 10_000);
  expect([store.size, store.endedUntil, store.revokedAt("session:6"), store.revokedAt("session:7")]).toEqual([5, 600, undefined, 700]);
  for (let n = 12; n <= 16; n++) store.revoke(`session:${n}`, n * 100, 10_000);
  expect(store.endedUntil).toBe(600);
});

it("is bounded by a million where nothing else was said", () => {
  const store = memoryRevocations({ now: () => 0 });
  /** Revokes one more while the table says that it then has so many: a million strings would cost the test 150 MB. */
  const revokeAt = (entries: number, at: number): void => {
    const size = vi.spyOn(Map.prototype, "size", "get").mockReturnValue(entries);
    store.revoke(`session:${at}`, at, 10_000);
    size.mockRestore();
  };
  for (const at of [100, 200, 300]) revokeAt(MAX_REVOCATIONS, at);
  expect([MAX_REVOCATIONS, store.endedUntil, store.size]).toEqual([1_000_000, -Infinity, 3]);
  revokeAt(MAX_REVOCATIONS + 1, 400);
  expect([store.endedUntil, store.size]).toEqual([200, 2]);
});
