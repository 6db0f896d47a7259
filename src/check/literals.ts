import { HOLE } from "../html/index.js";
import { hasJsx, isMarkup, templateOfJsx, type JsxNode } from "./jsx.js";
import { bare, handleOf, isFunction } from "./nodes.js";
import type { ESTree, Node } from "./parser.js";
import type { SourceFile } from "./source-file.js";

/** The place of a literal inside another. */
interface Around {
  readonly literal: HtmlLiteral;
  /** The hole's index. */
  readonly hole: number;
}

/** An `` html`…` `` in a source, or JSX. */
export class HtmlLiteral {
  readonly file: SourceFile;
  readonly node: ESTree.TaggedTemplateExpression | JsxNode;
  /** The text around the holes, as the tag receives it. */
  readonly strings: readonly string[];
  readonly holes: readonly Node[];
  /** Of JSX: the offset in the file of each character of the text. */
  readonly #offsets: readonly number[] | undefined;
  /** The literal whose hole contains this one, if what it renders certainly ends up there: no unknown function receives it. */
  readonly around: Around | undefined;
  /** True if it renders the items of a list, and so appears several times on the page. */
  readonly repeated: boolean;
  /** True if it is passed to a function that may put it anywhere. */
  readonly handedOver: boolean;

  constructor(
    file: SourceFile,
    node: ESTree.TaggedTemplateExpression | JsxNode,
    place: Pick<HtmlLiteral, "around" | "repeated" | "handedOver">,
  ) {
    this.file = file;
    this.node = node;
    if (node.type === "TaggedTemplateExpression") {
      this.strings = node.quasi.quasis.map(({ value }) => value.cooked ?? value.raw);
      this.holes = node.quasi.expressions;
    } else {
      const { strings, holes, offsets } = templateOfJsx(node);
      this.strings = strings;
      this.holes = holes;
      this.#offsets = offsets;
    }
    this.around = place.around;
    this.repeated = place.repeated;
    this.handedOver = place.handedOver;
  }

  /** The offset in the file of a character of the text, in which one `HOLE` stands for each hole. */
  offsetOf(at: number): number {
    if (this.node.type !== "TaggedTemplateExpression") return this.#offsets?.[at] ?? this.node.end - 1;
    const { quasis } = this.node.quasi;
    let from = 0;
    for (const [index, text] of this.strings.entries()) {
      if (at < from + text.length) return this.#offsetIn(quasis[index]!.start, at - from);
      from += text.length;
      if (at === from && index < this.holes.length) return this.file.text.lastIndexOf("${", this.holes[index]!.start);
      from += HOLE.length;
    }
    return this.node.end - 1;
  }

  /** Maps characters to source offsets: escapes and line breaks are longer in the source. */
  #offsetIn(start: number, count: number): number {
    const { text } = this.file;
    let at = text[start] === "`" || text[start] === "}" ? start + 1 : start;
    for (let seen = 0; seen < count;) {
      const [written, character, point] = ESCAPE.exec(text.slice(at, at + 12)) ?? [text[at]!, text[at]!];
      seen += character === undefined ? 0 : Number.parseInt(point ?? "", 16) > 0xffff ? 2 : 1;
      at += written.length;
    }
    return at;
  }
}

/** A character as written in a template literal. The first group is missing if it produces none; the second is a code point. */
const ESCAPE = /^(?:\\\r?\n|(\r\n|\\u\{([0-9a-fA-F]+)\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.))/;

/** Functions that render items where they are called. Any other function may put its argument anywhere. */
export const LISTS: ReadonlySet<string> = new Set(["keyed", "map", "flatMap", "memo"]);

/** The literals of a file, outer ones before those in their holes. */
export function literalsOf(file: SourceFile): HtmlLiteral[] {
  const found: HtmlLiteral[] = [];
  const holes = new Map<Node, Around>();
  const jsx = hasJsx(file);
  for (const node of file.nodes.all) {
    const isTagged = node.type === "TaggedTemplateExpression" && file.imports.isHtmlTag(node.tag);
    if (!isTagged && !(jsx && isMarkup(node) && !isPart(node, file))) continue;
    const literal = new HtmlLiteral(file, node, placeOf(node, file, holes));
    found.push(literal);
    for (const [hole, expression] of literal.holes.entries()) holes.set(expression, { literal, hole });
  }
  return found;
}

/** Whether JSX is part of the template around it: it is written directly between the tags of an element. */
function isPart(node: JsxNode, { nodes }: SourceFile): boolean {
  const parent = nodes.parentOf(node);
  return parent !== undefined && isMarkup(parent);
}

/** Climbs from a literal to the hole that contains it. */
function placeOf(
  node: Node,
  { nodes }: SourceFile,
  holes: ReadonlyMap<Node, Around>,
): Pick<HtmlLiteral, "around" | "repeated" | "handedOver"> {
  let inner = node;
  let repeated = false;
  let handedOver = false;
  for (let outer = nodes.parentOf(node); outer !== undefined; outer = nodes.parentOf(outer)) {
    const around = holes.get(inner);
    if (around !== undefined) return { around: handedOver ? undefined : around, repeated, handedOver };
    if (outer.type === "CallExpression" && outer.callee !== inner) {
      const callee = bare(outer.callee);
      const name = callee.type === "Identifier" || callee.type === "MemberExpression" ? handleOf(callee) : undefined;
      if (name === undefined || !LISTS.has(name)) handedOver = true;
      else if (isFunction(inner)) repeated = true;
    }
    // A template of something else, or the children or a prop of a component.
    if (outer.type === "TemplateLiteral" || outer.type === "JSXElement") handedOver = true;
    // What a named function returns appears wherever that function is called.
    if (outer.type === "FunctionDeclaration" || outer.type === "VariableDeclarator") break;
    if (outer.type === "Property") return { around: undefined, repeated, handedOver: handedOver || !isFunction(inner) };
    inner = outer;
  }
  return { around: undefined, repeated, handedOver };
}

/** The offset of a hole in the text, in which one `HOLE` stands for each. */
export function holeAt(strings: readonly string[], index: number): number {
  return strings.slice(0, index + 1).reduce((length, text) => length + text.length, index * HOLE.length);
}

/** What a hole may render: the branches of conditions and of `&&`, `||`, `??`. */
export function branchesOf(hole: Node): Node[] {
  const node = bare(hole);
  if (node.type === "ConditionalExpression") return [...branchesOf(node.consequent), ...branchesOf(node.alternate)];
  if (node.type === "LogicalExpression") {
    return node.operator === "&&" ? branchesOf(node.right) : [...branchesOf(node.left), ...branchesOf(node.right)];
  }
  return [node];
}
