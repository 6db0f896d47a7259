// How long are files and functions? Prints the median and the ninetieth percentile in lines, and the longest.
// Usage: node scripts/lengths.mjs [source folder, src by default]
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const source = resolve(process.argv[2] ?? join(root, "src"));
// TypeScript 7 has no parser to import.
const ts = createRequire(join(root, "test/typescript/6.0/package.json"))("typescript");

/** Every function, method and accessor with its own body; a nested one counts in both. */
function functionsOf(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const line = (position) => file.getLineAndCharacterOfPosition(position).line + 1;
  const found = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body !== undefined) {
      const from = line(node.getStart(file));
      const name = node.name?.getText(file) ?? node.parent.name?.getText(file) ?? "(anonymous)";
      found.push({ what: `${path}:${from} ${name}`, lines: line(node.getEnd()) - from + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function print(kind, all) {
  const sorted = all.toSorted((a, b) => a.lines - b.lines);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].lines;
  const longest = sorted.slice(-3).toReversed().map(({ what, lines }) => `${what} (${lines})`);
  console.log(`${kind}: ${all.length}, median ${at(0.5)}, 90th percentile ${at(0.9)}, longest ${longest.join(", ")}`);
}

const files = readdirSync(source, { recursive: true }).filter((path) => /\.tsx?$/.test(path) && !/\.(test|d)\.tsx?$/.test(path));
const texts = files.map((path) => [relative(process.cwd(), join(source, path)), readFileSync(join(source, path), "utf8")]);
const functions = texts.flatMap(([path, text]) => functionsOf(path, text));
print("files", texts.map(([path, text]) => ({ what: path, lines: text.trimEnd().split("\n").length })));
print("functions", functions);
print("functions of more than one line", functions.filter(({ lines }) => lines > 1));
