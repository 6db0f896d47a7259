import { describe, expect, it } from "vitest";
import { defaultLimits } from "./limits.js";
import { memoryRevocations } from "./memory-revocations.js";
import type { RevocationStore } from "./revocation.js";
import { Keyring } from "./seal.js";
import { newSession, openSession, renewSession, sealSession, sessionRevoked, textFrameLimit } from "./session.js";

const keyring = new Keyring("a secret of more than thirty-two characters");
const NOW = 1_700_000_000_000;
const DAY = 86_400_000;
const LOGGED_IN = { values: { userId: 7 }, liveSocketId: "users_socket:7" };

describe("newSession and renewSession", () => {
  it("makes ids that cannot be guessed", () => {
    const ids = new Set(Array.from({ length: 1000 }, () => newSession(defaultLimits).id));
    expect(ids.size).toBe(1000);
    for (const id of ids) expect(Buffer.from(id, "base64url").length).toBeGreaterThanOrEqual(16);
  });

  it("lives fourteen days", () => {
    expect(newSession(defaultLimits, NOW)).toEqual(
      { id: expect.any(String), issuedAt: NOW, expiresAt: NOW + 14 * DAY, values: {} },
    );
  });

  it("renewed, has another id, a new end, and nothing of the old one", () => {
    const old = renewSession(newSession(defaultLimits, NOW), { values: { cart: 1 }, liveSocketId: "a" }, defaultLimits, NOW);
    const next = renewSession(old, { values: { userId: 7 } }, defaultLimits, NOW + DAY);
    expect(next).toEqual(
      { id: expect.any(String), issuedAt: NOW + DAY, expiresAt: NOW + 15 * DAY, values: { userId: 7 } },
    );
    expect(next.id).not.toBe(old.id);
  });

  it("renewed by a clock that is behind, it is not older than the previous one", () => {
    expect(renewSession(newSession(defaultLimits, NOW), { values: {} }, defaultLimits, NOW - 5000).issuedAt).toBe(NOW);
  });

  it("cannot be changed, nor through the object that it was made from", () => {
    const values: Record<string, unknown> = { userId: 7 };
    const session = renewSession(newSession(defaultLimits), { values }, defaultLimits);
    values["userId"] = 8;
    expect(session.values).toEqual({ userId: 7 });
    expect(() => Object.assign(session.values, { userId: 8 })).toThrow(TypeError);
  });
});

describe("sealSession and openSession", () => {
  const session = renewSession(newSession(defaultLimits, NOW), LOGGED_IN, defaultLimits, NOW);

  it("gives back the session", () => {
    expect(openSession(keyring, sealSession(keyring, session, NOW), NOW)).toEqual(session);
    const empty = newSession(defaultLimits);
    expect(openSession(keyring, sealSession(keyring, empty))).toEqual(empty);
    const endless = newSession({ sessionMaxAgeMs: Infinity }, NOW);
    expect(openSession(keyring, sealSession(keyring, endless, NOW), NOW)).toEqual(endless);
  });

  it("knows whether it is logged in", () => {
    const loggedIn = renewSession(session, { ...LOGGED_IN, loggedIn: true }, defaultLimits, NOW);
    expect([session.loggedIn, loggedIn.loggedIn]).toEqual([undefined, true]);
    expect(openSession(keyring, sealSession(keyring, loggedIn, NOW), NOW)).toEqual(loggedIn);
    expect(renewSession(loggedIn, { values: {} }, defaultLimits, NOW).loggedIn).toBeUndefined();
    const transient = renewSession(session, { ...LOGGED_IN, loggedIn: true, transient: true }, defaultLimits, NOW);
    expect(openSession(keyring, sealSession(keyring, transient, NOW), NOW)).toEqual({ ...transient, transient: true });
    expect([textFrameLimit(undefined, defaultLimits), textFrameLimit(session, defaultLimits), textFrameLimit(loggedIn, defaultLimits)])
      .toEqual([65_536, 65_536, 1_048_576]);
  });

  it("ends when it was meant to end, however often it is sealed again", () => {
    let cookie = sealSession(keyring, session, NOW);
    for (let day = 1; day < 14; day++) {
      cookie = sealSession(keyring, openSession(keyring, cookie, NOW + day * DAY)!, NOW + day * DAY);
    }
    expect(openSession(keyring, cookie, NOW + 14 * DAY - 1)).toEqual(session);
    expect(openSession(keyring, cookie, NOW + 14 * DAY)).toBeUndefined();
    expect(openSession(keyring, sealSession(keyring, session, NOW + 15 * DAY), NOW + 15 * DAY)).toBeUndefined();
  });

  it("ends after idleness, if asked", () => {
    const cookie = sealSession(keyring, session, NOW + 1000);
    const idle = { ...defaultLimits, sessionIdleMs: 500 };
    expect(openSession(keyring, cookie, NOW + 1000 + 499, idle)).toEqual({ ...session, seenAt: NOW + 1000 });
    expect(openSession(keyring, cookie, NOW + 1000 + 500, idle)).toBeUndefined();
    expect(openSession(keyring, cookie, NOW + 1000 + 500)).toEqual(session);
  });

  it("is not opened when tampered with, or sealed for something else", () => {
    const cookie = sealSession(keyring, session, NOW);
    for (let at = 0; at < cookie.length; at++) {
      const changed = cookie.slice(0, at) + (cookie[at] === "A" ? "B" : "A") + cookie.slice(at + 1);
      expect(openSession(keyring, changed, NOW)).toBeUndefined();
    }
    const content = [session.id, NOW, session.expiresAt, null, {}];
    expect(openSession(keyring, keyring.seal("page", content, { ttlMs: DAY, now: NOW }), NOW)).toBeUndefined();
  });

  it.each<[unknown]>([
    [null], ["x"], [{}], [[]], [["id"]], [["id", NOW, NOW + DAY, null, {}, false]], [["id", NOW, NOW + DAY, null, {}, "x"]], [[1, NOW, NOW + DAY, null, {}]], [["", NOW, NOW + DAY, null, {}]],
    [["id", "1", NOW + DAY, null, {}]], [["id", NOW, null, null, {}]], [["id", NOW, NOW, null, {}]],
    [["id", NOW, NOW + DAY, 7, {}]], [["id", NOW, NOW + DAY, null, null]], [["id", NOW, NOW + DAY, null, []]],
    [["id", NOW, NOW + DAY, null, "x"]], [["id", NOW, NOW + DAY]],
  ])("is not opened when its content is %j", (content) => {
    const cookie = keyring.seal("session", content, { ttlMs: DAY, now: NOW });
    expect(keyring.open("session", cookie, { now: NOW })).toBeDefined();
    expect(openSession(keyring, cookie, NOW)).toBeUndefined();
  });

  it.each([undefined, null, "", "x", 1, {}, []].map((cookie) => [cookie]))("there is none in %j", (cookie) => {
    expect(openSession(keyring, cookie)).toBeUndefined();
  });

  it("does not let a value become a prototype", () => {
    const values = JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    const opened = openSession(keyring, sealSession(keyring, renewSession(session, { values }, defaultLimits)))!;
    expect(opened.values["admin"]).toBeUndefined();
    expect("admin" in {}).toBe(false);
  });

  it("says when it is too large to be sealed at all", () => {
    const large = renewSession(session, { values: { text: "x".repeat(10_000) } }, defaultLimits);
    expect(() => sealSession(keyring, large)).toThrow(expect.objectContaining({ code: "session_too_large" }));
  });
});

describe("sessionRevoked", () => {
  const session = renewSession(newSession(defaultLimits, NOW), LOGGED_IN, defaultLimits, NOW);
  const store = (...revoked: [string, number][]): RevocationStore => {
    const memory = memoryRevocations({ now: () => NOW });
    for (const [key, at] of revoked) memory.revoke(key, at, NOW + DAY);
    return memory;
  };
  const slow = (inner: RevocationStore): RevocationStore => ({
    revoke: (key, at, until) => inner.revoke(key, at, until),
    revokedAt: async (key) => inner.revokedAt(key),
  });

  it.each<[string, RevocationStore, boolean]>([
    ["nothing", store(), false],
    ["itself", store([`session:${session.id}`, NOW - 1]), true],
    ["another session", store(["session:other", NOW + 1]), false],
    ["its live socket id, before it began", store(["id:users_socket:7", NOW - 1]), false],
    ["its live socket id, as it began", store(["id:users_socket:7", NOW]), true],
    ["its live socket id, later", store(["id:users_socket:7", NOW + 1]), true],
    ["another live socket id", store(["id:users_socket:77", NOW + 1]), false],
    ["a session called like its live socket id", store(["session:users_socket:7", NOW + 1]), false],
  ])("%s was revoked", async (_what, revocations, revoked) => {
    expect(sessionRevoked(revocations, session)).toBe(revoked);
    expect(await sessionRevoked(slow(revocations), session)).toBe(revoked);
  });

  it("asks nothing about a live socket id that there is not", () => {
    const asked: string[] = [];
    const anonymous = newSession(defaultLimits, NOW);
    void sessionRevoked({ revoke: () => {}, revokedAt: (key) => void asked.push(key) }, anonymous);
    expect(asked).toEqual([`session:${anonymous.id}`]);
  });

  it.each([[NOW - 1, false], [NOW, true], [NOW + 1, true]])("everything was revoked until %i: %s", (endedUntil, revoked) => {
    expect(sessionRevoked({ ...store(), endedUntil }, session)).toBe(revoked);
  });

  it("fails if the store fails", async () => {
    const broken: RevocationStore = { revoke: () => {}, revokedAt: () => Promise.reject(new Error("down")) };
    await expect(sessionRevoked(broken, session)).rejects.toThrow("down");
  });
});
