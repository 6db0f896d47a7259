import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const cli = join(root, "dist/dev/cli.js");

const RIGHT = 'import { html } from "holdfast";\nexport const page = html`\n  <h1>Hello</h1>`;\n';
const WRONG = 'import { html } from "holdfast";\nexport const page = html`\n  <h1 clas="big">Hello</h1>`;\n';

/** An application in a folder of its own. */
function application(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "check-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "src/web"), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

function run(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "check", ...args], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("what it says", () => {
  test("nothing is wrong: 0, and what was read", () => {
    const { status, stdout, stderr } = run(application({ "src/web/page.ts": RIGHT, "src/web/page.test.ts": WRONG, "src/types.d.ts": "export {};" }));
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^holdfast check: 0 problems in 1 file \(1 template, \d+ ms\)\n$/);
  });

  test("something is wrong: 1, with the place, the excerpt and the fix", () => {
    const { status, stdout, stderr } = run(application({ "src/web/page.ts": WRONG }));
    expect([status, stderr]).toEqual([1, ""]);
    expect(stdout.split("\n").slice(0, -2)).toEqual([
      "src/web/page.ts:3:7: error attribute_unknown: <h1> has no attribute clas.",
      '  got:      <h1 clas="big">Hello</h1>',
      "  fix:      write class, or data-clas for an attribute of your own",
      "",
    ]);
  });

  test("a test that is named is read", () => {
    expect(run(application({ "src/web/page.test.ts": WRONG }), "src/web/page.test.ts").status).toBe(1);
  });

  test("is one line of JSON with --json", () => {
    const { status, stdout } = run(application({ "src/web/page.ts": WRONG }), "--json", "src");
    expect(status).toBe(1);
    expect(stdout.trim()).not.toContain("\n");
    expect(JSON.parse(stdout)).toEqual({
      problems: [{
        code: "attribute_unknown", file: "src/web/page.ts", line: 3, column: 7, what: "<h1> has no attribute clas.",
        got: '<h1 clas="big">Hello</h1>', fix: "write class, or data-clas for an attribute of your own",
      }],
      files: 1, templates: 1, ms: expect.any(Number) as number,
    });
  });

  test("VS Code's problem matcher of the documentation reads it", () => {
    const [, json] = /```json\n(.*?)```/s.exec(readFileSync(join(root, "docs/check.md"), "utf8"))!;
    const { problemMatcher } = (JSON.parse(json!) as { tasks: { problemMatcher: { pattern: { regexp: string }; background: { endsPattern: string } } }[] }).tasks[0]!;
    const lines = run(application({ "src/web/page.ts": WRONG })).stdout.split("\n");
    const matches = lines.map((line) => new RegExp(problemMatcher.pattern.regexp).exec(line)).filter((match) => match !== null);
    expect(matches.map((match) => match.slice(1))).toEqual([
      ["src/web/page.ts", "3", "7", "error", "attribute_unknown", "<h1> has no attribute clas."],
    ]);
    expect(lines.filter((line) => new RegExp(problemMatcher.background.endsPattern).test(line))).toHaveLength(1);
  });
});

test.each<[string, string[], RegExp]>([
  ["a folder that is not there", ["nowhere"], /There is no nowhere/],
  ["an option that is not there", ["--fast"], /There is no option --fast\.\n\nholdfast check \[path …\]/],
  ["a folder without sources", ["src"], /no TypeScript sources/],
])("misuse ends with 2: %s", (_name, args, text) => {
  const { status, stderr } = run(application({}), ...args);
  expect(status).toBe(2);
  expect(stderr).toMatch(text);
});

test("--help of the command and of the program describe it", () => {
  const help = run(root, "--help");
  expect([help.status, help.stdout.startsWith("holdfast check [path …] [--watch] [--json]")]).toEqual([0, true]);
  expect(spawnSync(process.execPath, [cli, "--help"], { encoding: "utf8" }).stdout).toContain(help.stdout.trim());
  expect(spawnSync(process.execPath, [cli, "serve"], { encoding: "utf8" })).toMatchObject({
    status: 2, stderr: expect.stringContaining('There is no command "serve"'), stdout: expect.stringContaining("holdfast check"),
  });
});

test("--watch checks again when a source changes, comes or goes", async () => {
  const folder = application({ "src/web/page.ts": RIGHT });
  const child = spawn(process.execPath, [cli, "check", "--watch"], { cwd: folder });
  onTestFinished(() => void child.kill("SIGKILL"));
  const reports = new Reports(child);
  await reports.until(/0 problems in 1 file /);
  writeFileSync(join(folder, "src/web/page.ts"), WRONG);
  expect(await reports.until(/1 problem in/)).toContain("src/web/page.ts:3:7: error attribute_unknown");
  writeFileSync(join(folder, "src/web/page.ts"), RIGHT);
  await reports.until(/0 problems in 1 file /);
  writeFileSync(join(folder, "src/web/more.ts"), WRONG);
  expect(await reports.until(/1 problem in 1 of 2 files/)).toContain("src/web/more.ts:3:7: error attribute_unknown");
  rmSync(join(folder, "src/web/more.ts"));
  await reports.until(/0 problems in 1 file /);
});

test("the blog is checked in a second on a quiet machine", () => {
  const started = performance.now();
  const { status, stdout } = run(root, "examples/blog/src");
  const ms = Math.round(performance.now() - started);
  console.log(`${stdout.trim()}; ${ms} ms with the start of Node`);
  expect(status).toBe(0);
  expect(ms).toBeLessThan(30_000);
});

/** What a watching process says, report by report. */
class Reports {
  #text = "";
  #heard: () => void = () => undefined;

  constructor(child: ChildProcessWithoutNullStreams) {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#text += text;
      this.#heard();
    });
  }

  /** Waits for what fits, and takes it with all before it. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match !== null) {
        const taken = this.#text.slice(0, match.index + match[0].length);
        this.#text = this.#text.slice(taken.length);
        return taken;
      }
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }
}
