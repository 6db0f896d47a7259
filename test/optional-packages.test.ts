// redis, OpenTelemetry's API and Vite are optional peers: what somebody sees who has installed nothing but Holdfast.
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
let folder = "";

/** Runs a program in the folder; resolves with its exit code and what it wrote. */
async function run(...args: string[]): Promise<{ code: number; text: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "optional-"));
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: root, encoding: "utf8" });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const installed = join(folder, "node_modules/holdfast");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  writeFileSync(join(folder, "main.mjs"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["holdfast/redis", 'import { redis } from "holdfast/redis"; redis();', "npm install redis"],
  ["holdfast/otel", 'import { openTelemetry } from "holdfast/otel"; openTelemetry();', "npm install @opentelemetry/api @opentelemetry/sdk-trace-node"],
  [
    "holdfast/dev", 'import { startDevelopment } from "holdfast/dev"; await startDevelopment({ main: "main.mjs", restart() {} });',
    "npm install --save-dev vite",
  ],
])("%s without its package says what to install", async (subpath, program, install) => {
  writeFileSync(join(folder, "program.mjs"), program);
  const { code, text } = await run("program.mjs");
  expect(code).toBe(1);
  expect(text).toContain(`HoldfastError: ${subpath} `);
  expect(text).toContain("[package_missing]");
  expect(text).toMatch(new RegExp(`fix: +${install}\n`));
});

test.each([["redis", "holdfast/redis"], ["@opentelemetry/api", "holdfast/otel"]])("without %s a program in CommonJS is told the same by %s", async (_name, subpath) => {
  writeFileSync(join(folder, "program.cjs"), `try { require("${subpath}"); } catch ({ code }) { console.log(code); }`);
  expect((await run("program.cjs")).text).toContain("package_missing\n");
});

test("holdfast/vite and everything else can be imported without any of them", async () => {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: Record<string, unknown> };
  const needing = ["./redis", "./otel", "./client", "./hooks", "./bun", "./package.json"];
  const subpaths = Object.keys(exports).filter((each) => !needing.includes(each) && !each.endsWith(".css"));
  expect(subpaths).toContain("./vite");
  writeFileSync(join(folder, "program.mjs"), subpaths.map((each) => `await import("holdfast${each.slice(1)}");`).join("\n"));
  expect(await run("program.mjs")).toEqual({ code: 0, text: "" });
});

test.each([["dev", ["dev", "main.mjs"]], ["check", ["check", "main.mjs"]]])("npx holdfast %s without Vite says what to install", async (_name, args) => {
  const { code, text } = await run("node_modules/holdfast/dist/dev/cli.js", ...args);
  expect(code).not.toBe(0);
  expect(text).toContain("npm install --save-dev vite");
  expect(text).not.toContain("ERR_MODULE_NOT_FOUND");
});
