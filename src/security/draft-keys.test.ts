import { expect, it } from "vitest";
import { DraftKeys } from "./draft-keys.js";

const A = "a secret that is long enough to be one, A";
const B = "a secret that is long enough to be one, B";

it("gives a user one key for all sessions, and other users other keys", () => {
  const keys = new DraftKeys(A);
  const first = keys.of({ id: "s1", liveSocketId: "users_socket:1" });
  expect(first).toMatch(/^[\w-]{20}[\w-]{43}$/);
  expect(keys.of({ id: "s2", liveSocketId: "users_socket:1" })).toBe(first);
  expect(keys.of({ id: "s1", liveSocketId: "users_socket:2" })).not.toBe(first);
});

it("gives an anonymous session its own key, which no liveSocketId can request, and which outlives the secret", () => {
  const keys = new DraftKeys(A);
  expect(keys.of({ id: "s1" })).toMatch(/^[\w-]{20}[\w-]{43}$/);
  expect(new DraftKeys([B, A]).of({ id: "s1" })).toBe(keys.of({ id: "s1" }));
  expect(keys.of({ id: "s1" })).not.toBe(keys.of({ id: "s2" }));
  expect(keys.of({ id: "s1" })).not.toBe(keys.of({ id: "x", liveSocketId: "s1" }));
  expect(keys.of({ id: "s1" })).not.toBe(keys.of({ id: "x", liveSocketId: "session:s1" }));
});

it("puts the newest secret's key first, and keeps those that still open", () => {
  const user = { id: "s", liveSocketId: "users_socket:1" };
  const before = new DraftKeys(A).of(user);
  const [now, old, ...others] = new DraftKeys([B, A]).of(user).split(" ");
  expect([old, others]).toEqual([before, []]);
  expect(now).not.toBe(before);
});
