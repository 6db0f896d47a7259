// Checks that no line of code, template or style is longer than 140 characters; a sentence that is all of its line may be.
// Tests and the kit's recorded pages are not checked.
// Usage: node scripts/check-lines.mjs [root of the tree]
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const LONGEST = 140;
const FOLDERS = ["src", "examples", "styles", "bench/src", "scripts", "prove"];
const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));

/** One string and nothing else, such as a key with its message: breaking it would make it harder to read and to find. */
const SENTENCE = /^\s*(?:(?:[\w-]+|"[^"]*"): )?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)(?: \+|[,;)]*)$/;

const named = (path) => relative(root, path).split(sep).join("/");
const files = FOLDERS.map((folder) => join(root, folder)).filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((path) => join(folder, path)))
  .filter((path) => /\.(?:tsx?|m?js|css)$/.test(path) && !/\.test\.tsx?$/.test(path))
  .filter((path) => !named(path).split("/").some((part) => part === "node_modules" || part === "dist"));

let count = 0;
for (const path of files) {
  readFileSync(path, "utf8").split("\n").forEach((line, at) => {
    if (line.length <= LONGEST || SENTENCE.test(line)) return;
    count++;
    console.error(`${named(path)}:${at + 1}: ${line.length} characters, at most ${LONGEST}`);
  });
}
console.log(`lines: ${files.length} files, ${count} too long`);
process.exitCode = count === 0 ? 0 : 1;
