// The code of the README and the docs is taken from files that tests run or the compiler checks. The line before a block names its
// file, and a region unless the block shows the whole file:
//
//     <!-- file=examples/desk/1-board/src/db.ts -->
//     <!-- file=test/docs/forms.ts#upload -->
//     <!-- file=test/docs/forms.ts#upload imports -->
//
// A region stands between `// #region name` and `// #endregion`, written as the language's comments. With `imports` the block begins
// with what the region needs of packages, so that a reader can type it as it stands.
// `node scripts/docs-code.mjs` lists the blocks that differ from their files; --write updates them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const BLOCK = /(?:^<!-- file=([^\s#]+)(?:#(\S+))?( imports)? -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm;
const IMPORT = /^import (type )?(?:(\w+)(?:, )?)?(?:\{([^}]*)\})? ?from "([^".][^"]*)";$/gm;
const MARKER = /^[ \t]*(?:\/\/|#|--) ?#(?:region|endregion).*\n/gm;

/** The code blocks of a Markdown text: language, file and region if it names them, and the code. */
export function codeBlocks(markdown) {
  return [...markdown.matchAll(BLOCK)].map(([, file, region, , language, code]) => ({ language, file, region, code }));
}

/**
 * A file of the project as guides show it: one region of it, without the indentation that its lines share, or all of it
 * without the markers.
 *
 * @throws if there is no such file or region
 */
export function shownCode(file, region) {
  const source = readFileSync(join(ROOT, file), "utf8");
  if (region === undefined) return source.replace(MARKER, "");
  const marked = [...source.matchAll(/^[ \t]*(?:\/\/|#|--) ?#region (\S+)\n([\s\S]*?)^[ \t]*(?:\/\/|#|--) ?#endregion$/gm)].find(
    ([, name]) => name === region,
  );
  if (marked === undefined) throw new Error(`${file} has no region ${region}`);
  const lines = marked[2].replace(MARKER, "").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)[0].length);
  return lines.map((line) => line.slice(Math.min(...indents))).join("\n");
}

/** The imports of packages in a file that a part of its code uses: functions are called, tagged or have members; types stand anywhere. */
function importsOf(file, code) {
  const used = (name) => new RegExp(`(?<![\\w$"'/<-]|(?<!\\.\\.)\\.)${name}${/^[a-z]/.test(name) ? "[(.<`]" : "\\b"}`).test(code);
  return [...readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)].flatMap(([, type = "", all = "", names = "", from]) => {
    const needed = names.split(",").map((name) => name.trim()).filter((name) => name !== "" && used(name.replace("type ", "")));
    const parts = [...(all !== "" && used(all) ? [all] : []), ...(needed.length > 0 ? [`{ ${needed.join(", ")} }`] : [])];
    return parts.length === 0 ? [] : [`import ${type}${parts.join(", ")} from "${from}";\n`];
  }).join("");
}

/** The Markdown text with the code of each block that names a file as the file has it now. */
export function withCode(markdown) {
  return markdown.replace(BLOCK, (block, file, region, imports = "", language) => {
    if (file === undefined) return block;
    const code = shownCode(file, region);
    const head = imports && `${importsOf(file, code)}\n`;
    return `<!-- file=${file}${region === undefined ? "" : `#${region}`}${imports} -->\n\`\`\`${language}\n${head}${code}\`\`\``;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true }).filter((each) => each.endsWith(".md"));
  for (const name of ["README.md", ...docs.map((each) => join("docs", each))]) {
    const path = join(ROOT, name);
    const before = readFileSync(path, "utf8");
    const after = withCode(before);
    if (after === before) continue;
    if (process.argv.includes("--write")) writeFileSync(path, after);
    else process.exitCode = 1;
    const done = process.argv.includes("--write") ? "written" : "its code is not what its files have; run this with --write";
    console.log(`${name}: ${done}`);
  }
}
