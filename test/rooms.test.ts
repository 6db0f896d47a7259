import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../scripts/check-rooms.mjs", import.meta.url));
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rooms-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A small table with each kind of entry. */
const TABLE = {
  rooms: [
    { room: "errors", packages: [] },
    { room: "html", packages: [] },
    { room: "js", packages: [] },
    { room: "protocol", packages: [] },
    { room: "live", packages: ["node:*", "!node:crypto", "hono"] },
    { room: "client", rooms: ["js", "protocol"], packages: [] },
  ],
};

function check(files: Record<string, string>, table: object = TABLE) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, "rooms.json"), JSON.stringify(table));
  const args = [script, folder, join(folder, "rooms.json")];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return { status, stdout: stdout.trim(), violations: stderr.trim().split("\n").filter(Boolean) };
}

it("passes what imports upwards, and counts it", () => {
  const result = check({
    "index.ts": `export * from "./errors/index.js";\nexport { html } from "./html/index.js";`,
    "errors/index.ts": `export const code = 1;`,
    "html/index.ts": `import { code } from "../errors/index.js";\nimport type { A } from "./a.js";\nexport const html = code;`,
    "html/a.ts": `export type A = import("../errors/index.js").B;`,
  });
  expect(result).toEqual({ status: 0, stdout: "rooms: 4 files, 5 imports (2 of types only), 0 circles, 0 violations", violations: [] });
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
  expect(check({ "html/good.ts": text })).toMatchObject({ status: 0, stdout: "rooms: 1 files, 0 imports (0 of types only), 0 circles, 0 violations" });
});

it.each([
  ["html/a.ts", "import 'node:crypto';", "html may not use node:crypto (scripts/rooms.json)"],
  ["live/a.ts", "import 'node:crypto';", "live may not use node:crypto (scripts/rooms.json)"],
  ["live/a.ts", "import 'ws/lib/x.js';", "live may not use ws (scripts/rooms.json)"],
  ["live/a.ts", "import 'holdfast/testing';", "nobody inside imports the package by its name"],
  ["live/a.ts", "import '../index.js';", "nobody imports the front door"],
  ["live/a.ts", "import '../../test/x.js';", "an import leads out of the source folder"],
  ["live/a.ts", "await import(name);", "an import with a computed name cannot be checked"],
  ["client/a.ts", "import '../live/index.js';", "client may import only js, protocol, not live"],
  ["index.ts", "import 'hono';", "the front door imports rooms only, not hono"],
  ["utils/a.ts", "", "this file is in no room (scripts/rooms.json)"],
])("refuses %s with %j", (path, text, rule) => {
  const { status, violations } = check({ [path]: text });
  expect(status).toBe(1);
  expect(violations).toEqual([`${path}:1: ${rule}`]);
});

describe("rooms in rooms", () => {
  const room = (name: string, ...packages: readonly string[]) => ({ room: name, packages });
  // The table's order counts, not the folders': what is nested may stand above what it is nested in.
  const table = { rooms: [room("html"), room("live/socket", "hono"), room("live/features/streams"), room("live")] };

  it("a file belongs to the longest name that its path begins with", () => {
    expect(check({
      "live/process.ts": `import "./features/streams/stream.js";\nimport "./socket/socket.js";`,
      "live/features/streams/stream.ts": `import "../../socket/socket.js";`,
      "live/socket/socket.ts": `import "hono";\nimport "../../html/html.js";`,
      "live/features/shared.ts": `import "../process.js";`,
      "html/html.ts": "",
    }, table)).toMatchObject({ status: 0, violations: [] });
  });

  it.each([
    ["live/socket/a.ts", "import '../process.js';", "live/socket may not import live, which stands below it"],
    ["live/socket/a.ts", "import type { A } from '../features/streams/b.js';", "live/socket may not import live/features/streams, which stands below it"],
    ["live/features/streams/a.ts", "import '../other/b.js';", "live/features/streams may not import live, which stands below it"],
    ["live/features/streams/a.ts", "import 'hono';", "live/features/streams may not use hono (scripts/rooms.json)"],
    ["live/a.ts", "import '../channel/b.js';", "channel is no room (scripts/rooms.json)"],
    ["live-view/a.ts", "", "this file is in no room (scripts/rooms.json)"],
  ])("refuses %s with %j", (path, text, rule) => {
    expect(check({ [path]: text }, table)).toMatchObject({ status: 1, violations: [`${path}:1: ${rule}`] });
  });
});

describe("circles", () => {
  const rooms = [{ room: "html", packages: [] }];
  const typesOnly = {
    "html/a.ts": "\nimport type { B } from './b.js';",
    "html/b.ts": "export type { C } from './c.js';",
    "html/c.ts": "type A = import('./a.js').A;",
    "html/d.ts": "import './a.js';",
  };

  it("finds one of values", () => {
    const { status, violations } = check({ "html/a.ts": "import { b } from './b.js';", "html/b.ts": "export * from './a.js';" }, { rooms });
    expect(status).toBe(1);
    expect(violations).toEqual(["html/a.ts:1: a circle of values: html/a.ts → html/b.ts → html/a.ts"]);
  });

  it("finds one of types alone", () => {
    const { status, stdout, violations } = check(typesOnly, { rooms });
    expect(status).toBe(1);
    expect(violations).toEqual(["html/a.ts:2: a circle of types: html/a.ts → html/b.ts → html/c.ts → html/a.ts"]);
    expect(stdout).toBe("rooms: 4 files, 4 imports (3 of types only), 1 circles, 1 violations");
  });

  it("finds one through a value and a type, and a file that imports itself", () => {
    expect(check({
      "html/a.ts": "import './b.js';", "html/b.ts": "import type { A } from './a.js';", "html/c.ts": "import './c.js';",
    }, { rooms }).violations).toEqual([
      "html/c.ts:1: a circle of values: html/c.ts → html/c.ts",
      "html/a.ts:1: a circle of types: html/a.ts → html/b.ts → html/a.ts",
    ]);
  });

  it("tells how large a knot is of which it shows one circle", () => {
    const { violations } = check({
      "html/a.ts": "import type { B } from './b.js';",
      "html/b.ts": "import type { A } from './a.js';\nimport type { C } from './c.js';",
      "html/c.ts": "import type { B } from './b.js';",
    }, { rooms });
    expect(violations).toEqual(["html/a.ts:1: a circle of types: html/a.ts → html/b.ts → html/a.ts (a knot of 3 files)"]);
  });

  it("passes a knot of types that is allowed, and says so", () => {
    const { status, stdout, violations } = check(typesOnly, { rooms, knots: [["html/a.ts", "html/b.ts", "html/c.ts"]] });
    expect({ status, violations }).toEqual({ status: 0, violations: [] });
    expect(stdout).toContain("allowed: a knot of types in html/a.ts, html/b.ts, html/c.ts\n");
  });

  it("refuses a knot that grew, one of values, and one that was untied but is still on the list", () => {
    expect(check(typesOnly, { rooms, knots: [["html/a.ts", "html/b.ts"]] }).violations).toHaveLength(1);
    const ofValues = { "html/a.ts": "import './b.js';", "html/b.ts": "import './a.js';" };
    expect(check(ofValues, { rooms, knots: [["html/a.ts", "html/b.ts"]] }).violations[0]).toContain("a circle of values");
    expect(check({ ...typesOnly, "html/b.ts": "" , "html/a.ts": "" }, { rooms, knots: [["html/a.ts"]] }).violations).toEqual([
      `html/a.ts:1: this file is in no knot any more: take it off "knots" (scripts/rooms.json)`,
    ]);
  });
});

it("does not pass when there is nothing to check", () => {
  expect(check({ "html/a.test.ts": "import '../live/index.js';" }).status).toBe(1);
});
