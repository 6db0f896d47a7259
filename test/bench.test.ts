// The bench itself: that it runs, that the twin does what it is there for, and that no result is lost or flattered.
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { cleanCommit } from "../bench/src/commit.js";
import type { Turn } from "../bench/src/measure.js";
import type { SavedRun } from "../bench/src/results.js";
import { lastMeasured, verdicts } from "../bench/src/table.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const program = join(root, "bench/dist/main.js");
const run = promisify(execFile);

/** A folder that is gone when the test has finished. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const bench = (...args: readonly string[]) => run(process.execPath, [program, ...args, "--tiny", "--secs", "0.2"]);

// Whoever hangs is ended; two benches at once on a busy machine are only slow.
describe.concurrent("a tiny run", { timeout: 600_000 }, () => {
  test("measures each kind of scenario beside a twin that says as much", async () => {
    const file = join(tmpdir(), `bench-${process.pid}.json`);
    const names = ["counter", "joins", "get-rows", "upload", "feed-stream", "disconnect", "heap"];
    const { stdout } = await bench("--scenarios", names.join(","), "--json", file);
    const [saved] = JSON.parse(await readFile(file, "utf8")) as SavedRun[];
    await rm(file);
    expect(Object.keys(saved!.scenarios)).toEqual(names);
    for (const name of names.slice(0, -1)) {
      const { own, twin, floor } = saved!.scenarios[name]!.turns[0]!;
      for (const { cost, operations } of [own, twin, floor]) {
        expect(operations, name).toBeGreaterThan(0);
        expect(cost, name).toBeGreaterThan(0);
      }
      if (own.bytes === undefined) continue;
      // Refs and counts have more digits where more events were answered.
      for (const other of [twin, floor]) expect(Math.abs(other.bytes! - own.bytes), name).toBeLessThan(5);
    }
    expect(stdout).toContain("GET of 1,000 rows");
  });

  test.each(["growth", "honesty", "tracing"])("of %s prints a table", async (command) => {
    expect((await bench(command)).stdout).toMatch(/\n\| .+ \|\n\| --- \|/);
  });

  test("refuses a scenario that it does not know, and tells which there are", async () => {
    await expect(bench("--scenarios", "countre")).rejects.toThrow(/unknown scenario countre; one of counter /);
  });
});

test("a server and a twin end with the bench that started them, even one that was killed", { timeout: 60_000 }, async () => {
  const module = pathToFileURL(join(root, "bench/dist/processes.js")).href;
  const script = { pages: {}, replies: {}, broadcasts: { stream: "", assign: "" }, close: { code: 1001, reason: "" } };
  const starts = `import { startHoldfast, startTwin } from ${JSON.stringify(module)};
    await Promise.all([startHoldfast(), startTwin(process.execPath, ${JSON.stringify(script)}, true)]);
    console.log("ready");`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", starts], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  parent.stderr.on("data", (text: Buffer) => (said += text.toString()));
  // The servers write to the same stderr: it closes when the last of them has ended.
  const ended = once(parent, "close");
  await Promise.race([once(parent.stdout, "data"), ended.then(() => Promise.reject(new Error(said)))]);
  parent.kill("SIGKILL");
  expect(await ended).toEqual([null, "SIGKILL"]);
});

describe("a result", () => {
  test("is kept under the commit of a clean tree, and of no other", async () => {
    const folder = await temporaryFolder();
    const git = (...args: readonly string[]): string => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
    git("init", "-q");
    await writeFile(join(folder, "code"), "1");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "code");
    expect(cleanCommit(folder)).toBe(git("rev-parse", "HEAD"));
    await writeFile(join(folder, "more"), "");
    expect(() => cleanCommit(folder)).toThrow(/clean tree[^]*more/);
    git("clean", "-fdq");
    await writeFile(join(folder, "code"), "2");
    expect(() => cleanCommit(folder)).toThrow(/clean tree[^]*code/);
  });

  test("is never changed or dropped by a later commit", () => {
    const git = (...args: readonly string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
    const files = git("ls-files", "--", "bench/results/*.jsonl", "prove/results/*.jsonl").split("\n").filter(Boolean);
    for (const file of files) {
      const commits = git("log", "--first-parent", "--reverse", "--format=%H", "--", file).split("\n").filter(Boolean);
      const versions = commits.map((commit) => git("show", `${commit}:${file}`));
      for (const [i, text] of versions.entries()) {
        expect(text.startsWith(versions[i - 1] ?? ""), `${file} in commit ${commits[i]}`).toBe(true);
      }
    }
  });
});

describe("the table", () => {
  const turn = (own: number, others = 0): Turn =>
    ({ round: 0, others, own: { cost: own, operations: 1 }, twin: { cost: 10, operations: 1 }, floor: { cost: 20, operations: 1 } });
  const saved = (commit: string, node: string, ...turns: readonly Turn[]): SavedRun => ({
    when: "2026-11-26T12:00:00.000Z", commit, machine: { cpu: "CPU", cores: 2, node }, rounds: 1, seconds: 1,
    sizes: { html: {}, join: {}, reply: {} }, scenarios: { counter: { unit: "µs", turns } },
  });

  test("shows all runs of the commit that was measured last, the newest Node first", () => {
    const runs = [saved("a", "v24.1.0", turn(90)), saved("b", "v20.1.0", turn(12)), saved("b", "v24.1.0", turn(11)), saved("b", "v24.1.0", turn(13))];
    expect(lastMeasured(runs)).toEqual([[runs[2], runs[3]], [runs[1]]]);
  });

  test("has each run, the median, the worst turn, the floor, and in how many runs a goal was met", () => {
    const text = verdicts([saved("b", "v24.1.0", turn(11), turn(12), turn(12.5)), saved("b", "v24.1.0", turn(19), turn(14), turn(13))]);
    // Of six turns the median lies between the third and the fourth.
    expect(text).toContain("| counter, 200 connections | 1.20 | 1.40 | 1.28 | 1.90 | 0.64 | – | ≤ 1.3 | **met in 1 of 2** |");
    expect(text).toContain("The machine was quiet.");
  });

  test("says what the first seconds cost, of every run", () => {
    const run = (own: number): SavedRun => {
      const { scenarios, ...rest } = saved("b", "v24.1.0", turn(11));
      return { ...rest, scenarios: { counter: { ...scenarios["counter"]!, cold: [turn(own)] } } };
    };
    expect(verdicts([run(40), run(60)])).toContain("| 0.55 | 5.00 | ≤ 1.3 | met |");
  });

  test("says noisy when others used the machine", () => {
    const text = verdicts([saved("b", "v24.1.0", turn(11), turn(12, 0.7))]);
    expect(text).toContain("**Noisy**: in 1 of 2 measurements other processes used more than 0.2 cores, at most 0.7.");
  });
});
