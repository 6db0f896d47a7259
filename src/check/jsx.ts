import { HOLE, VOID_ELEMENTS } from "../html/index.js";
import type { ESTree, Node } from "./parser.js";
import type { SourceFile } from "./source-file.js";

/** JSX as the template that it is compiled to. */
interface JsxTemplate {
  readonly strings: readonly string[];
  readonly holes: readonly Node[];
  /** The offset in the file of each character of the text, in which one `HOLE` stands for each hole. */
  readonly offsets: readonly number[];
}

/** A JSX element or fragment. */
export type JsxNode = ESTree.JSXElement | ESTree.JSXFragment;

/** Whether a file's JSX is Holdfast's: the file imports from Holdfast, and no comment names another runtime. */
export function hasJsx({ comments, imports }: SourceFile): boolean {
  const pragmas = comments.map(({ value }) => /@jsxImportSource\s+(\S+)/.exec(value)?.[1]).filter((source) => source !== undefined);
  return pragmas.length > 0 ? pragmas.every((source) => source === "holdfast") : imports.fromHoldfast;
}

/** Whether a node is an element or a fragment. Components are calls: what they render is in their own source. */
export function isMarkup(node: Node): node is JsxNode {
  return node.type === "JSXFragment" || (node.type === "JSXElement" && tagOf(node) !== undefined);
}

/** Writes JSX as `html` would have it. */
export function templateOfJsx(root: JsxNode): JsxTemplate {
  const writer = new Writer();
  writer.node(root);
  return { strings: writer.text.split(HOLE), holes: writer.holes, offsets: writer.offsets };
}

class Writer {
  text = "";
  readonly holes: Node[] = [];
  readonly offsets: number[] = [];

  node(node: JsxNode): void {
    if (node.type === "JSXFragment") return node.children.forEach((child) => this.#child(child));
    const tag = tagOf(node)!;
    this.#add(`<${tag}`, node.start);
    for (const attribute of node.openingElement.attributes) this.#attribute(attribute);
    this.#add(">", node.openingElement.end - 1);
    if (VOID_ELEMENTS.has(tag)) return;
    for (const child of node.children) this.#child(child);
    this.#add(`</${tag}>`, node.closingElement?.start ?? node.openingElement.end - 1);
  }

  #attribute(attribute: ESTree.JSXAttributeItem): void {
    this.#add(" ", attribute.start);
    if (attribute.type === "JSXSpreadAttribute") return this.#hole(attribute.argument);
    const { value } = attribute;
    this.#add(nameOf(attribute.name), attribute.name.start);
    if (value === null) return;
    this.#add("=", attribute.name.end);
    const hole = value.type === "JSXExpressionContainer" ? value.expression : value;
    const text = hole.type === "Literal" && value === hole ? hole.value : literalText(hole);
    if (typeof text === "string") this.#add(`"${text.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`, hole.start);
    else this.#hole(hole);
  }

  #child(child: ESTree.JSXChild): void {
    switch (child.type) {
      case "JSXText":
        return this.#content(child);
      case "JSXFragment":
        return this.node(child);
      case "JSXElement":
        return tagOf(child) === undefined ? this.#hole(child) : this.node(child);
      case "JSXExpressionContainer":
        return child.expression.type === "JSXEmptyExpression" ? undefined : this.#hole(child.expression);
      case "JSXSpreadChild":
        return this.#hole(child.expression);
    }
  }

  /** JSX drops blank lines and indentation. Other white space means nothing to the rules. */
  #content({ raw, start }: ESTree.JSXText): void {
    for (const { 0: text, index } of (raw ?? "").matchAll(/\S.*/g)) this.#add(text, start + index);
  }

  #hole(node: Node): void {
    this.holes.push(node);
    this.#add(HOLE, node.start);
  }

  #add(text: string, offset: number): void {
    this.text += text;
    for (let index = 0; index < text.length; index++) this.offsets.push(offset);
  }
}

/** The tag of an element; undefined if it is a component. */
function tagOf({ openingElement: { name } }: ESTree.JSXElement): string | undefined {
  return name.type === "JSXIdentifier" && /^[a-z]/.test(name.name) ? name.name : undefined;
}

function nameOf(name: ESTree.JSXAttributeName): string {
  return name.type === "JSXIdentifier" ? name.name : `${name.namespace.name}:${name.name.name}`;
}

/** The text of `` literal`…` ``, which becomes part of the template. */
function literalText(node: Node): string | undefined {
  if (node.type !== "TaggedTemplateExpression" || node.tag.type !== "Identifier" || node.tag.name !== "literal") return undefined;
  return node.quasi.quasis.length === 1 ? (node.quasi.quasis[0]!.value.cooked ?? undefined) : undefined;
}
