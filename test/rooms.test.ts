import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const script = fileURLToPath(new URL("../scripts/check-rooms.mjs", import.meta.url));
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rooms-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder], { cwd: folder, encoding: "utf8" });
  return { status, stdout: stdout.trim(), violations: stderr.trim().split("\n").filter(Boolean) };
}

it("passes what imports upwards, and counts it", () => {
  const result = check({
    "index.ts": `export * from "./errors/index.js";\nexport { html } from "./html/index.js";`,
    "errors/index.ts": `export const code = 1;`,
    "html/index.ts": `import { code } from "../errors/index.js";\nimport type { A } from "./a.js";\nexport const html = code;`,
    "html/a.ts": `export type A = import("../errors/index.js").B;`,
  });
  expect(result).toEqual({ status: 0, stdout: "rooms: 4 files, 5 imports, 0 violations", violations: [] });
});

it.each([
  ["import { a } from '../live/index.js';"],
  ["import\n  type { A }\nfrom '../live/index.js';"],
  ["import '../live/index.js';"],
  ["export * from '../live/index.js';"],
  ["export * as live from '../live/index.js';"],
  ["export type { A } from '../live/index.js';"],
  ["const live = await import('../live/index.js');"],
  ["type A = typeof import('../live/index.js');"],
  ["const t = `${await import('../live/index.js')}`;"],
  ["const r = /[/*`'\"]/; import { a } from '../live/index.js';"],
])("finds a downward import in %j", (text) => {
  const { status, violations } = check({ "html/bad.ts": `\n${text}` });
  expect(status).toBe(1);
  expect(violations).toEqual(["html/bad.ts:2: html may not import live, which stands below it"]);
});

it.each([
  ["// import { a } from '../live/index.js';"],
  ["/** @example\n * import { a } from '../live/index.js';\n */"],
  ["const text = \"import { a } from '../live/index.js'\";"],
  ["const text = `import { a } from '../live/index.js'`;"],
  ["export { a }; const from = 'live';"],
  ["const url = import.meta.url;"],
  ["loader.import(name);"],
])("takes no import out of %j", (text) => {
  expect(check({ "html/good.ts": text })).toMatchObject({ status: 0, stdout: "rooms: 1 files, 0 imports, 0 violations" });
});

it.each([
  ["html/a.ts", "import 'node:crypto';", "html may not use node:crypto (scripts/rooms.json)"],
  ["live/a.ts", "import 'node:crypto';", "live may not use node:crypto (scripts/rooms.json)"],
  ["live/a.ts", "import 'ws/lib/x.js';", "live may not use ws (scripts/rooms.json)"],
  ["live/a.ts", "import 'holdfast/testing';", "nobody inside imports the package by its name"],
  ["live/a.ts", "import '../index.js';", "nobody imports the front door"],
  ["live/a.ts", "import '../../test/x.js';", "an import leads out of the source folder"],
  ["live/a.ts", "await import(name);", "an import with a computed name cannot be checked"],
  ["client/a.ts", "import '../live/index.js';", "client may import only js, hooks, protocol, not live"],
  ["index.ts", "import 'hono';", "the front door imports rooms only, not hono"],
  ["utils/a.ts", "", "this file is in no room (scripts/rooms.json)"],
])("refuses %s with %j", (path, text, rule) => {
  const { status, violations } = check({ [path]: text });
  expect(status).toBe(1);
  expect(violations).toEqual([`${path}:1: ${rule}`]);
});

it("does not pass when there is nothing to check", () => {
  expect(check({ "html/a.test.ts": "import '../live/index.js';" }).status).toBe(1);
});
