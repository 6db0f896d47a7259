import { HOLE } from "../html/index.js";
import { bare, handleOf } from "./nodes.js";
import type { ESTree, Node } from "./parser.js";
import type { SourceFile } from "./source-file.js";

/** The place of a literal inside another. */
export interface Around {
  readonly literal: HtmlLiteral;
  /** The hole's index. */
  readonly hole: number;
}

/** An `` html`…` `` in a source. */
export class HtmlLiteral {
  readonly file: SourceFile;
  readonly node: ESTree.TaggedTemplateExpression;
  /** The text around the holes, as the tag receives it. */
  readonly strings: readonly string[];
  /** The literal whose hole contains this one, if what it renders certainly ends up there: no unknown function receives it. */
  readonly around: Around | undefined;
  /** True if it renders the items of a list, and so appears several times on the page. */
  readonly repeated: boolean;
  /** True if it is passed to a function that may put it anywhere. */
  readonly handedOver: boolean;

  constructor(file: SourceFile, node: ESTree.TaggedTemplateExpression, place: Pick<HtmlLiteral, "around" | "repeated" | "handedOver">) {
    this.file = file;
    this.node = node;
    this.strings = node.quasi.quasis.map(({ value }) => value.cooked ?? value.raw);
    this.around = place.around;
    this.repeated = place.repeated;
    this.handedOver = place.handedOver;
  }

  get holes(): readonly Node[] {
    return this.node.quasi.expressions;
  }

  /** The offset in the file of a character of the text, in which one `HOLE` stands for each hole. */
  offsetOf(at: number): number {
    let from = 0;
    for (const [index, text] of this.strings.entries()) {
      if (at < from + text.length) return this.#offsetIn(index, at - from);
      from += text.length;
      if (at === from && index < this.holes.length) return this.file.text.lastIndexOf("${", this.holes[index]!.start);
      from += HOLE.length;
    }
    return this.node.end - 1;
  }

  /** Maps characters to source offsets: escapes and line breaks are longer in the source. */
  #offsetIn(index: number, count: number): number {
    const { start } = this.node.quasi.quasis[index]!;
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
const LISTS: ReadonlySet<string> = new Set(["keyed", "map", "flatMap", "memo"]);

/** The literals of a file, outer ones before those in their holes. */
export function literalsOf(file: SourceFile): HtmlLiteral[] {
  const found = new Map<Node, HtmlLiteral>();
  for (const node of file.nodes.all) {
    if (node.type === "TaggedTemplateExpression" && file.imports.isHtmlTag(node.tag)) {
      found.set(node, new HtmlLiteral(file, node, placeOf(node, file, found)));
    }
  }
  return [...found.values()];
}

/** Climbs from a literal to the hole that contains it. */
function placeOf(node: Node, { nodes }: SourceFile, found: ReadonlyMap<Node, HtmlLiteral>): Pick<HtmlLiteral, "around" | "repeated" | "handedOver"> {
  let inner = node;
  let repeated = false;
  let handedOver = false;
  for (let outer = nodes.parentOf(node); outer !== undefined; outer = nodes.parentOf(outer)) {
    if (outer.type === "CallExpression" && outer.callee !== inner) {
      const callee = bare(outer.callee);
      const name = callee.type === "Identifier" || callee.type === "MemberExpression" ? handleOf(callee) : undefined;
      if (name === undefined || !LISTS.has(name)) handedOver = true;
      else if (isFunction(inner)) repeated = true;
    }
    if (outer.type === "TemplateLiteral") {
      const literal = found.get(nodes.parentOf(outer)!);
      const hole = (outer.expressions as readonly Node[]).indexOf(inner);
      if (literal === undefined || hole < 0) handedOver = true;
      else return { around: handedOver ? undefined : { literal, hole }, repeated, handedOver };
    }
    // What a named function returns appears wherever that function is called.
    if (outer.type === "FunctionDeclaration" || outer.type === "VariableDeclarator") break;
    if (outer.type === "Property") return { around: undefined, repeated, handedOver: handedOver || !isFunction(inner) };
    inner = outer;
  }
  return { around: undefined, repeated, handedOver };
}

function isFunction({ type }: Node): boolean {
  return type === "ArrowFunctionExpression" || type === "FunctionExpression";
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
