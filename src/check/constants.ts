import { bare } from "./nodes.js";
import type { Node } from "./parser.js";
import type { SourceFile } from "./source-file.js";

/** The declarations of a name in a file: the values that its `const`s begin with, functions, and undefined for any other. */
type Declared = ReadonlyMap<string, readonly (Node | undefined)[]>;

const known = new WeakMap<SourceFile, Declared>();

/**
 * What a name certainly stands for: the value of the `const` or the function that declares it, if nothing else in the file has
 * that name. So no scope has to be known.
 *
 * @returns the expression itself if it is not such a name
 */
export function resolved(node: Node, file: SourceFile): Node {
  const expression = bare(node);
  if (expression.type !== "Identifier") return expression;
  let declared = known.get(file);
  if (declared === undefined) known.set(file, declared = declarationsIn(file));
  const [value, ...others] = declared.get(expression.name) ?? [];
  // A name that stands for itself, `const a = a`, resolves no further.
  return value === undefined || others.length > 0 || value === expression ? expression : bare(value);
}

function declarationsIn({ nodes }: SourceFile): Declared {
  const declared = new Map<string, (Node | undefined)[]>();
  const add = (pattern: Node | null | undefined, value?: Node): void => {
    for (const name of namesIn(pattern)) declared.set(name, [...(declared.get(name) ?? []), value]);
  };
  for (const node of nodes.all) {
    switch (node.type) {
      case "VariableDeclarator": {
        const list = nodes.parentOf(node);
        const isConstant = list?.type === "VariableDeclaration" && list.kind === "const" && node.id.type === "Identifier";
        add(node.id, isConstant ? node.init ?? undefined : undefined);
        break;
      }
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        if ("id" in node) add(node.id, node.type === "FunctionDeclaration" ? node : undefined);
        for (const parameter of node.params) add(parameter);
        break;
      case "ClassDeclaration":
      case "ClassExpression":
        add(node.id);
        break;
      case "CatchClause":
        add(node.param);
        break;
      case "ImportSpecifier":
      case "ImportDefaultSpecifier":
      case "ImportNamespaceSpecifier":
        add(node.local);
        break;
      default:
    }
  }
  return declared;
}

/** The names that a pattern declares. */
function namesIn(pattern: Node | null | undefined): string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) => namesIn(property.type === "Property" ? property.value : property));
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => namesIn(element));
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    case "TSParameterProperty":
      return namesIn(pattern.parameter);
    default:
      return [];
  }
}
