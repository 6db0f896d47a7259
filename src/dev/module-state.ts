import { parseSync, type ESTree } from "vite";
import { SourceError } from "./source-error.js";

/** Constructors whose instances a program does not change. */
const CONSTANT = new Set(["RegExp", "URL", "TextEncoder", "TextDecoder", "Intl"]);
/** Holdfast functions that create something with a life; all others only describe. */
const LIVING = /^(?:create|open|serve|attach|memory|file)/;
/** Packages that only describe. */
const DESCRIBING = /^(?:zod|valibot|arktype|holdfast)(?:\/|$)/;
/** Methods of Holdfast's bases, of plain values, and of schemas. */
const DESCRIBING_METHODS = new Set([
  "define", "use", "expects", "freeze", "map", "filter", "join", "fromEntries", "entries", "keys", "values",
  "pick", "omit", "extend", "safeExtend", "partial", "required", "optional", "nullable", "nullish", "refine", "superRefine", "brand",
]);

/** State that a module keeps, so that its code cannot be replaced around it; undefined if it keeps none. */
interface ModuleState {
  readonly what: string;
  readonly line: number;
}

/**
 * Looks for what running a module again would lose or repeat: variables, collections that it fills, results of other
 * functions, and statements with effects. Anything that only describes (functions, schemas, views, constants) may run again.
 *
 * @param file its extension says whether it is TypeScript
 * @throws SourceError for a syntax error
 */
export function moduleState(file: string, code: string): ModuleState | undefined {
  const { program, errors: [error] } = parseSync(file, code);
  if (error !== undefined) throw new SourceError(error.message, file, code, error.labels[0]?.start ?? 0);
  const packages = new Map<string, string>();
  for (const node of program.body) {
    if (node.type !== "ImportDeclaration") continue;
    for (const { local } of node.specifiers) packages.set(local.name, node.source.value);
  }
  const at = (node: { readonly start: number }, what: string): ModuleState => ({
    what,
    line: code.slice(0, node.start).split("\n").length,
  });
  for (const statement of program.body) {
    const node = statement.type === "ExportNamedDeclaration" ? statement.declaration ?? undefined : statement;
    if (node === undefined) continue;
    if (node.type === "ExpressionStatement" && !isConstant(node.expression, packages)) return at(node, "does something when it is loaded");
    if (node.type === "ExportDefaultDeclaration" && !isDescription(node.declaration, packages)) {
      return at(node, "exports something that lives");
    }
    if (/^(?:If|For|While|Try|Switch|Do|Block)/.test(node.type)) return at(node, "does something when it is loaded");
    if (node.type !== "VariableDeclaration" || node.declare === true) continue;
    for (const { id, init } of node.declarations) {
      const name = id.type === "Identifier" ? `\`${id.name}\`` : "what it takes apart";
      if (node.kind === "let" || node.kind === "var") return at(node, `keeps ${name} in a variable`);
      if (init !== null && !isConstant(init, packages)) return at(node, `keeps ${name}`);
    }
  }
  return undefined;
}

function isDescription(node: ESTree.ExportDefaultDeclarationKind, packages: ReadonlyMap<string, string>): boolean {
  return /^(?:Function|Class|TS)/.test(node.type) || isConstant(node as ESTree.Expression, packages);
}

/** Whether an expression has the same value each time and nothing changes it. */
function isConstant(node: ESTree.Expression, packages: ReadonlyMap<string, string>): boolean {
  switch (node.type) {
    case "NewExpression":
      return node.callee.type === "Identifier" ? CONSTANT.has(node.callee.name)
        : node.callee.type === "MemberExpression" && rootOf(node.callee) === "Intl";
    case "CallExpression":
      return isDescribingCall(node, packages);
    // An empty collection is there to be filled.
    case "ArrayExpression":
      return node.elements.length > 0 && node.elements.every((element) =>
        element === null || isConstant(element.type === "SpreadElement" ? element.argument : element, packages));
    case "ObjectExpression":
      return node.properties.length > 0 && node.properties.every((property) =>
        isConstant(property.type === "SpreadElement" ? property.argument : property.value, packages));
    case "TSAsExpression": case "TSSatisfiesExpression": case "TSNonNullExpression": case "ParenthesizedExpression":
      return isConstant(node.expression, packages);
    case "AwaitExpression": case "AssignmentExpression": case "UpdateExpression":
      return false;
    default:
      return true;
  }
}

function isDescribingCall({ callee }: ESTree.CallExpression, packages: ReadonlyMap<string, string>): boolean {
  const root = rootOf(callee);
  const from = root === undefined ? undefined : packages.get(root);
  if (from !== undefined && DESCRIBING.test(from)) return !LIVING.test(root!);
  if (root === "Object" || root === "String" || root === "Number" || root === "Symbol" || root === "Math") return true;
  return callee.type === "MemberExpression" && callee.property.type === "Identifier" && DESCRIBING_METHODS.has(callee.property.name);
}

/** The name that a chain of members and calls begins with. */
function rootOf(node: ESTree.Expression): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression") return rootOf(node.object);
  return node.type === "CallExpression" ? rootOf(node.callee) : undefined;
}
