// What the types cost an application that uses them: the compiler counts the types that it instantiates, and the count is the
// same on every machine. If a ceiling is reached, `tsc --generateTrace` on TypeScript 6 tells by which line.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

function instantiations(project: string, ...options: string[]): number {
  const compiler = [
    "node_modules/typescript/bin/tsc", "--extendedDiagnostics", "--noEmit", "--composite", "false", "--incremental", "false",
  ];
  const { stdout, status } = spawnSync(process.execPath, [...compiler, "-p", project, ...options], { cwd: root, encoding: "utf8" });
  expect(status, stdout).toBe(0);
  return Number(/^Instantiations:\s+(\d+)/m.exec(stdout)?.[1]);
}

test.each([
  // As it runs by default: several checkers beside each other, each of which instantiates what its files need.
  ["examples/blog", 200_000, []],
  // 88,100, and 1,700 for a message of one line about a pushed row that JSON would lose (`Sendable`), and 1,200 for the blog's page on which
  // an unconfirmed address is registered again; the rest are sentences about what no hole takes (`NoValue`) and payloads without a schema.
  ["examples/blog", 94_000, ["--singleThreaded"]],
  // It grows with the gallery: 238,000 before its last three pages, 253,400 with them; another 4 % since `define` knows its keys
  // (`Written`, `Spelt`), so that a misspelt one is one error. 700 of them are editors that show a payload's own type (`Inferred`), 50 its links, which are `link`.
  // 460 find an assign that a hook overwrites (`ViewState`).
  ["examples/gallery", 267_000, ["--singleThreaded"]],
])("%s instantiates at most %i types (%j)", (project, ceiling, options) => {
  const count = instantiations(project, ...options);
  expect(count).toBeGreaterThan(10_000);
  expect(count).toBeLessThanOrEqual(ceiling);
});
