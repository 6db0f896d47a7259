// Checks that the rooms of src/ import in one direction only, that no files import each other in a circle, and that each room
// uses only the packages it may; all of it for types too.
// Usage: node scripts/check-rooms.mjs [source folder] [table, scripts/rooms.json by default]
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { circleIn, knotsOf } from "./circles.mjs";
import { importsOf } from "./tokens.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = resolve(process.argv[2] ?? join(here, "../src"));
const { rooms, knots: allowed = [] } = JSON.parse(readFileSync(process.argv[3] ?? join(here, "rooms.json"), "utf8"));
const order = rooms.map(({ room }) => room);
const table = new Map(rooms.map((entry) => [entry.room, entry]));

const isFrontDoor = (path) => /^index\.[jt]s$/.test(path);

/** The room of a file: the longest name that its path begins with. */
function roomOf(path) {
  let folder = dirname(path).split(sep).join("/");
  while (folder !== "." && !table.has(folder)) folder = dirname(folder);
  return folder === "." ? undefined : folder;
}

/** "@scope/name/sub" → "@scope/name"; builtins keep their whole name. */
function packageOf(specifier) {
  if (specifier.startsWith("node:")) return specifier;
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function mayUse(entry, name) {
  if (entry.packages.includes(`!${name}`)) return false;
  return entry.packages.includes(name) || (name.startsWith("node:") && entry.packages.includes("node:*"));
}

/** Where an import leads, relative to the source folder; undefined for a package. */
function targetOf(path, specifier) {
  return specifier?.startsWith(".") ? relative(source, resolve(source, dirname(path), specifier)) : undefined;
}

/** The rule that an import breaks, or undefined. `path` is the importing file, relative to the source folder. */
function brokenRule(path, specifier) {
  if (specifier === undefined) return "an import with a computed name cannot be checked";
  const front = isFrontDoor(path);
  const room = roomOf(path);
  const entry = table.get(room);

  const target = targetOf(path, specifier);
  if (target === undefined) {
    const name = packageOf(specifier);
    if (name === "holdfast") return "nobody inside imports the package by its name";
    if (front) return `the front door imports rooms only, not ${name}`;
    if (!mayUse(entry, name)) return `${room} may not use ${name} (scripts/rooms.json)`;
    return undefined;
  }
  if (target.startsWith("..")) return "an import leads out of the source folder";
  if (isFrontDoor(target)) return "nobody imports the front door";
  const other = roomOf(target);
  if (other === undefined) return `${target.split(sep)[0]} is no room (scripts/rooms.json)`;
  if (front || other === room) return undefined;
  if (entry.rooms && !entry.rooms.includes(other)) return `${room} may import only ${entry.rooms.join(", ")}, not ${other}`;
  if (order.indexOf(other) > order.indexOf(room)) return `${room} may not import ${other}, which stands below it`;
  return undefined;
}

/** The source that an import means: TypeScript writes `.js` where `.ts` is. */
function fileOf(files, target) {
  return [target, target.replace(/\.([cm]?)js$/, ".$1ts"), target.replace(/\.js$/, ".tsx")].find((each) => files.has(each));
}

const files = readdirSync(source, { recursive: true })
  .filter((path) => /\.[cm]?tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
  .sort();
const known = new Set(files);
const shown = (path) => relative(process.cwd(), join(source, path));
const violations = [];
const violate = (path, line, rule) => violations.push(`${shown(path)}:${line}: ${rule}`);
/** By importing and imported file: the line of the import. */
const all = new Map(files.map((path) => [path, new Map()]));
const values = new Map(files.map((path) => [path, new Map()]));
let edges = 0;
let typeEdges = 0;
for (const path of files) {
  if (!isFrontDoor(path) && roomOf(path) === undefined) {
    violate(path, 1, "this file is in no room (scripts/rooms.json)");
    continue;
  }
  for (const { specifier, line, types } of importsOf(readFileSync(join(source, path), "utf8"))) {
    edges++;
    if (types) typeEdges++;
    const rule = brokenRule(path, specifier);
    if (rule) violate(path, line, rule);
    const target = fileOf(known, targetOf(path, specifier) ?? "");
    if (target === undefined) continue;
    for (const graph of types ? [all] : [all, values]) if (!graph.get(path).has(target)) graph.get(path).set(target, line);
  }
}

const named = (path) => path.split(sep).join("/");
/** Says a knot at the import that its shortest circle begins with. */
function violateCircle(graph, knot, kind) {
  const circle = circleIn(graph, knot);
  const more = knot.length > circle.length - 1 ? ` (a knot of ${knot.length} files)` : "";
  violate(circle[0], graph.get(circle[0]).get(circle[1]), `a circle of ${kind}: ${circle.map(named).join(" → ")}${more}`);
}

const circles = knotsOf(all);
const ofValues = knotsOf(values);
const ofTypes = circles.filter((knot) => !ofValues.some(([path]) => knot.includes(path)));
// A circle of values can keep a program from starting, so the table cannot allow one.
for (const knot of ofValues) violateCircle(values, knot, "values");
for (const knot of ofTypes) {
  if (!allowed.some((paths) => knot.every((path) => paths.includes(named(path))))) violateCircle(all, knot, "types");
  else console.log(`allowed: a knot of types in ${knot.map(named).join(", ")}`);
}
// The list of allowed knots may only shrink: one that has been untied must leave it.
for (const path of allowed.flat()) {
  if (!ofTypes.some((knot) => knot.some((file) => named(file) === path))) {
    violate(path, 1, `this file is in no knot any more: take it off "knots" (scripts/rooms.json)`);
  }
}

for (const violation of violations) console.error(violation);
console.log(
  `rooms: ${files.length} files, ${edges} imports (${typeEdges} of types only), ${circles.length} circles, ${violations.length} violations`,
);
// A check that saw nothing has checked nothing.
if (violations.length > 0 || files.length === 0) process.exitCode = 1;
