// Checks that the rooms of src/ import in one direction only, types included, and only the packages they may.
// The table is rooms.json. Usage: node scripts/check-rooms.mjs [source folder]
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { importsOf } from "./tokens.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { rooms } = JSON.parse(readFileSync(join(here, "rooms.json"), "utf8"));
const source = resolve(process.argv[2] ?? join(here, "../src"));
const order = rooms.map(({ room }) => room);
const table = new Map(rooms.map((entry) => [entry.room, entry]));

const isFrontDoor = (path) => /^index\.[jt]s$/.test(path);

/** "@scope/name/sub" → "@scope/name"; builtins keep their whole name. */
function packageOf(specifier) {
  if (specifier.startsWith("node:")) return specifier;
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function mayUse(entry, name) {
  if (entry.packages.includes(`!${name}`)) return false;
  return entry.packages.includes(name) || (name.startsWith("node:") && entry.packages.includes("node:*"));
}

/** The rule that an import breaks, or undefined. `path` is the importing file, relative to the source folder. */
function brokenRule(path, specifier) {
  if (specifier === undefined) return "an import with a computed name cannot be checked";
  const front = isFrontDoor(path);
  const room = path.split(sep)[0];
  const entry = table.get(room);

  if (!specifier.startsWith(".")) {
    const name = packageOf(specifier);
    if (name === "holdfast") return "nobody inside imports the package by its name";
    if (front) return `the front door imports rooms only, not ${name}`;
    if (!mayUse(entry, name)) return `${room} may not use ${name} (scripts/rooms.json)`;
    return undefined;
  }
  const target = relative(source, resolve(source, dirname(path), specifier));
  if (target.startsWith("..")) return "an import leads out of the source folder";
  if (isFrontDoor(target)) return "nobody imports the front door";
  const other = target.split(sep)[0];
  if (!table.has(other)) return `${other} is no room (scripts/rooms.json)`;
  if (front || other === room) return undefined;
  if (entry.rooms && !entry.rooms.includes(other)) return `${room} may import only ${entry.rooms.join(", ")}, not ${other}`;
  if (order.indexOf(other) > order.indexOf(room)) return `${room} may not import ${other}, which stands below it`;
  return undefined;
}

const files = readdirSync(source, { recursive: true })
  .filter((path) => /\.[cm]?tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
  .sort();
const violations = [];
let edges = 0;
for (const path of files) {
  const shown = relative(process.cwd(), join(source, path));
  if (!isFrontDoor(path) && !(path.includes(sep) && table.has(path.split(sep)[0]))) {
    violations.push(`${shown}:1: this file is in no room (scripts/rooms.json)`);
    continue;
  }
  for (const { specifier, line } of importsOf(readFileSync(join(source, path), "utf8"))) {
    edges++;
    const rule = brokenRule(path, specifier);
    if (rule) violations.push(`${shown}:${line}: ${rule}`);
  }
}

for (const violation of violations) console.error(violation);
console.log(`rooms: ${files.length} files, ${edges} imports, ${violations.length} violations`);
// A check that saw nothing has checked nothing.
if (violations.length > 0 || files.length === 0) process.exitCode = 1;
