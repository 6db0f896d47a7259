import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ERROR_CODES, HoldfastError } from "holdfast";

test("the documentation has each error code, with its line, and no other", async () => {
  const page = await readFile(new URL("../docs/errors.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, code, text]) => [code, text]);
  expect(Object.fromEntries(rows)).toEqual(ERROR_CODES);
});

test("an error says what happened, what was expected, what came instead, and how to fix it", () => {
  const cause = new Error("inside");
  const error = new HoldfastError("redirect_refused", { what: "It left.", expected: "a path", got: "a URL", fix: "stay" }, { cause });
  expect(error.message).toBe("It left. [redirect_refused]\n  expected: a path\n  got:      a URL\n  fix:      stay");
  expect([error.name, error.code, error.cause]).toEqual(["HoldfastError", "redirect_refused", cause]);
});
