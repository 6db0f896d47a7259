import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const CLI = fileURLToPath(new URL("../dist/dev/cli.js", import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

function holdfast(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("the command holdfast", () => {
  it.each(["--version", "-v"])("prints its version alone for %s", (option) => {
    expect(holdfast(option)).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it.each([["--help"], [], ["dev", "--help"]])("prints what it can do for %j", (...args) => {
    const { status, stdout } = holdfast(...args);
    expect(status).toBe(0);
    for (const command of ["holdfast dev [main]", "holdfast check [path", "holdfast --version"]) expect(stdout).toContain(command);
  });

  it.each([
    [["deploy"], 'There is no command "deploy".'],
    [["--verison"], 'There is no option "--verison".'],
    [["dev", "src/main.ts", "--port"], 'There is no option "--port".'],
    [["dev", "a.ts", "b.ts"], "holdfast dev takes one main module, not 2: a.ts, b.ts"],
  ])("refuses %j, says why, and shows what would be right", (args, why) => {
    const { status, stdout, stderr } = holdfast(...args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `${why}\n\n` });
    expect(stdout).toContain("holdfast dev [main]");
  });
});
