import { expect, test } from "vitest";
import { describeAssigns } from "./describe-assigns.js";

test("secrets are masked by their names, however deep, and the rest is shown", () => {
  const text = describeAssigns({
    count: 2, user: { name: "Ada", passwordHash: "argon2id$…", keys: [{ apiKey: "sk-1", label: "CI" }] }, csrfToken: "abc", at: new Date(0),
  });
  expect(text).toContain("name: 'Ada'");
  expect(text).toContain("label: 'CI'");
  expect(text).toContain("count: 2");
  expect(text).toContain("1970-01-01");
  for (const secret of ["argon2id", "sk-1", "abc"]) expect(text).not.toContain(secret);
});

test("an instance shows its class only, and a circle ends", () => {
  class Connection { readonly url = "postgres://ada:hunter2@db"; }
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const text = describeAssigns({ db: new Connection(), circle });
  expect(text).toContain("[Connection]");
  expect(text).not.toContain("hunter2");
});
