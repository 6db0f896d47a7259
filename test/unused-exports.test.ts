import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const script = fileURLToPath(new URL("../scripts/check-exports.mjs", import.meta.url));
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exports-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(files: Record<string, string>) {
  const all = { "package.json": `{ "exports": { ".": { "default": "./dist/index.js" }, "./package.json": "./package.json" } }`, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  return { status, stdout: stdout.trim(), unused: stderr.trim().split("\n").filter(Boolean) };
}

it("a front door may export what nobody imports; another file may not", () => {
  expect(check({
    "src/index.ts": `export { a, type A as B } from "./a.js";`,
    "src/a.ts": `export const a = 1;\nexport interface A {}\nexport async function b() {}\nexport type { C } from "./c.js";`,
    "src/c.ts": `export class C {}`,
  })).toEqual({
    status: 1, stdout: "exports: 2 files, 5 names, 2 unused",
    unused: ["src/a.ts:3: nobody imports b: do not export it", "src/a.ts:4: nobody imports C: do not export it"],
  });
});

it.each([
  ["a value", `import { one } from "./a.js";`],
  ["a value under another name", `import { two, one as own } from "./a.js";`],
  ["a type", `import { type one } from "./a.js";`],
  ["types only", `import type { one } from "./a.js";`],
  ["everything", `import * as all from "./a.js";`],
  ["a module at run time", `const { one } = await import("./a.js");`],
  ["a built module whose folder is computed", `const { one } = await import(at(join(dist, "a.js")).href);`],
  ["the type of a module", `type A = import("./a.js").one;`],
  ["what a room passes on", `export { one as other } from "./a.js";`],
  ["all that a room passes on", `export * from "./a.js";`],
])("an import of %s counts", (_what, text) => {
  expect(check({ "src/a.ts": "export const one = 1;", "src/index.ts": text })).toMatchObject({ status: 0, unused: [] });
});

it.each([
  ["a comment", `// import { one } from "./a.js";`],
  ["a string", "const text = 'import { one } from \"./a.js\";';"],
  ["another file's name", `import { one } from "./b.js";`],
  ["a declaration of the same name", `const one = 2;`],
])("%s does not count as an import", (_what, text) => {
  expect(check({ "src/a.ts": "export const one = 1;", "src/b.ts": "", "src/index.ts": text }))
    .toMatchObject({ status: 1, unused: ["src/a.ts:1: nobody imports one: do not export it"] });
});

it("tests and what they import from the build count as importers", () => {
  expect(check({
    "src/a.ts": "export const a = 1;", "src/b.ts": "export const b = 1;", "src/b.test.ts": `import { b } from "./b.js";`,
    "test/a.test.ts": `import { a } from "../dist/a.js";`,
  })).toMatchObject({ status: 0, unused: [] });
});

it("does not pass a tree in which it found no export", () => {
  expect(check({ "src/index.ts": "export const a = 1;" })).toEqual({ status: 1, stdout: "exports: 0 files, 0 names, 0 unused", unused: [] });
});
