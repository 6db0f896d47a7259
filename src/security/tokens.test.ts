import { describe, expect, it } from "vitest";
import { Keyring } from "./seal.js";
import { Tokens } from "./tokens.js";

const SECRET = "a secret of more than thirty-two characters";
const OTHER = "another secret, also more than thirty-two characters";
const NOW = 1_700_000_000_000;
const keyring = new Keyring(SECRET);
const tokens = new Tokens(keyring);

type Make = (purpose: string, data: unknown, options?: { ttlMs?: number; now?: number }) => string;
type Read = (purpose: string, token: unknown, check?: { maxAgeMs?: number; now?: number }) => unknown;
const ways = (of: Tokens): [string, Make, Read][] => [
  ["signed", (...args) => of.sign(...args), (...args) => of.verify(...args)],
  ["encrypted", (...args) => of.encrypt(...args), (...args) => of.decrypt(...args)],
];

describe.each(ways(tokens))("a %s token", (_way, make, read) => {
  it.each([null, 0, "", "ü😀\0", [1, [2]], { a: { b: null } }, false])("gives back %j", (data) => {
    expect(read("p", make("p", data))).toEqual(data);
  });

  it("can be used unescaped in a path or a query", () => {
    expect(make("p", { text: "??>>~~ü" })).toMatch(/^[\w.-]+$/);
  });

  it("is for its purpose only", () => {
    const purposes = ["", "a", "ab", "a\0", "A", "session", "page", "application", "\ud800", "1:a", "__proto__"];
    for (const purpose of purposes) {
      const token = make(purpose, 1);
      expect(purposes.filter((other) => read(other, token) !== undefined)).toEqual([purpose]);
    }
  });

  it("ends: after a day, after its own time, or earlier if that is asked", () => {
    const day = make("p", 1, { now: NOW });
    expect([read("p", day, { now: NOW + 86_399_999 }), read("p", day, { now: NOW + 86_400_000 })]).toEqual([1, undefined]);
    const minute = make("p", 1, { ttlMs: 60_000, now: NOW });
    expect([read("p", minute, { now: NOW + 59_999 }), read("p", minute, { now: NOW + 60_000 })]).toEqual([1, undefined]);
    const endless = make("p", 1, { ttlMs: Infinity, now: NOW });
    expect(read("p", endless, { now: NOW * 100 })).toBe(1);
    expect([read("p", endless, { maxAgeMs: 5, now: NOW + 5 }), read("p", endless, { maxAgeMs: 5, now: NOW + 6 })]).toEqual([1, undefined]);
    expect(read("p", day, { now: NaN })).toBeUndefined();
    for (const ttlMs of [0, -1, NaN]) expect(read("p", make("p", 1, { ttlMs, now: NOW }), { now: NOW })).toBeUndefined();
  });

  it("is worthless with one character changed, missing or added", () => {
    const token = make("p", { user: 7 });
    for (let at = 0; at < token.length; at++) {
      expect(read("p", token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1)), `at ${at}`).toBeUndefined();
      expect(read("p", token.slice(0, at))).toBeUndefined();
    }
    for (const spelling of [`${token}A`, `${token}=`, ` ${token}`, `${token}\n`, `${token}.`, `.${token}`]) expect(read("p", spelling)).toBeUndefined();
  });

  it.each([undefined, null, 7, {}, [], "", ".", "..", "e30.", "e30.AAAA", "A".repeat(9000)].map((token) => [token]))("is not %j", (token) => {
    expect(read("p", token)).toBeUndefined();
  });

  it.each([undefined, () => 1, Symbol("s"), 1n].map((data) => [data]))("is not made of %s, which JSON cannot carry", (data) => {
    expect(() => make("p", data)).toThrow(TypeError);
  });

  it("is refused when it is too long to be read again", () => {
    expect(() => make("p", "x".repeat(8192))).toThrow(expect.objectContaining({ code: "token_too_large" }));
  });

  it("survives a rotation of secrets, but not the end of its own secret", () => {
    const token = make("p", 1);
    const at = (secrets: string[]): unknown => ways(new Tokens(new Keyring(secrets))).find(([way]) => way === _way)![2]("p", token);
    expect([at([OTHER, SECRET]), at([SECRET]), at([OTHER])]).toEqual([1, 1, undefined]);
  });
});

describe("tokens", () => {
  it("a signed one can be read by everybody, an encrypted one by nobody", () => {
    const [body = ""] = tokens.sign("p", "PLAIN").split(".");
    expect(Buffer.from(body, "base64url").toString()).toContain("PLAIN");
    expect(Buffer.from(tokens.encrypt("p", "PLAIN"), "base64url").toString("latin1")).not.toContain("PLAIN");
  });

  it("a signed one does not decrypt, an encrypted one does not verify, and neither is one of Holdfast's own", () => {
    expect([tokens.decrypt("p", tokens.sign("p", 1)), tokens.verify("p", tokens.encrypt("p", 1))]).toEqual([undefined, undefined]);
    for (const purpose of ["session", "page", "flash"] as const) {
      expect(keyring.open(purpose, tokens.encrypt(purpose, 1))).toBeUndefined();
      expect(tokens.decrypt(purpose, keyring.seal(purpose, 1, { ttlMs: 1000 }))).toBeUndefined();
      expect(tokens.decrypt(purpose, keyring.seal(purpose, 1, { ttlMs: 1000, bind: purpose }))).toBeUndefined();
    }
  });
});
