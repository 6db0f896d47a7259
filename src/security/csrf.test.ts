import { expect, it } from "vitest";
import { csrfToken, verifyCsrf } from "./csrf.js";
import { Keyring } from "./seal.js";

const keyring = new Keyring("a secret of more than thirty-two characters");
const DAY = 86_400_000;

it("verifies for its own session only", () => {
  const token = csrfToken(keyring, "s1");
  expect(verifyCsrf(keyring, token, "s1")).toBe(true);
  expect(verifyCsrf(keyring, token, "s2")).toBe(false);
  expect(verifyCsrf(keyring, token, "")).toBe(false);
  expect(verifyCsrf(new Keyring("a different secret, but long enough too"), token, "s1")).toBe(false);
});

it("belongs to nobody without a session", () => {
  expect(verifyCsrf(keyring, csrfToken(keyring, ""), "")).toBe(false);
});

it("lives as long as a session by default", () => {
  const token = csrfToken(keyring, "s1", undefined, 0);
  expect(verifyCsrf(keyring, token, "s1", 14 * DAY - 1)).toBe(true);
  expect(verifyCsrf(keyring, token, "s1", 14 * DAY)).toBe(false);
  expect(verifyCsrf(keyring, csrfToken(keyring, "s1", 10, 0), "s1", 10)).toBe(false);
});

it("is another text each time", () => {
  expect(csrfToken(keyring, "s1")).not.toBe(csrfToken(keyring, "s1"));
});

it.each([undefined, null, "", "x", 1, {}, ["x"]].map((token) => [token]))("refuses %j", (token) => {
  expect(verifyCsrf(keyring, token, "s1")).toBe(false);
});

it("does not take a token of another purpose", () => {
  expect(verifyCsrf(keyring, keyring.seal("page", null, { ttlMs: DAY, bind: "s1" }), "s1")).toBe(false);
});
