import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { looksRandom } from "./secret-strength.js";

it.each([
  "x".repeat(32), "x".repeat(1000), "ab".repeat(16), "0123456789".repeat(4), "secret".repeat(6), "password".repeat(4) + "1", "abc123".repeat(50),
  " ".repeat(40), "1".repeat(31) + "2", "0".repeat(16) + "1".repeat(16), "changeme-changeme-changeme-changeme", "😀".repeat(32), "aaaabbbbccccddddaaaabbbbccccdddd",
])("a secret that repeats itself is weak: %s", (secret) => {
  expect(looksRandom(secret)).toBe(false);
});

it("no generated secret is weak: hex, base64url and UUIDs of 10,000 seeds", () => {
  for (let seed = 0; seed < 10_000; seed++) {
    const bytes = createHash("sha256").update(String(seed)).digest();
    const hex = bytes.toString("hex");
    for (const secret of [hex, hex.slice(0, 32), bytes.toString("base64url"), bytes.toString("base64url").slice(0, 32), hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5")]) {
      if (!looksRandom(secret)) expect.fail(secret);
    }
  }
});

it("a sentence passes: what is well known cannot be seen", () => {
  expect(looksRandom("a secret of the tests, and of no one else")).toBe(true);
});
