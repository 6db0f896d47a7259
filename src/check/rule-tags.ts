import { HOLE, VOID_ELEMENTS } from "../html/index.js";
import { resolved } from "./constants.js";
import { isHtmlElement } from "./html-names.js";
import { branchesOf, LISTS } from "./literals.js";
import { bare, handleOf, isFunction, keyOf, propertyOf } from "./nodes.js";
import type { ESTree, Node } from "./parser.js";
import type { Findings } from "./problem.js";
import type { SourceFile } from "./source-file.js";
import { ancestorsOf, type CheckedTemplate } from "./template.js";

/** Elements whose readers are shown markup as such. */
const SHOWS_MARKUP: ReadonlySet<string> = new Set(["code", "kbd", "option", "pre", "samp", "textarea", "title"]);

/** Types of functions whose result is rendered. */
const LAYOUTS: ReadonlySet<string> = new Set(["Layout", "RootLayout"]);

/** `` `<li>${name}</li>` `` where the tag `html` was forgotten: what a template or a `render` shows of it is escaped. */
export function missingTags(file: SourceFile, templates: Iterable<CheckedTemplate>, findings: Findings): void {
  const shown = new ShownTexts(file);
  for (const template of templates) {
    for (const [index, hole] of template.markup.holes.entries()) {
      if (hole.content && !isShownAsMarkup(template, index)) shown.add(template.literal.holes[index]!);
    }
  }
  for (const node of file.nodes.all) for (const rendered of renderedBy(node, file)) shown.add(rendered);
  for (const { start } of shown.found) {
    findings.inCode(file, "tag_missing", start, { what: "This markup has no tag: the page shows it as text.", fix: "write html`…`" });
  }
}

function isShownAsMarkup({ markup, outer, literal, ...template }: CheckedTemplate, hole: number): boolean {
  const own = markup.elementOf(hole);
  if (own !== undefined) {
    return [own, ...ancestorsOf(own, { markup, outer, literal, ...template })].some(({ tag }) => SHOWS_MARKUP.has(tag));
  }
  return outer !== undefined && literal.around !== undefined && isShownAsMarkup(outer, literal.around.hole);
}

/** What a definition, a layout or `endpoint.renderPage` renders: nothing else can be meant there than markup. */
function renderedBy(node: Node, file: SourceFile): Node[] {
  if (node.type === "CallExpression") {
    const callee = bare(node.callee);
    const [first, second] = node.arguments;
    if (callee.type === "MemberExpression" && keyOf(callee) === "renderPage" && handleOf(callee.object) === "endpoint") {
      return second === undefined ? [] : [second];
    }
    const defines = file.imports.ofHoldfast(callee) !== undefined || (callee.type === "MemberExpression" && keyOf(callee) === "define");
    return defines && first !== undefined ? returnedBy(propertyOf(bare(first), "render"), file) : [];
  }
  if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier" || node.init === null) return [];
  const type = node.id.typeAnnotation?.typeAnnotation;
  if (type?.type !== "TSTypeReference" || type.typeName.type !== "Identifier") return [];
  return LAYOUTS.has(file.imports.ofHoldfast(type.typeName) ?? "") ? returnedBy(bare(node.init), file) : [];
}

/** Collects the texts with markup among what is rendered, each once. */
class ShownTexts {
  readonly found = new Set<Node>();
  readonly #seen = new Set<Node>();
  readonly #file: SourceFile;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  /** Follows an expression to what it certainly renders: through conditions, lists, and functions of the same file. */
  add(rendered: Node): void {
    if (this.#seen.has(rendered)) return;
    this.#seen.add(rendered);
    for (const branch of branchesOf(rendered)) {
      const node = resolved(branch, this.#file);
      if (node.type === "CallExpression") this.#call(node);
      else if (isMarkup(writtenBy(node))) this.found.add(node);
    }
  }

  #call(node: ESTree.CallExpression): void {
    const callee = bare(node.callee);
    const name = callee.type === "Identifier" || callee.type === "MemberExpression" ? handleOf(callee) : undefined;
    if (callee.type === "MemberExpression" && name === "join") return this.add(callee.object);
    if (name !== undefined && LISTS.has(name)) {
      for (const argument of node.arguments) for (const each of returnedBy(resolved(argument, this.#file), this.#file)) this.add(each);
    } else if (this.#file.imports.ofHoldfast(callee) !== undefined) {
      const inner = propertyOf(node.arguments[0] && bare(node.arguments[0]), "inner");
      if (inner !== undefined) for (const each of isFunction(inner) ? returnedBy(inner, this.#file) : [inner]) this.add(each);
    } else if (callee.type === "Identifier") {
      for (const each of returnedBy(resolved(callee, this.#file), this.#file)) this.add(each);
    }
  }
}

/** What a function may return. */
function returnedBy(node: Node | undefined, { nodes }: SourceFile): Node[] {
  if (node?.type !== "FunctionDeclaration" && !isFunction(node)) return [];
  if (node.body === null) return [];
  if (node.body.type !== "BlockStatement") return [node.body];
  const { start, end } = node.body;
  const owner = (statement: Node): Node | undefined => {
    let at = nodes.parentOf(statement);
    while (at !== undefined && !isFunction(at) && at.type !== "FunctionDeclaration") at = nodes.parentOf(at);
    return at;
  };
  return nodes.all.flatMap((each) =>
    each.type === "ReturnStatement" && each.start >= start && each.end <= end && each.argument !== null && owner(each) === node
      ? [each.argument]
      : [],
  );
}

/**
 * The text of a template literal or of a concatenation, with `HOLE` for what is not written out. A plain string says of itself that it
 * is text: `${"<br>"}`.
 */
function writtenBy(node: Node): string {
  const expression = bare(node);
  if (expression.type === "TemplateLiteral") return expression.quasis.map(({ value }) => value.cooked ?? value.raw).join(HOLE);
  if (expression.type === "BinaryExpression" && expression.operator === "+") return `${partOf(expression.left)}${partOf(expression.right)}`;
  return "";
}

function partOf(node: Node): string {
  const expression = bare(node);
  if (expression.type === "Literal" && typeof expression.value === "string") return expression.value;
  return writtenBy(expression) || HOLE;
}

/** Whether a text has an element with its end tag, or one that has none. */
function isMarkup(text: string): boolean {
  return Array.from(text.matchAll(/<([a-z][a-z\d-]*)(?=[\s/>])[^<>]*>/gi)).some(([, name]) => {
    const tag = name!.toLowerCase();
    return (isHtmlElement(tag) || tag.includes("-")) && (VOID_ELEMENTS.has(tag) || new RegExp(`</${tag}\\s*>`, "i").test(text));
  });
}
