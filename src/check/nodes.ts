import type { ESTree, Node } from "./parser.js";

/** Nodes that only the type checker reads: they contain no code. */
const TYPES: ReadonlySet<string> = new Set([
  "TSInterfaceDeclaration", "TSTypeAliasDeclaration", "TSTypeAnnotation", "TSTypeParameterDeclaration", "TSTypeParameterInstantiation",
]);

/** A program's nodes without its types, each before its children. */
export class Nodes {
  readonly all: readonly Node[];
  readonly #parents = new Map<Node, Node>();

  constructor(root: Node) {
    const all: Node[] = [root];
    const add = (value: unknown, parent: Node): void => {
      if (!isNode(value) || TYPES.has(value.type)) return;
      this.#parents.set(value, parent);
      all.push(value);
      enter(value);
    };
    const enter = (node: Node): void => {
      for (const value of Object.values(node) as unknown[]) {
        if (Array.isArray(value)) for (const each of value) add(each, node);
        else if (typeof value === "object") add(value, node);
      }
    };
    enter(root);
    this.all = all;
  }

  /** The parent node; undefined for the program. */
  parentOf(node: Node): Node | undefined {
    return this.#parents.get(node);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" && "start" in value;
}

/** The expression without parts that only the type checker reads: `x as T`, `x satisfies T`, `x!`, `(x)`, `a?.b`. */
export function bare(node: Node): Node {
  switch (node.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
    case "ChainExpression":
      return bare(node.expression);
    default:
      return node;
  }
}

/** The text of a string literal, or of a template literal without holes. */
export function textOf(node: Node | null | undefined): string | undefined {
  if (node === null || node === undefined) return undefined;
  const expression = bare(node);
  if (expression.type === "Literal" && typeof expression.value === "string") return expression.value;
  if (expression.type === "TemplateLiteral" && expression.quasis.length === 1) return expression.quasis[0]!.value.cooked ?? undefined;
  return undefined;
}

/** The name of an object's property or of a member, if it is written out. */
export function keyOf(node: Node): string | undefined {
  if (node.type !== "Property" && node.type !== "MemberExpression") return undefined;
  const key: Node = node.type === "Property" ? node.key : node.property;
  if (!node.computed && key.type === "Identifier") return key.name;
  return textOf(key);
}

/** The property of this name in an object literal. */
export function propertyOf(object: Node | undefined, name: string): Node | undefined {
  if (object?.type !== "ObjectExpression") return undefined;
  const property = object.properties.find((each) => each.type === "Property" && keyOf(each) === name);
  return property?.type === "Property" ? property.value : undefined;
}

/** The name by which a value is reached: `endpoint` for `endpoint`, `deps.endpoint`, `this.#endpoint` and `endpoint()`. */
export function handleOf(node: Node): string | undefined {
  const expression = bare(node);
  if (expression.type === "Identifier") return expression.name;
  if (expression.type === "CallExpression") return expression.arguments.length === 0 ? handleOf(expression.callee) : undefined;
  if (expression.type !== "MemberExpression") return undefined;
  return expression.property.type === "PrivateIdentifier" ? expression.property.name : keyOf(expression);
}

/** A function that is written as a value. */
export function isFunction(
  node: Node | undefined,
): node is ESTree.ArrowFunctionExpression | (ESTree.Function & { readonly type: "FunctionExpression" }) {
  return node?.type === "ArrowFunctionExpression" || node?.type === "FunctionExpression";
}
