import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { codeBlocks, shownCode, withCode } from "../../scripts/docs-code.mjs";

const folder = new URL("../../docs/guides/", import.meta.url);
const guides = readdirSync(folder).filter((name) => name.endsWith(".md"));
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");
const root = fileURLToPath(new URL("../../", import.meta.url));
const manifest = manifestOf(root);

function manifestOf(path: string) {
  return JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Record<"devDependencies" | "dependencies" | "peerDependencies" | "scripts", object>;
}

/** How much somebody reads in ten minutes who reads code as well: 200 words of prose a minute, and 80 lines of code. */
const minutes = (markdown: string): number => {
  const code = codeBlocks(markdown).reduce((lines, block) => lines + block.code.split("\n").length - 1, 0);
  const words = markdown.replace(/^<!--.*-->$|^```[\s\S]*?^```$/gm, "").split(/\s+/).length;
  return words / 200 + code / 80;
};

describe.each(guides)("docs/guides/%s", (name) => {
  const markdown = read(name);

  test("names a file for each block but commands", () => {
    expect(codeBlocks(markdown).filter(({ language, file }) => file === undefined && language !== "sh")).toEqual([]);
  });

  test("installs packages that the project is tested with", () => {
    const commands = codeBlocks(markdown).filter(({ language }) => language === "sh").flatMap(({ code }) => code.split("\n"));
    const packages = commands.flatMap((line) => /^npm install (.*?)(?:\s+#.*)?$/.exec(line)?.[1]!.split(/\s+/).filter((word) => !word.startsWith("-")) ?? []);
    const known = Object.keys({ holdfast: "", ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies });
    expect(packages.filter((each) => !known.includes(each))).toEqual([]);
  });

  test("is read in ten minutes", () => {
    expect(minutes(markdown)).toBeLessThanOrEqual(10);
  });
});

const pages = ["README.md", ...readdirSync(new URL("../", folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];
/** Languages of blocks that are no program: commands, output, settings. */
const NO_PROGRAM = ["sh", "text", "json", "css", ""];

describe.each(pages)("%s", (name) => {
  const markdown = readFileSync(join(root, name), "utf8");

  test("shows code as its files have it, which the compiler checks", () => {
    expect(withCode(markdown)).toBe(markdown);
    expect(codeBlocks(markdown).filter(({ language, file }) => file === undefined && !NO_PROGRAM.includes(language))).toEqual([]);
    expect(markdown.match(/^```/gm)?.length ?? 0).toBe(2 * codeBlocks(markdown).length);
  });
});

const scripts = Object.keys({ ...manifest.scripts, ...manifestOf(join(root, "examples/desk/1-board")).scripts });
const usage = execFileSync(process.execPath, [join(root, "dist/dev/cli.js"), "--help"], { encoding: "utf8" });
const sources = ["src", "examples", "test/docs/programs"].flatMap((path) => readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
  .filter((file) => !file.includes("node_modules") && !file.includes("dist/") && file.endsWith(".ts")).map((file) => readFileSync(join(root, path, file), "utf8"))).join("\n");

test.each([...pages, "CONTRIBUTING.md", "llms.txt"])("%s names scripts, commands and variables that are there", (name) => {
  const markdown = readFileSync(join(root, name), "utf8");
  const blocks = codeBlocks(markdown).filter(({ language }) => language === "sh").map(({ code }) => code);
  const commands = [...blocks, ...Array.from(markdown.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`]+)`/g), ([, code]) => code!)].join("\n");
  const all = (pattern: RegExp): string[] => Array.from(commands.matchAll(pattern), ([, found]) => found!);
  const files = all(/\b(?:node )(scripts\/\S+\.mjs)/g);
  const flags = Array.from(commands.matchAll(/\bholdfast (?:dev|check)\b([^\n#&|`]*)/g), ([, rest = ""]) => rest.split(" ").filter((word) => word.startsWith("-"))).flat();
  expect({
    scripts: all(/\bnpm (?:run |(?=test\b|start\b))([\w:-]+)/g).filter((script) => !scripts.includes(script)),
    files: files.filter((file) => !existsSync(join(root, file))),
    commands: all(/\bnpx holdfast ([\w-]+)/g).filter((command) => !usage.includes(`holdfast ${command} `)),
    flags: flags.filter((flag) => !usage.includes(flag)),
    // Node's own begin with NODE_.
    variables: all(/(?<![\w.])([A-Z][A-Z\d]*(?:_[A-Z\d]+)+)\b/g).filter((variable) => !variable.startsWith("NODE_") && !sources.includes(variable)),
  }).toEqual({ scripts: [], files: [], commands: [], flags: [], variables: [] });
});

test("the tutorial shows every file of its steps", () => {
  const root = fileURLToPath(new URL("../../examples/desk/", import.meta.url));
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath.slice(root.length)}/${entry.name}`);
  const shown = codeBlocks(read("tutorial.md")).map(({ file }) => file?.replace("examples/desk/", ""));
  expect(files.filter((file) => !shown.includes(file)).sort()).toEqual([]);
});

test("the tutorial's changes to the board, made to the board of the step before, are the board of the next", () => {
  const [before, after] = ["1-board", "2-people"].map((step) => `examples/desk/${step}/src/board.ts`) as [string, string];
  const rest = shownCode(before).slice(shownCode(before).indexOf("  render:"));
  const changed = `// src/board.ts\n${shownCode(after, "imports")}\n${shownCode(after, "view")}${rest}`;
  expect(changed).toBe(shownCode(after));
});

test.each(["examples/first-page/src", "examples/better-auth/src", "test/docs/programs"])("holdfast check finds nothing wrong in %s", (path) => {
  const cli = fileURLToPath(new URL("../../dist/dev/cli.js", import.meta.url));
  const said = execFileSync(process.execPath, [cli, "check", path], { cwd: fileURLToPath(new URL("../../", import.meta.url)), encoding: "utf8" });
  expect(said).toMatch(/^holdfast check: 0 problems/);
});

test("a region is shown without the indentation that its lines share, a file without its markers", () => {
  expect(shownCode("test/docs/security-guide.ts", "live-session")).toMatch(/^live: \[/);
  expect(shownCode("test/docs/security-guide.ts")).not.toContain("#region");
  expect(() => shownCode("test/docs/security-guide.ts", "nowhere")).toThrow("has no region nowhere");
});

test("a region shown with its imports begins with the names of packages that it uses", () => {
  const shown = codeBlocks(withCode("<!-- file=test/docs/programs/events.ts#stored imports -->\n```ts\n```"))[0]!.code;
  expect(shown).toBe(`import { readFile } from "node:fs/promises";\nimport { join } from "node:path";\nimport type { Hono } from "hono";\n\n${shownCode("test/docs/programs/events.ts", "stored")}`);
});
