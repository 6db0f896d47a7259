import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { HoldfastError } from "../errors/index.js";
import { Keyring, MAX_TOKEN_LENGTH, type Purpose } from "./seal.js";

const SECRET = "a secret of more than thirty-two characters";
const OTHER = "another secret, also more than thirty-two characters";
const PURPOSES: Purpose[] = ["session", "page", "static", "child", "flash", "upload", "reload"];
const NOW = 1_700_000_000_000;
const keyring = new Keyring(SECRET);

function code(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return error instanceof HoldfastError ? error.code : String(error);
  }
  return undefined;
}

describe("Keyring", () => {
  it.each([
    [[]], [""], ["x".repeat(31)], [[SECRET, "short"]], [["short", SECRET]], [undefined as unknown as string],
    [[undefined] as unknown as string[]],
    ["x".repeat(32)], [[SECRET, "secret".repeat(9)]],
  ])("refuses a weak secret: %j", (secrets) => {
    expect(code(() => new Keyring(secrets))).toBe("secret_weak");
  });

  it("takes 32 characters", () => {
    expect(code(() => new Keyring("0f8fad5bd9cb469fa16570867728950e"))).toBeUndefined();
  });

  it("does not show its secret in an error, when printed, or as JSON", () => {
    const weak = "tooshortbutsecret";
    expect(() => new Keyring(weak)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(weak) }));
    const printed = inspect(keyring, { depth: 9, showHidden: true }) + JSON.stringify(keyring);
    expect(printed).not.toContain(SECRET);
  });
});

describe("seal and open", () => {
  it.each([
    null, 0, "", "text", "\0 ünï😀 \ud800", true, [], [1, [2]], {}, { a: { b: null } }, "x".repeat(4000),
  ])("gives back %j", (value) => {
    for (const bind of [undefined, "", "lv:phx-1"]) {
      const token = keyring.seal("page", value, { ttlMs: 1000, now: NOW, ...(bind !== undefined && { bind }) });
      expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
      const opened = keyring.open("page", token, { now: NOW + 1, ...(bind !== undefined && { bind }) });
      expect(opened).toEqual({ value, issuedAt: NOW, expiresAt: NOW + 1000 });
    }
  });

  it("uses the clock when no time is given", () => {
    expect(keyring.open("flash", keyring.seal("flash", 1, { ttlMs: 60_000 }))?.value).toBe(1);
    expect(keyring.open("flash", keyring.seal("flash", 1, { ttlMs: 60_000, now: Date.now() - 60_001 }))).toBeUndefined();
  });

  it("shows nothing of the value, and never seals it the same way twice", () => {
    const tokens = new Set(Array.from({ length: 100 }, () => keyring.seal("page", "PLAINTEXT", { ttlMs: 1000 })));
    expect(tokens.size).toBe(100);
    for (const token of tokens) expect(Buffer.from(token, "base64url").toString("latin1")).not.toContain("PLAINTEXT");
  });

  it.each([
    ["just before its end", 999, true], ["at its end", 1000, false], ["after it", 1001, false],
    ["by a clock that is broken", NaN, false],
  ])("%s", (_when, passed, opens) => {
    const token = keyring.seal("page", 1, { ttlMs: 1000, now: NOW });
    expect(keyring.open("page", token, { now: NOW + passed }) !== undefined).toBe(opens);
  });

  it.each([0, -1, NaN, -Infinity])("does not open a token with a life of %s", (ttlMs) => {
    expect(keyring.open("page", keyring.seal("page", 1, { ttlMs, now: NOW }), { now: NOW })).toBeUndefined();
  });

  it("opens an endless token as long as the secret lives", () => {
    const token = keyring.seal("page", 1, { ttlMs: Infinity, now: NOW });
    expect(keyring.open("page", token, { now: NOW * 1000 })?.value).toBe(1);
  });

  it("opens for its own purpose only", () => {
    for (const sealed of PURPOSES) {
      const token = keyring.seal(sealed, 1, { ttlMs: 1000 });
      expect(PURPOSES.filter((purpose) => keyring.open(purpose, token) !== undefined)).toEqual([sealed]);
      expect(keyring.open("__proto__" as Purpose, token)).toBeUndefined();
    }
    expect(() => keyring.seal("nope" as Purpose, 1, { ttlMs: 1 })).toThrow(TypeError);
  });

  it("opens for its own bind only", () => {
    const binds = [undefined, "", "a", "A", "a\0", "\0a", "aa", "ä", "\ud800", "\ud801", "\ufffd", "a\0page"];
    for (const sealed of binds) {
      const token = keyring.seal("page", 1, { ttlMs: 1000, ...(sealed !== undefined && { bind: sealed }) });
      const opening = binds.filter((bind) =>
        keyring.open("page", token, { ...(bind !== undefined && { bind }) }) !== undefined);
      expect(opening).toEqual([sealed]);
    }
  });

  it("does not open when any bit of any byte is flipped", () => {
    const bytes = Buffer.from(keyring.seal("page", { user: 7 }, { ttlMs: 1000, bind: "b" }), "base64url");
    expect(keyring.open("page", bytes.toString("base64url"), { bind: "b" })).toBeDefined();
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1 << bit;
        expect(keyring.open("page", changed.toString("base64url"), { bind: "b" })).toBeUndefined();
      }
    }
  });

  it("does not open when shortened, lengthened or mixed from two", () => {
    const a = Buffer.from(keyring.seal("page", "aaaa", { ttlMs: 1000, now: NOW }), "base64url");
    const b = Buffer.from(keyring.seal("page", "bbbb", { ttlMs: 1000, now: NOW }), "base64url");
    expect(a.length).toBe(b.length);
    for (let cut = 0; cut < a.length; cut++) {
      expect(keyring.open("page", a.subarray(0, cut).toString("base64url"), { now: NOW })).toBeUndefined();
      if (cut <= 5) continue; // header only: the same in both
      const mixed = Buffer.concat([a.subarray(0, cut), b.subarray(cut)]);
      if (mixed.equals(a) || mixed.equals(b)) continue; // cut between two bytes that happen to be the same
      expect(keyring.open("page", mixed.toString("base64url"), { now: NOW })).toBeUndefined();
    }
    expect(keyring.open("page", Buffer.concat([a, Buffer.of(0)]).toString("base64url"), { now: NOW })).toBeUndefined();
  });

  it("has one spelling per token", () => {
    for (let length = 0; length < 6; length++) {
      const token = keyring.seal("page", "x".repeat(length), { ttlMs: 1000 });
      const spellings = [
        `${token}=`, `${token}==`, ` ${token}`, `${token}\n`, `${token.slice(0, 9)}!${token.slice(9)}`, `${token}A`,
        ...[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/"].map((c) => token.slice(0, -1) + c),
        token.replaceAll("-", "+").replaceAll("_", "/"),
      ].filter((spelling) => spelling !== token);
      for (const spelling of spellings) expect(keyring.open("page", spelling)).toBeUndefined();
      expect(keyring.open("page", token)).toBeDefined();
    }
  });

  it.each([
    undefined, null, 0, true, {}, [], "", ".", "AQ", "A".repeat(43), "A".repeat(44), "A".repeat(8192), "A".repeat(1e6),
    { toString: () => keyring.seal("page", 1, { ttlMs: 1000 }) }, [keyring.seal("page", 1, { ttlMs: 1000 })],
  ].map((token) => [token]))("does not open what is no token, and does not throw (%#)", (token) => {
    expect(keyring.open("page", token)).toBeUndefined();
  });

  it("survives random bytes after a valid header", () => {
    const header = Buffer.from(keyring.seal("page", 1, { ttlMs: 1000 }), "base64url").subarray(0, 5);
    let state = 1;
    for (let round = 0; round < 300; round++) {
      const rest = Buffer.from(Array.from({ length: round }, () => (state = (state * 48271) % 2147483647) & 255));
      expect(keyring.open("page", Buffer.concat([header, rest]).toString("base64url"))).toBeUndefined();
    }
  });

  it("refuses to seal what it would not open", () => {
    expect(code(() => keyring.seal("page", "x".repeat(MAX_TOKEN_LENGTH), { ttlMs: 1000 }))).toBe("token_too_large");
    const large = keyring.seal("page", "x".repeat(6070), { ttlMs: 1000 });
    expect(large.length).toBeGreaterThan(8000);
    expect(keyring.open("page", large)).toBeDefined();
  });
});

describe("rotation", () => {
  const old = new Keyring(SECRET);
  const both = new Keyring([OTHER, SECRET]);
  const fresh = new Keyring([OTHER]);
  const oldToken = old.seal("session", "old", { ttlMs: 60_000 });
  const newToken = both.seal("session", "new", { ttlMs: 60_000 });

  it.each([
    ["the old secret", "its own token", old, oldToken, "old"],
    ["the old secret", "a token of the new one", old, newToken, undefined],
    ["both", "an old token", both, oldToken, "old"],
    ["both", "a new token", both, newToken, "new"],
    ["the new secret", "an old token", fresh, oldToken, undefined],
    ["the new secret", "a new token", fresh, newToken, "new"],
  ])("%s and %s", (_who, _what, ring, token, value) => {
    expect(ring.open("session", token)?.value).toBe(value);
  });

  it("does not take a token under another secret's key id", () => {
    const forged = Buffer.from(oldToken, "base64url");
    Buffer.from(newToken, "base64url").copy(forged, 0, 0, 5);
    expect(both.open("session", forged.toString("base64url"))).toBeUndefined();
  });

  it("works across processes: the same secret makes the same keys", () => {
    expect(new Keyring(SECRET).open("session", oldToken)?.value).toBe("old");
  });
});
