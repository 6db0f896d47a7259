// Checks that somebody imports what each file of src/ exports. Only the front doors, which package.json names, export for others.
// Usage: node scripts/check-exports.mjs [root of the tree]
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { exportsOf, importsOf } from "./tokens.mjs";

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
/** Where importers are. */
const FOLDERS = ["src", "test", "bench", "examples", "scripts", "prove"];

const named = (path) => relative(root, path).split(sep).join("/");
const files = FOLDERS.map((folder) => join(root, folder)).filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((path) => join(folder, path)))
  .filter((path) => /\.m?[jt]sx?$/.test(path) && !/\.d\.m?ts$/.test(path))
  .filter((path) => !named(path).split("/").some((part) => part === "node_modules" || part === "dist"));
const known = new Set(files);

/** The source that a specifier means: TypeScript writes `.js` where `.ts` is, and tests import what was built from it. */
function sourceOf(path, specifier) {
  if (!specifier?.startsWith(".")) return undefined;
  const target = resolve(dirname(path), specifier);
  const source = join(root, named(target).replace(/^dist\//, "src/"));
  return [source, source.replace(/\.js$/, ".ts"), source.replace(/\.js$/, ".tsx")].find((each) => known.has(each));
}

/** The files that package.json exports to applications. */
function frontDoors() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const built = Object.values(exports).flatMap((entry) => [entry.node, entry.development, entry.default])
    .filter((path) => path?.endsWith(".js"));
  return new Set(built.map((path) => sourceOf(join(root, "package.json"), path)));
}

/** `const { one } = await import(at(join(dist, "room/file.js")).href)`: scripts find the built file first. */
const COMPUTED = /\{([^{}]*)\} = await import\([^"'`][^;]*?"([^"]+\.js)"/g;
function computedImports(text) {
  return [...text.matchAll(COMPUTED)].map(([, names, path]) => ({
    path: join(root, "dist", path),
    names: names.split(",").map((name) => name.split(":")[0].trim()),
  }));
}

/** By file: the imported names; "*" for all. */
const imported = new Map(files.map((path) => [path, new Set()]));
for (const path of files) {
  const text = readFileSync(path, "utf8");
  for (const { specifier, names } of importsOf(text)) {
    const source = sourceOf(path, specifier);
    if (source !== undefined) for (const name of names) imported.get(source).add(name);
  }
  for (const { path: built, names } of computedImports(text)) {
    const source = sourceOf(path, `./${relative(dirname(path), built)}`);
    if (source !== undefined) for (const name of names) imported.get(source).add(name);
  }
}

const doors = frontDoors();
const checked = files.filter((path) => named(path).startsWith("src/") && !/\.test\.tsx?$/.test(path) && !doors.has(path));
const unused = [];
let count = 0;
for (const path of checked) {
  const names = imported.get(path);
  for (const { name, line } of exportsOf(readFileSync(path, "utf8"))) {
    count++;
    if (!names.has(name) && !names.has("*")) unused.push(`${named(path)}:${line}: nobody imports ${name}: do not export it`);
  }
}
for (const line of unused) console.error(line);
console.log(`exports: ${checked.length} files, ${count} names, ${unused.length} unused`);
// A check that saw nothing has checked nothing.
if (unused.length > 0 || count === 0) process.exitCode = 1;
