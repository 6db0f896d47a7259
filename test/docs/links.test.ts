import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = [
  "README.md", "llms.txt", "SECURITY.md", "CHANGELOG.md", "examples/blog/README.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
];

const withoutCode = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(path: string): Set<string> {
  const headings = readFileSync(path, "utf8").replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#{1,6} (.+)$/gm);
  return new Set(Array.from(headings, ([, heading = ""]) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\- _]/gu, "").replaceAll(" ", "-")));
}

/** The links of a page that lead to nothing. */
function broken(page: string): string[] {
  const path = join(ROOT, page);
  return Array.from(withoutCode(readFileSync(path, "utf8")).matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? path : join(dirname(path), file);
      return !existsSync(found) || (anchor !== undefined && !anchors(found).has(anchor));
    });
}

test.each(PAGES)("the links of %s lead to files and headings that are there", (page) => {
  expect(broken(page)).toEqual([]);
});

test("every page of docs/ is named in the index, docs/README.md", () => {
  const index = readFileSync(join(ROOT, "docs/README.md"), "utf8");
  const pages = PAGES.filter((page) => page.startsWith("docs/") && page !== "docs/README.md" && !page.startsWith("docs/templates/")).map((page) => relative("docs", page));
  expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
});
