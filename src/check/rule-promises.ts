import { ASYNC_FUNCTIONS, ASYNC_METHODS, MAKERS, RETURNED_FUNCTIONS, RETURNED_METHODS } from "./async-api.js";
import { bare, handleOf, keyOf } from "./nodes.js";
import type { ESTree, Node } from "./parser.js";
import type { Findings } from "./problem.js";
import type { SourceFile } from "./source-file.js";

/**
 * Calls whose result must be used: promises that are not awaited, and redirects that are not returned. `void logIn(c, …)`
 * marks a call as intended.
 */
export function droppedResults(file: SourceFile, findings: Findings): void {
  const made = madeHere(file);
  for (const node of file.nodes.all) {
    if (node.type === "ExpressionStatement") {
      for (const { call, awaited } of droppedCalls(node.expression)) dropped(call, awaited, nameOf(call, file, made), file, findings);
    } else if (node.type === "UnaryExpression" && node.operator === "void") {
      for (const { call } of droppedCalls(node.argument)) dropped(call, true, nameOf(call, file, made), file, findings);
    } else if (node.type === "CallExpression" && isUsedAsValue(node, file)) {
      const called = nameOf(node, file, made);
      if (called === undefined || called.returned) continue;
      findings.inCode(file, "promise_floating", node.start, {
        what: `${called.text} is not awaited: its value here is a promise.`, fix: `write await ${withArguments(called)}`,
      });
    }
  }
}

function dropped(call: ESTree.CallExpression, awaited: boolean, called: Called | undefined, file: SourceFile, findings: Findings): void {
  if (called?.returned === true) {
    findings.inCode(file, "result_dropped", call.start, {
      what: `${called.text} is not returned: by itself it does nothing.`, fix: `write return ${withArguments(called)}`,
    });
  } else if (called !== undefined && !awaited) {
    findings.inCode(file, "promise_floating", call.start, {
      what: `${called.text} is not awaited: the code after it runs first, and nothing handles its error.`,
      fix: `write await ${withArguments(called)}, or void before it if nothing depends on it`,
    });
  }
}

/** The called function, under Holdfast's name. */
interface Called {
  readonly text: string;
  /** Whether its result has an effect only if it is returned. */
  readonly returned: boolean;
}

function withArguments({ text }: Called): string {
  return text.replace(/\(\)$/, "(…)");
}

const PROMISE_METHODS: ReadonlySet<string> = new Set(["catch", "finally", "then"]);

/** Whether code uses a call's result as if it were not a promise: directly, or through the variable that holds it. */
function isUsedAsValue(call: ESTree.CallExpression, { nodes }: SourceFile): boolean {
  if (looksInto(call, nodes)) return true;
  const holder = nodes.parentOf(call);
  if (holder?.type !== "VariableDeclarator") return false;
  if (holder.id.type !== "Identifier") return holder.id.type === "ObjectPattern";
  const { name } = holder.id;
  let block = nodes.parentOf(holder);
  while (block !== undefined && block.type !== "BlockStatement" && block.type !== "Program") block = nodes.parentOf(block);
  const uses = nodes.all.filter((node) =>
    node.type === "Identifier" && node.name === name && block !== undefined && node.start > holder.end && node.end <= block.end);
  // If it is awaited, passed on or stored anywhere, the author knows that it is a promise.
  return (
    uses.length > 0 &&
    uses.every((use) => looksInto(use, nodes) || isKey(use, nodes.parentOf(use))) &&
    uses.some((use) => looksInto(use, nodes))
  );
}

/** Whether the surrounding expression reads a property of it, or tests whether it exists. */
function looksInto(node: Node, nodes: SourceFile["nodes"]): boolean {
  const parent = nodes.parentOf(node);
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === node && !PROMISE_METHODS.has(keyOf(parent) ?? "then");
    case "UnaryExpression":
      return parent.operator === "!";
    case "IfStatement":
    case "ConditionalExpression":
      return parent.test === node;
    default:
      return false;
  }
}

/** Whether an identifier is only the name of a member or property. */
function isKey(node: Node, parent: Node | undefined): boolean {
  return (parent?.type === "MemberExpression" && parent.property === node && !parent.computed)
    || (parent?.type === "Property" && parent.key === node && !parent.shorthand && !parent.computed);
}

/** The calls whose result a statement drops, including `a && b()`, `a ? b() : c()`, `(a, b())`. */
function droppedCalls(node: Node, awaited = false): { readonly call: ESTree.CallExpression; readonly awaited: boolean }[] {
  const expression = bare(node);
  switch (expression.type) {
    case "CallExpression":
      return [{ call: expression, awaited }];
    case "AwaitExpression":
      return droppedCalls(expression.argument, true);
    case "LogicalExpression":
      return droppedCalls(expression.right, awaited);
    case "ConditionalExpression":
      return [...droppedCalls(expression.consequent, awaited), ...droppedCalls(expression.alternate, awaited)];
    case "SequenceExpression":
      return expression.expressions.flatMap((each) => droppedCalls(each, awaited));
    default:
      return [];
  }
}

/** Holdfast's name for the called function, and whether its result must be returned; undefined if it is something else. */
function nameOf(call: ESTree.CallExpression, { imports }: SourceFile, made: ReadonlyMap<string, string>): Called | undefined {
  const callee = bare(call.callee);
  const imported = imports.ofHoldfast(callee);
  if (imported !== undefined) {
    const returned = RETURNED_FUNCTIONS.has(imported);
    return returned || ASYNC_FUNCTIONS.has(imported) ? { text: `${imported}()`, returned } : undefined;
  }
  if (callee.type !== "MemberExpression") return undefined;
  const method = keyOf(callee);
  const handle = handleOf(callee.object);
  if (method === undefined || handle === undefined) return undefined;
  const kind = made.get(handle) ?? (handle === "pubSub" ? "pubsub" : handle);
  const returned = RETURNED_METHODS.get(kind)?.includes(method) ?? false;
  return returned || (ASYNC_METHODS.get(kind)?.includes(method) ?? false) ? { text: `${handle}.${method}()`, returned } : undefined;
}

/** Variables made by `createEndpoint` and the like, under the names in the tables. */
function madeHere({ nodes, imports }: SourceFile): Map<string, string> {
  const made = new Map<string, string>();
  for (const node of nodes.all) {
    if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier" || node.init === null) continue;
    const init = bare(node.init);
    const kind = init.type === "CallExpression" ? MAKERS.get(imports.ofHoldfast(init.callee) ?? "") : undefined;
    if (kind !== undefined) made.set(node.id.name, kind);
  }
  return made;
}
