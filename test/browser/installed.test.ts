// What a reader of the README does: the package as npm packs it in an empty folder, the first program, a request; and what the browser
// then loads. Of the package's dependencies only those that it declares are there.
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { watch } from "./support/browser.js";
import { launch } from "./support/chromium.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
let folder = "";
let reader: ChildProcess | undefined;
let url = "";
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reader-"));
  const run = (command: string, ...args: string[]): string => execFileSync(command, args, { cwd: ROOT, encoding: "utf8" });
  const [{ filename }] = JSON.parse(run("npm", "pack", "--ignore-scripts", "--json", "--pack-destination", folder)) as [{ filename: string }];
  const installed = join(folder, "node_modules/holdfast");
  mkdirSync(installed, { recursive: true });
  run("tar", "-xzf", join(folder, filename), "-C", installed, "--strip-components=1");
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  }
  run(process.execPath, "scripts/bundle-client.mjs", join(installed, "dist"));

  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const [, program] = /npx tsx (\S+)$/m.exec(readme)!;
  expect(readme).toMatch(new RegExp(`Save this\\s+as \`${program}\`:`));
  // What `npm init` writes.
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }');
  writeFileSync(join(folder, program!), /```ts\n([\s\S]*?)```/.exec(readme)![1]!);
  reader = spawn(process.execPath, [join(ROOT, "node_modules/tsx/dist/cli.mjs"), program!], {
    cwd: folder, env: { PATH: process.env["PATH"], PORT: "0" }, stdio: ["ignore", "pipe", "inherit"],
  });
  [url] = (await once(createInterface({ input: reader.stdout! }), "line")) as [string];
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  if (reader !== undefined && reader.exitCode === null) {
    reader.kill();
    await once(reader, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

test("the first program answers curl", () => {
  expect(execFileSync("curl", ["--silent", "--fail", url], { encoding: "utf8" })).toContain("Clicked 0 times, by everybody</button>");
});

test("the tutorial's application compiles with the options that tsc --init writes", () => {
  const desk = join(folder, "desk");
  for (const step of readdirSync(join(ROOT, "examples/desk")).sort()) cpSync(join(ROOT, "examples/desk", step, "src"), join(desk, "src"), { recursive: true });
  writeFileSync(join(desk, "package.json"), '{ "type": "module" }');
  // What the tutorial and its last step install beside Holdfast.
  for (const name of ["@libsql/client", "@types/node", "redis", "vitest", "zod"]) {
    const installed = join(folder, "node_modules", name);
    mkdirSync(dirname(installed), { recursive: true });
    if (!existsSync(installed)) symlinkSync(join(ROOT, "node_modules", name), installed);
  }
  const tsc = (...args: string[]): { status: number | null; stdout: string } =>
    spawnSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...args], { cwd: desk, encoding: "utf8" });
  expect(tsc("--init").status).toBe(0);
  for (const option of ["declaration", "exactOptionalPropertyTypes", "noUncheckedIndexedAccess", "verbatimModuleSyntax", "strict"]) {
    expect(readFileSync(join(desk, "tsconfig.json"), "utf8")).toContain(`"${option}": true`);
  }
  // Its comments ask for these: a program for Node has Node's types, and one that is built has its folders.
  const { status, stdout } = tsc("--project", ".", "--types", "node", "--rootDir", "src", "--outDir", "dist");
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  expect(readdirSync(join(desk, "dist"))).toContain("board.d.ts");
}, 120_000);

// 49,900 bytes, and 200 for streams and nested views in portals and for fields that follow their view.
test("the first load of the client is at most 50.2 KB with brotli, in two requests", async () => {
  const sizes = new Map<string, number>();
  const load = async (path: string): Promise<void> => {
    if (sizes.has(path)) return;
    sizes.set(path, 0);
    const response = await fetch(url + path, { headers: { "accept-encoding": "br" } });
    sizes.set(path, Number(response.headers.get("content-length")));
    for (const [, imported] of (await response.text()).matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)) await load(new URL(imported!, url + path).pathname);
  };
  await load(/<script type="module" src="([^"]+)"/.exec(await (await fetch(url)).text())![1]!);
  expect(sizes.size).toBe(2);
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(30_000);
  expect(bytes).toBeLessThanOrEqual(50_200);
});

test("the bundle is the client: the page joins, a click counts, and a module of hooks finds the same client", async () => {
  const { page, complaints } = await watch(await browser.newContext());
  await page.goto(url);
  await page.waitForSelector(".phx-connected");
  await page.click("button");
  await page.waitForFunction(() => document.querySelector("button")?.textContent === "Clicked 1 times, by everybody");
  const start = await page.evaluate(() => document.querySelector<HTMLScriptElement>("script[type=module]")!.src);
  // As text: the compiler of this test would put its own functions in the place of import().
  const shared = await page.evaluate(`Promise.all(["client/index.js", "phoenix_live_view.js"].map((path) => import(new URL(path, "${start}"))))
    .then(([ours, theirs]) => [typeof ours.connect, typeof ours.viewHook, window.liveSocket instanceof theirs.LiveSocket])`);
  expect(shared).toEqual(["function", "function", true]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("the bundle says whose code is in it", () => {
  const bundle = join(folder, "node_modules/holdfast/dist/client-bundle");
  expect(readFileSync(join(bundle, "LICENSES.md"), "utf8")).toMatch(/phoenix\n[^]*MIT License[^]*phoenix_live_view\n[^]*MIT License/i);
  expect(readdirSync(bundle)).toContain("client.js.br");
});
