import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { outcome } from "./support/prove.js";

const script = fileURLToPath(new URL("../scripts/prove.mjs", import.meta.url));
const prove = (...args: readonly string[]) => promisify(execFile)(process.execPath, [script, ...args]);

test("a proof that holds leaves its seed, its size and its figures", async () => {
  const { seconds, ...result } = await outcome({ rounds: 3 }, 7, ({ size, seed, figure }) => {
    figure("rounds", size.rounds);
    figure("seed", seed);
  });
  expect(result).toEqual({ seed: 7, size: { rounds: 3 }, figures: { rounds: 3, seed: 7 }, failed: undefined });
  expect(seconds).toBeGreaterThanOrEqual(0);
});

test("a proof that fails leaves why, and the figures it had by then", async () => {
  const cause = new Error("round 2: not the same");
  const result = await outcome({}, 7, async ({ figure }) => {
    figure("rounds", 2);
    throw cause;
  });
  expect(result).toMatchObject({ figures: { rounds: 2 }, failed: "round 2: not the same", cause });
});

test("npm run prove runs a proof by its id and appends what came of it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "prove-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const seed of ["11", "12"]) await prove("components", "--size", "small", "--seed", seed, "--results", folder);
  const lines = (await readFile(join(folder, "components.jsonl"), "utf8")).trimEnd().split("\n");
  const results = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(results).toMatchObject([{ proof: "components", seed: 11, size: { pages: 300 } }, { proof: "components", seed: 12 }]);
  for (const result of results) {
    expect(result).toHaveProperty("commit");
    expect(result).toHaveProperty("machine.node", process.version);
    expect(result).not.toHaveProperty("failed");
  }
});

test("the table has the last result of each proof, and says of a size without an end that it was all", async () => {
  const folder = await mkdtemp(join(tmpdir(), "prove-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const result = { size: { each: Infinity }, figures: { tried: 1875 }, seed: 7, seconds: 103.9, commit: "599c131b87bc71b4" };
  await writeFile(join(folder, "attack-interleavings.jsonl"), `${JSON.stringify(result)}\n`);
  const { stdout } = await prove("--table", "--results", folder);
  expect(stdout).toContain("| attack-interleavings | held | each all, tried 1,875 | 7 | 104 s | 599c131b87 |\n");
});

test("npm run prove lists the proofs, and refuses one that there is not", async () => {
  expect((await prove("--list")).stdout).toContain("keyed-lists  (test/keyed-rendered.test.ts)");
  await expect(prove("keyed")).rejects.toMatchObject({ code: 2, stderr: "no proof keyed; npm run prove -- --list\n" });
});
