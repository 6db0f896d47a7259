import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>;
}

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Manifest;
const subpaths = Object.entries(manifest.exports).filter(([subpath]) => subpath !== "./package.json" && !subpath.endsWith(".css"));
/** Subpaths whose room has another name: `components` are those that the root exports. */
const rooms: Readonly<Record<string, string>> = { "/components": "/component-kit" };

/** The runtimes that have an adapter: each is a folder of the room `adapters`. */
const adapters = readdirSync(new URL("src/adapters/", root), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

// A room `name` that is a subpath is `./name`, and what it serves is what the build wrote for that room.
describe.each(subpaths)("the subpath %s", (subpath, target) => {
  const room = subpath.slice(1);

  it("leads to the built code and types of its room, types first", () => {
    const folder = adapters.includes(room.slice(1)) ? `/adapters${room}` : (rooms[room] ?? room);
    expect(target).toEqual({ types: `./dist${folder}/index.d.ts`, default: `./dist${folder}/index.js` });
    expect(Object.keys(target)).toEqual(["types", "default"]);
    for (const file of Object.values(target)) expect(existsSync(new URL(file, root)), file).toBe(true);
  });

  it("imports by its name, with named exports only", async () => {
    const names = Object.keys((await import(/* @vite-ignore */ `holdfast${room}`)) as object);
    expect(names).not.toEqual([]);
    expect(names).not.toContain("default");
  });
});

it("stylesheets are in the package", () => {
  const styles = Object.entries(manifest.exports).filter(([subpath]) => subpath.endsWith(".css"));
  expect(styles).toEqual([["./components.css", "./styles/components.css"]]);
  expect(readFileSync(new URL("styles/components.css", root), "utf8")).toContain("--hf-accent");
});

it("nothing outside the exports map can be imported", () => {
  const { resolve } = createRequire(import.meta.url);
  expect(resolve("holdfast")).toBe(fileURLToPath(new URL("dist/index.js", root)));
  expect(() => resolve("holdfast/dist/errors/index.js")).toThrow(
    expect.objectContaining({ code: "ERR_PACKAGE_PATH_NOT_EXPORTED" }),
  );
});

it("the README names the versions of TypeScript that are tested", () => {
  const own = (JSON.parse(readFileSync(new URL("node_modules/typescript/package.json", root), "utf8")) as { version: string }).version;
  const versions = [...readdirSync(new URL("test/typescript/", root)).filter((name) => /^\d/.test(name)).sort(), own.split(".").slice(0, 2).join(".")];
  const [oldest] = versions;
  const sentence = `TypeScript ${oldest} or later, if you use it: ${versions.slice(0, -1).join(", ")} and ${versions.at(-1)} are tested.`;
  expect(readFileSync(new URL("README.md", root), "utf8")).toContain(sentence);
});
