import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

test("the lint knows types: it finds promises that nobody awaits or that are taken for a boolean, and cases left out", () => {
  const folder = mkdtempSync(join(tmpdir(), "lint-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { strict: true, target: "ES2023" } }));
  writeFileSync(join(folder, "wrong.ts"), [
    `async function later(): Promise<boolean> { return true; }`,
    `export function now(kind: "a" | "b"): number {`,
    `  later();`,
    `  switch (kind) { case "a": return 1; }`,
    `  return later() ? 2 : 3;`,
    `}`,
  ].join("\n"));
  const args = ["--type-aware", "--deny-warnings", "--format=unix", "-c", join(root, ".oxlintrc.json"), "wrong.ts"];
  // oxlint looks for tsgolint in the folder that it checks and in PATH, to which only npm and npx add this one.
  const bin = join(root, "node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}` };
  const { status, stdout } = spawnSync(join(bin, "oxlint"), args, { cwd: folder, encoding: "utf8", env });
  expect(status).toBe(1);
  const found = [...stdout.matchAll(/^wrong\.ts:(\d+):.*\[Error\/(?:typescript\()?([\w/-]+)/gm)].map(([, line, rule]) => `${line} ${rule}`);
  expect(found.toSorted()).toEqual(["3 no-floating-promises", "4 switch-exhaustiveness-check", "5 no-misused-promises"]);
});

test("lines have a length, in styles too; a sentence that is all of its line, and a test, may be longer", () => {
  const folder = mkdtempSync(join(tmpdir(), "lines-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const long = "x".repeat(140);
  const files = {
    "src/room/code.ts": `const a = 1;\nconst ${long} = 1;`,
    "src/room/template.ts": `const page = () => html\`<p>${long}</p>\`;`,
    "src/room/sentence.ts": `const texts = {\n  "event refused":\n    "${long}",\n  fix: "${long} " +\n};`,
    "src/room/two.ts": `f("${long}", "${long}");`,
    "src/room/fits.ts": "y".repeat(140),
    "src/room/code.test.ts": `const ${long} = 1;`,
    "styles/kit.css": `.${long} { color: red; }`,
    "examples/app/dist/built.js": `const ${long} = 1;`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/check-lines.mjs"), folder], { encoding: "utf8" });
  expect(stderr.trim().split("\n").map((line) => line.split(" ")[0]).toSorted()).toEqual([
    "src/room/code.ts:2:", "src/room/template.ts:1:", "src/room/two.ts:1:", "styles/kit.css:1:",
  ]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "lines: 6 files, 4 too long\n" });
});
