import { expect, it } from "vitest";
import { CSRF_BYTES, DRAFT_KEY_LENGTH, secretsOf } from "./session-secrets.js";

it("gives each session its own secrets, of which a page's draft key says nothing about the other", () => {
  const { csrf, draftKey } = secretsOf("a session");
  expect([csrf.length, draftKey.length]).toEqual([CSRF_BYTES, DRAFT_KEY_LENGTH]);
  const other = secretsOf("another");
  expect([other.csrf === csrf, other.draftKey === draftKey]).toEqual([false, false]);
  // No byte of one is a byte of the other: 44 bytes and the beginning of a 45th, then 18.
  const bytes = Buffer.from(draftKey, "base64url").toString("latin1");
  expect([bytes.length, bytes.includes(csrf.slice(0, 4))]).toEqual([44, false]);
});

it("gives the same again, from the cache and without it", () => {
  const before = secretsOf("a session");
  for (let i = 0; i < 500; i++) secretsOf(`session ${i}`);
  expect(secretsOf("a session")).toEqual(before);
});
