import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
