import { expect, it } from "vitest";
import { csrfToken, verifyCsrf } from "./csrf.js";

it("verifies for its own session only", () => {
  const token = csrfToken("s1");
  expect(verifyCsrf(token, "s1")).toBe(true);
  expect(verifyCsrf(token, "s2")).toBe(false);
  expect(verifyCsrf(token, "")).toBe(false);
});

it("belongs to nobody without a session", () => {
  expect(verifyCsrf(csrfToken(""), "")).toBe(false);
});

it("is a different text each time, with no constant part", () => {
  const tokens = Array.from({ length: 64 }, () => csrfToken("s1"));
  expect(new Set(tokens).size).toBe(64);
  for (let at = 0; at < tokens[0]!.length; at++) expect(new Set(tokens.map((token) => token[at])).size, `at ${at}`).toBeGreaterThan(1);
});

it("does not hold the session's id", () => {
  const id = "abcdefghijklmnopqrstuvwx";
  const bytes = Buffer.from(csrfToken(id), "base64url");
  const unmasked = bytes.subarray(18).map((byte, i) => byte ^ bytes[i]!);
  expect(Buffer.from(unmasked).toString("base64url")).not.toContain(id.slice(0, 4));
});

it.each([undefined, null, "", "x", 1, {}, ["x"], "A".repeat(48), "A".repeat(49), `${"A".repeat(47)}!`].map((token) => [token]))(
  "refuses %j", (token) => {
    expect(verifyCsrf(token, "s1")).toBe(false);
  },
);

it("refuses a token with one changed character", () => {
  const token = csrfToken("s1");
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === "A" ? "B" : "A";
    expect(verifyCsrf(token.slice(0, at) + other + token.slice(at + 1), "s1"), `at ${at}`).toBe(false);
  }
});
