import { ASYNC_FUNCTIONS, ASYNC_METHODS, MAKERS, RETURNED_FUNCTIONS, RETURNED_METHODS } from "./async-api.js";
import type { ESTree, Node } from "./parser.js";
import type { Findings } from "./problem.js";
import type { SourceFile } from "./source-file.js";
import { bare, handleOf, keyOf } from "./nodes.js";

/**
 * Calls whose result is dropped although it is what counts: promises that nobody awaits, and redirects that are not returned.
 * `void logIn(c, …)` says that it is meant.
 */
export function droppedResults(file: SourceFile, findings: Findings): void {
  const made = madeHere(file);
  for (const node of file.nodes.all) {
    if (node.type !== "ExpressionStatement") continue;
    for (const { call, awaited } of droppedCalls(node.expression)) {
      const name = nameOf(call, file, made);
      if (name === undefined) continue;
      if (name.returned) {
        findings.inCode(file, "result_dropped", call.start, {
          what: `${name.text} is not returned: by itself it does nothing.`, fix: `write return ${name.text.replace("()", "(…)")}`,
        });
      } else if (!awaited) {
        findings.inCode(file, "promise_floating", call.start, {
          what: `${name.text} is not awaited: the code after it runs first, and nothing handles its error.`,
          fix: `write await ${name.text.replace("()", "(…)")}, or void before it if nothing depends on it`,
        });
      }
    }
  }
}

/** The calls of which a statement drops the result: also in `a && b()`, `a ? b() : c()`, `(a, b())`. */
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

/** Holdfast's name for what is called, and whether its result must be returned; undefined if it is something else. */
function nameOf(call: ESTree.CallExpression, { imports }: SourceFile, made: ReadonlyMap<string, string>): { text: string; returned: boolean } | undefined {
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

/** Variables that `createEndpoint` and its like have made, under the names that the tables know. */
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
