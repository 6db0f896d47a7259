import { nearest } from "../errors/index.js";
import { HOLE } from "../html/index.js";
import { branchesOf, holeAt, type HtmlLiteral } from "./literals.js";
import type { MarkupAttribute } from "./markup.js";
import { bare, handleOf, keyOf } from "./nodes.js";
import type { Node } from "./parser.js";
import type { Findings } from "./problem.js";
import type { Project } from "./project.js";
import { pathOf, type Routes } from "./routes.js";
import type { SourceFile } from "./source-file.js";
import type { ElementRule } from "./template.js";

/** Links written in a template: `<a href="/posts">`, `<form action="/login">`, `` <a href=${`/posts/${id}`}> ``. */
export const linksInTemplates: ElementRule = (element, template) => {
  const { literal, project: { routes } } = template;
  const link = element.attributes.get(element.tag === "form" ? "action" : element.tag === "a" ? "href" : "");
  if (link === undefined) return;
  for (const href of link.source === HOLE ? hrefsOf(holeIn(literal, link)) : [link.source]) {
    if (!routes.has(href)) template.report("link_unknown", link.at, unknown(href, routes));
  }
};

/** The first hole of an attribute. */
function holeIn({ strings, holes }: HtmlLiteral, { at }: MarkupAttribute): Node | undefined {
  return holes.find((_hole, index) => holeAt(strings, index) > at);
}

/** The paths that a hole may render, as far as they are written there. */
function hrefsOf(hole: Node | undefined): string[] {
  return hole === undefined ? [] : branchesOf(hole).flatMap((branch) => hrefOf(branch) ?? []);
}

/** Functions whose first argument is a path, and properties that are paths. */
const FUNCTIONS: ReadonlySet<string> = new Set(["navigate", "patch", "redirect"]);
const METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  ["socket", ["pushNavigate", "pushPatch", "redirect"]], ["c", ["redirect"]], ["JS", ["navigate", "patch"]],
]);
const PROPERTIES: ReadonlySet<string> = new Set(["href", "navigate", "patch"]);

/** Links written as text in code: `navigate("/posts")`, `link({ navigate: "/posts" })`, `c.redirect("/login")`. */
export function linksInCode(file: SourceFile, { routes }: Project, findings: Findings): void {
  for (const node of file.nodes.all) {
    const link = linkOf(node, file);
    const href = link && hrefOf(link);
    if (link === undefined || href === undefined || routes.has(href)) continue;
    findings.inCode(file, "link_unknown", link.start, unknown(href, routes));
  }
}

function linkOf(node: Node, { imports, nodes }: SourceFile): Node | undefined {
  if (node.type === "CallExpression") {
    const callee = bare(node.callee);
    const named = callee.type === "MemberExpression" && METHODS.get(startOf(callee.object) ?? "")?.includes(keyOf(callee) ?? "");
    return named || FUNCTIONS.has(imports.ofHoldfast(callee) ?? "") ? node.arguments[0] : undefined;
  }
  if (node.type !== "Property" || !PROPERTIES.has(keyOf(node) ?? "")) return undefined;
  let call = nodes.parentOf(node);
  while (call !== undefined && call.type !== "CallExpression") call = nodes.parentOf(call);
  return call !== undefined && imports.ofHoldfast(call.callee) !== undefined ? node.value : undefined;
}

/** The name that a chain of calls begins with: `JS` in `JS.push(on.save).navigate("/")`. */
function startOf(node: Node): string | undefined {
  const expression = bare(node);
  if (expression.type !== "CallExpression") return handleOf(expression);
  const callee = bare(expression.callee);
  return callee.type === "MemberExpression" ? startOf(callee.object) : handleOf(expression);
}

/** A path as written, with a `HOLE` for each hole; undefined if it does not begin with text. */
function hrefOf(node: Node): string | undefined {
  const expression = bare(node);
  if (expression.type === "Literal" && typeof expression.value === "string") return expression.value;
  return expression.type === "TemplateLiteral" ? expression.quasis.map(({ value }) => value.cooked ?? "").join(HOLE) : undefined;
}

function unknown(href: string, routes: Routes): { what: string; fix: string } {
  const path = pathOf(href).replaceAll(HOLE, "${…}");
  return {
    what: `No route has the path ${path}.`,
    fix: `link to ${nearest(path, routes.patterns) ?? "a route"}, by its name in definePaths: a wrong one does not compile`,
  };
}
