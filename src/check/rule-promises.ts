import {
  ASYNC_FUNCTIONS, ASYNC_METHODS, DROPPING_FUNCTIONS, MAKERS, RETURNED_FUNCTIONS, RETURNED_METHODS, SOCKET_CALLBACKS, TYPES,
} from "./async-api.js";
import { bare, handleOf, isFunction, keyOf } from "./nodes.js";
import type { ESTree, Node } from "./parser.js";
import type { Findings } from "./problem.js";
import type { SourceFile } from "./source-file.js";

/**
 * Calls whose result must be used: promises that are not awaited, and redirects that are not returned. `void logIn(c, …)`
 * marks a call as intended.
 */
export function droppedResults(file: SourceFile, findings: Findings): void {
  const known = knownHere(file);
  const drop = (calls: readonly DroppedCall[], mode: Partial<Dropping> = {}): void => {
    for (const { call, awaited } of calls) dropped(call, { awaited, each: false, ...mode }, nameOf(call, file, known), file, findings);
  };
  for (const node of file.nodes.all) {
    if (node.type === "ExpressionStatement") drop(droppedCalls(node.expression));
    else if (node.type === "UnaryExpression" && node.operator === "void") drop(droppedCalls(node.argument), { awaited: true });
    else if (node.type === "CallExpression") {
      const each = keyOf(bare(node.callee)) === "forEach";
      if (each || isDropping(node, file)) drop(resultsOf(node.arguments[0], file), { each });
      if (!isUsedAsValue(node, file)) continue;
      const called = nameOf(node, file, known);
      if (called === undefined || called.returned) continue;
      findings.inCode(file, "promise_floating", node.start, {
        what: `${called.text} is not awaited: its value here is a promise.`, fix: `write await ${withArguments(called)}`,
      });
    }
  }
}

/** How a result is dropped. */
interface Dropping {
  readonly awaited: boolean;
  /** By the function that `forEach` calls. */
  readonly each: boolean;
}

function dropped(
  call: ESTree.CallExpression, { awaited, each }: Dropping, called: Called | undefined, file: SourceFile, findings: Findings,
): void {
  if (called?.returned === true) {
    const { of } = called;
    findings.inCode(file, "result_dropped", call.start, {
      what: of === undefined ? `${called.text} is not returned: by itself it does nothing.`
        : `${called.text} returns ${of}, which is not returned here: by itself it does nothing.`,
      fix: each ? `write for (const … of …), and return ${withArguments(called)} in it` : `write return ${withArguments(called)}`,
    });
  } else if (called !== undefined && !awaited) {
    findings.inCode(file, "promise_floating", call.start, {
      what: `${called.text} is not awaited: the code after it runs first, and nothing handles its error.`,
      fix: each
        ? `write for (const … of …) await ${withArguments(called)}: forEach waits for nothing`
        : `write await ${withArguments(called)}, or void before it if nothing depends on it`,
    });
  }
}

/** Whether a call drops what the function that it is given returns: `setTimeout(() => navigate("/"), 100)`. */
function isDropping({ callee }: ESTree.CallExpression, { imports }: SourceFile): boolean {
  const expression = bare(callee);
  return expression.type === "Identifier" && DROPPING_FUNCTIONS.has(expression.name) && imports.moduleOf(expression.name) === undefined;
}

/** The calls whose result a function returns. */
function resultsOf(value: Node | undefined, { nodes }: SourceFile): readonly DroppedCall[] {
  const made = value && bare(value);
  if (made === undefined || !isAnyFunction(made) || made.body === null) return [];
  const { body } = made;
  if (body.type !== "BlockStatement") return droppedCalls(body);
  const isOwn = (node: Node): boolean => {
    let around = nodes.parentOf(node);
    while (around !== undefined && !isAnyFunction(around)) around = nodes.parentOf(around);
    return around === made;
  };
  return nodes.all.flatMap((node) =>
    (node.type === "ReturnStatement" && node.argument !== null && node.start > body.start && node.end <= body.end && isOwn(node)
      ? droppedCalls(node.argument) : []));
}

function isAnyFunction(node: Node): node is ESTree.ArrowFunctionExpression | ESTree.Function {
  return isFunction(node) || node.type === "FunctionDeclaration";
}

/** The called function, under Holdfast's name. */
interface Called {
  readonly text: string;
  /** Whether its result has an effect only if it is returned. */
  readonly returned: boolean;
  /** For a function of the file: what it returns. */
  readonly of?: string;
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

interface DroppedCall {
  readonly call: ESTree.CallExpression;
  readonly awaited: boolean;
}

/** The calls whose result a statement drops, including `a && b()`, `a ? b() : c()`, `(a, b())`. */
function droppedCalls(node: Node, awaited = false): DroppedCall[] {
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

/** What a file's names stand for. */
interface Known {
  /** Variables that hold an endpoint or a PubSub, under the names in the tables. */
  readonly made: ReadonlyMap<string, string>;
  /** What else holds one, or a socket: by its type, or as the first parameter of a hook or a handler. Each within its function. */
  readonly held: readonly { readonly name: string; readonly kind: string; readonly within: Node }[];
  /** Functions of the file that return a `navigate()` or the like, and what. */
  readonly leading: ReadonlyMap<string, string>;
}

/** Holdfast's name for the called function, and whether its result must be returned; undefined if it is something else. */
function nameOf(call: ESTree.CallExpression, { imports }: SourceFile, { made, held, leading }: Known): Called | undefined {
  const callee = bare(call.callee);
  const imported = imports.ofHoldfast(callee);
  if (imported !== undefined) {
    const returned = RETURNED_FUNCTIONS.has(imported);
    return returned || ASYNC_FUNCTIONS.has(imported) ? { text: `${imported}()`, returned } : undefined;
  }
  if (callee.type === "Identifier") {
    const of = leading.get(callee.name);
    return of === undefined ? undefined : { text: `${callee.name}()`, returned: true, of };
  }
  if (callee.type !== "MemberExpression") return undefined;
  const method = keyOf(callee);
  const handle = handleOf(callee.object);
  if (method === undefined || handle === undefined) return undefined;
  const holder = held.find(({ name, within }) => name === handle && within.start <= call.start && call.end <= within.end);
  const kind = holder?.kind ?? made.get(handle) ?? (handle === "pubSub" ? "pubsub" : handle);
  const returned = RETURNED_METHODS.get(kind)?.includes(method) ?? false;
  return returned || (ASYNC_METHODS.get(kind)?.includes(method) ?? false) ? { text: `${handle}.${method}()`, returned } : undefined;
}

function knownHere(file: SourceFile): Known {
  const { nodes, imports } = file;
  const made = new Map<string, string>();
  const held: Known["held"][number][] = [];
  const leading = new Map<string, string>();
  for (const node of nodes.all) {
    if (node.type === "Identifier") {
      const kind = TYPES.get(typeOf(node, imports) ?? "");
      if (kind !== undefined) held.push({ name: node.name, kind, within: scopeOf(node, file) });
    } else if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && node.init !== null) {
      const init = bare(node.init);
      const kind = init.type === "CallExpression" ? MAKERS.get(imports.ofHoldfast(init.callee) ?? "") : undefined;
      if (kind !== undefined) made.set(node.id.name, kind);
      leads(node.id.name, init);
    } else if (node.type === "FunctionDeclaration" && node.id !== null) leads(node.id.name, node);
    else if (isFunction(node) && takesSocket(node, nodes.parentOf(node), file)) {
      const [first] = node.params;
      if (first?.type === "Identifier") held.push({ name: first.name, kind: "socket", within: node });
    }
  }
  return { made, held, leading };

  function leads(name: string, value: Node): void {
    for (const { call } of resultsOf(value, file)) {
      const imported = imports.ofHoldfast(call.callee);
      if (imported !== undefined && RETURNED_FUNCTIONS.has(imported)) leading.set(name, `${imported}()`);
    }
  }
}

/** The function around a name, or the program. */
function scopeOf(node: Node, { nodes }: SourceFile): Node {
  let around = nodes.parentOf(node) ?? node;
  for (let next: Node | undefined = around; next !== undefined && !isAnyFunction(around); next = nodes.parentOf(around)) around = next;
  return around;
}

/** Holdfast's type that a variable or a parameter is annotated with. */
function typeOf(node: Node, imports: SourceFile["imports"]): string | undefined {
  const annotated = (node as { readonly typeAnnotation?: { readonly typeAnnotation?: Node } | null }).typeAnnotation?.typeAnnotation;
  return annotated?.type === "TSTypeReference" ? imports.ofHoldfast(annotated.typeName) : undefined;
}

/** Whether it is a hook, or a view's or a component's callback: its first parameter is the socket. */
function takesSocket(made: Node, parent: Node | undefined, { imports }: SourceFile): boolean {
  if (parent?.type === "CallExpression") return imports.ofHoldfast(parent.callee) === "onMount";
  return parent?.type === "Property" && SOCKET_CALLBACKS.has(keyOf(parent) ?? "") && parent.value === made && imports.fromHoldfast;
}
