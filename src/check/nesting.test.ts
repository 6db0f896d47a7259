import { parseFragment, serialize } from "parse5";
import { expect, test } from "vitest";
import { VOID_ELEMENTS } from "../html/index.js";
import { check } from "./check.js";
import { HTML_ELEMENTS } from "./html-names.js";
import { loadParser } from "./parser.js";
import { checkedFile } from "./project.js";
import { SourceFile } from "./source-file.js";

const parse = loadParser()!;

/** The lines, from 0, on which elements stand where they cannot, each line a template of its own. */
function wrongLines(templates: readonly string[]): Set<number> {
  const text = templates.map((template) => `html\`${template}\`;`).join("\n");
  const problems = check([checkedFile(new SourceFile("page.ts", text, parse))]);
  return new Set(problems.filter(({ code }) => code === "nesting_invalid" || code === "template_malformed").map(({ line }) => line - 1));
}

function element(tag: string, inner: string): string {
  return VOID_ELEMENTS.has(tag) ? `<${tag}>` : `<${tag}>${inner}</${tag}>`;
}

/** What a browser reads as text, or ends the page's head by, is not nested. */
const NOT_NESTED = new Set(["iframe", "noscript", "script", "style", "textarea", "title", "template", "svg", "math", "html", "head", "body", "select"]);
const NESTED = HTML_ELEMENTS.filter((tag) => !NOT_NESTED.has(tag));

/** Elements that the parser treats as any other: `<span>` stands for them. */
const ORDINARY = new Set(`abbr audio bdi bdo canvas cite data datalist del dfn ins kbd label legend map mark meter output picture progress q
  samp selectedcontent slot sub sup time var video`.split(/\s+/));
const SPECIAL = NESTED.filter((tag) => !ORDINARY.has(tag));

/** What a browser makes of it. */
function parsed(html: string): string {
  return serialize(parseFragment(html));
}

/**
 * What parse5 leaves and is wrong: something to click in a link or button, the parts of lists and tables when these are not around
 * them, and a form in a table, which a browser closes at once.
 */
const OTHERWISE_WRONG = /^<(?:a|button|colgroup|optgroup|(?:table|tbody|tfoot|thead|tr)><form)>/;

/** Whether a browser makes of it what is written, but for the parts of a table that need not be written. */
function staysAsWritten(html: string): boolean {
  const withoutImplied = (text: string): string => text.replace(/<\/?(?:tbody|colgroup)>/g, "");
  return withoutImplied(parsed(html)) === withoutImplied(html);
}

test.each([
  ["an element in another", NESTED, (outer: string, inner: string) => element(outer, element(inner, ""))],
  ["with a <div> between them", SPECIAL, (outer: string, inner: string) => element(outer, element("div", element(inner, "")))],
  ["with a <span> between them", SPECIAL, (outer: string, inner: string) => element(outer, element("span", element(inner, "")))],
  ["with a list between them", SPECIAL, (outer: string, inner: string) => element(outer, element("ul", element("li", element(inner, ""))))],
  ["with a table between them", SPECIAL, (outer: string, inner: string) => element(outer, `<table><tbody><tr><td>${element(inner, "")}</td></tr></tbody></table>`)],
] as const)("what parse5 moves is found, and what it leaves is not: %s", (_name, tags, nested) => {
  const templates = tags.filter((outer) => !VOID_ELEMENTS.has(outer)).flatMap((outer) => tags.map((inner) => nested(outer, inner)));
  const wrong = wrongLines(templates);
  expect(templates.filter((template, line) => !wrong.has(line) && !staysAsWritten(template))).toEqual([]);
  const spared = templates.filter((template, line) => wrong.has(line) && parsed(template) === template && !OTHERWISE_WRONG.test(template));
  expect(spared).toEqual([]);
});
