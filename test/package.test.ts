import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { released } from "../scripts/changelog.mjs";

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>;
  dependencies: Record<string, string>;
}
interface Lock {
  packages: Record<string, { dependencies?: Record<string, string> }>;
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
    // Browsers import these, too: Node, or a bundler's development server, has the checks.
    const checked = subpath === "./hooks" ? { node: "./dist/hooks/checked.js" } : subpath === "./client" ? { development: "./dist/client/checked.js" } : {};
    expect(Object.entries(target)).toEqual(Object.entries({ types: `./dist${folder}/index.d.ts`, ...checked, default: `./dist${folder}/index.js` }));
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

describe("what npm puts into the package", () => {
  let files: string[] = [];
  beforeAll(() => {
    const packed = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], { cwd: fileURLToPath(root), encoding: "utf8" });
    files = (JSON.parse(packed) as [{ files: { path: string }[] }])[0].files.map(({ path }) => path);
  });
  const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

  it("is built code, its sources for maps, styles, docs and examples, and nothing else", () => {
    const folders = new Set(files.map((path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : path)));
    expect([...folders].sort()).toEqual([
      "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "bench", "dist", "docs", "examples", "llms.txt", "package.json", "src", "styles",
    ]);
    expect(files.filter((path) => /\.test\.|tsbuildinfo|\/node_modules\/|\/test\/|\.env|\.db$/.test(path))).toEqual([]);
  });

  it("has a map for every file of code and types, and the source that it leads to", () => {
    const built = files.filter((path) => path.startsWith("dist/") && /\.(?:js|d\.ts)$/.test(path) && !path.startsWith("dist/client-bundle/"));
    expect(built.length).toBeGreaterThan(500);
    for (const path of built) {
      expect(files, path).toContain(`${path}.map`);
      const { sources } = JSON.parse(read(`${path}.map`)) as { sources: string[] };
      for (const source of sources.map((each) => posix.join(posix.dirname(path), each))) {
        // A source that is gone has left its build behind; a release builds anew.
        if (existsSync(new URL(source, root))) expect(files, path).toContain(source);
      }
    }
  });

  it("has what its pages link to; only tests are in the repository alone", () => {
    const broken = files.filter((path) => path.endsWith(".md")).flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) => [page, posix.join(posix.dirname(page), link!)] as const))
      .filter(([, link]) => !/^(?:test\/|src\/.*\.test\.ts)/.test(link) && !files.some((file) => file === link || file.startsWith(`${link}/`)));
    expect(broken).toEqual([]);
  });

  it("brings seven packages with it, which need no others", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as Lock;
    const all = new Set<string>();
    const add = (names: Readonly<Record<string, string>>): void => {
      for (const name of Object.keys(names)) {
        if (all.has(name)) continue;
        all.add(name);
        add(packages[`node_modules/${name}`]?.dependencies ?? {});
      }
    };
    add(manifest.dependencies);
    expect([...all].sort()).toEqual(["@hono/node-server", "@standard-schema/spec", "devalue", "hono", "phoenix", "phoenix_live_view", "ws"]);
  });
});

it("CONTRIBUTING.md has every room, and a test that can be run for it", () => {
  const { rooms: table } = JSON.parse(readFileSync(new URL("scripts/rooms.json", root), "utf8")) as { rooms: { room: string }[] };
  const lines = readFileSync(new URL("CONTRIBUTING.md", root), "utf8").split("\n").filter((line) => line.startsWith("| `"));
  const named = lines.flatMap((line) => [...line.split("|")[1]!.matchAll(/`([^`]+)`/g)].map(([, room]) => room!));
  expect(named.sort()).toEqual([...new Set(table.map(({ room }) => room.split("/")[0]!))].sort());
  for (const line of lines) {
    const paths = /`npx vitest run ([^`]+)`/.exec(line)![1]!.split(" ");
    for (const path of paths) expect(existsSync(new URL(path, root)), path).toBe(true);
  }
});

it("a release dates the changelog, and refuses one without anything new", () => {
  const text = "# Changelog\n\n## [Unreleased]\n\n- One thing.\n\n## [1.0.0] - 2026-01-01\n\n- The first.\n";
  const dated = released(text, "1.1.0", new Date("2026-11-26T20:00:00Z"));
  expect(dated).toBe("# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-11-26\n\n- One thing.\n\n## [1.0.0] - 2026-01-01\n\n- The first.\n");
  expect(() => released(dated, "1.2.0", new Date(0))).toThrow('CHANGELOG.md has nothing under "Unreleased"');
});
