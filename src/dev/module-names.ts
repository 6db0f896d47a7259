import { parseSync, type ESTree } from "vite";
import { keyOf, Nodes } from "../check/index.js";

type Node = ESTree.Node;

/** Properties of a definition whose code decides what its assigns hold. `params` may be a schema, which has no code to compare. */
const MOUNTING = new Set(["mount", "topics", "params", "authorize", "handleParams", "update", "updateMany"]);
const ALL = "*";
/** The name of `import "./setup.js"`, which imports none. */
const NONE = "";

/** A declaration: its text, and the names in it. */
interface Declared {
  readonly text: string;
  readonly uses: ReadonlySet<string>;
}

/** A name from another module: imported, exported again, or both. */
interface Link {
  /** The specifier of the other module. */
  readonly source: string;
  /** The name there; "*" for all names, "" for none. */
  readonly name: string;
  /** The name here; undefined for `export … from`. */
  readonly local: string | undefined;
  /** The name for importers, of an `export … from`; "*" for all names. */
  readonly exported: string | undefined;
  /** Where it stands in the text. */
  readonly start: number;
}

/** What the text of a module says about names: which it declares, and which its definitions need to mount. */
export class ModuleNames {
  readonly links: readonly Link[];
  readonly #declared: ReadonlyMap<string, Declared>;
  /** Exported names by local ones. */
  readonly #exported: ReadonlyMap<string, readonly string[]>;
  readonly #mounting: ReadonlySet<string>;
  readonly #params: string;

  /**
   * @param file its extension says whether it is TypeScript
   * @param code without syntax errors
   */
  constructor(file: string, code: string) {
    const { program } = parseSync(file, code);
    const nodes = new Nodes(program);
    const defines = nodes.all.filter(isDefine);
    const ways = new Set(defines.flatMap((each) => ancestorsOf(each, nodes)));
    this.links = program.body.flatMap(linksOf);
    this.#exported = exportedOf(program);
    this.#declared = declaredIn(nodes, ways, code);
    const parts = defines.flatMap(mountingParts);
    this.#mounting = new Set(parts.flatMap((part) => [...namesIn(part)]));
    this.#params = parts.filter((part) => keyOf(part) === "params").map((part) => textOf(part, code)).join("\n");
  }

  /**
   * The names that mean something else now, those included that only use such a name.
   *
   * @param before the previous version
   * @param imported local names whose import has changed
   */
  changedSince(before: ModuleNames, imported: Iterable<string>): ReadonlySet<string> {
    const changed = new Set(imported);
    for (const [name, { text }] of this.#declared) if (before.#declared.get(name)?.text !== text) changed.add(name);
    for (let size = -1; size !== changed.size;) {
      size = changed.size;
      for (const [name, { uses }] of this.#declared) if ([...uses].some((used) => changed.has(used))) changed.add(name);
    }
    return changed;
  }

  /** Whether this module's views and components would mount with something else. */
  mountsOtherwise(before: ModuleNames, changed: ReadonlySet<string>): boolean {
    return this.#params !== before.#params || [...this.#mounting].some((name) => changed.has(name));
  }

  /** The names under which importers see these local names. */
  exportsOf(changed: ReadonlySet<string>): readonly string[] {
    return [...changed].flatMap((name) => this.#exported.get(name) ?? []);
  }
}

/** A view's or a component's definition: `liveView.define({ … })`. */
function isDefine(node: Node): node is ESTree.CallExpression {
  return node.type === "CallExpression" && node.callee.type === "MemberExpression" && keyOf(node.callee) === "define";
}

function ancestorsOf(node: Node, nodes: Nodes): Node[] {
  const parent = nodes.parentOf(node);
  return parent === undefined ? [] : [parent, ...ancestorsOf(parent, nodes)];
}

/** The parts of a definition that mount it; all of it, if it is not written in place. */
function mountingParts({ arguments: [what] }: ESTree.CallExpression): Node[] {
  if (what?.type !== "ObjectExpression") return what === undefined ? [] : [what];
  return what.properties.filter((each) => each.type === "SpreadElement" || MOUNTING.has(keyOf(each) ?? ""));
}

/**
 * The declarations that a definition may name: those of the module, and of the functions around the definition.
 *
 * What contains a definition is left out. A view is replaced in place, and so is the function that makes it.
 */
function declaredIn(nodes: Nodes, ways: ReadonlySet<Node>, code: string): Map<string, Declared> {
  const declared = new Map<string, Declared>();
  const add = (pattern: Node, node: Node): void => {
    for (const name of boundBy(pattern)) {
      // Two functions may each have a local of this name.
      const { text, uses } = declared.get(name) ?? { text: "", uses: [] };
      declared.set(name, { text: `${text}${textOf(node, code)}\n`, uses: new Set([...uses, ...namesIn(node)]) });
    }
  };
  for (const node of nodes.all) {
    if (ways.has(node)) continue;
    if (node.type === "VariableDeclarator" && isReached(nodes.parentOf(node), nodes, ways)) add(node.id, node);
    if ((node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") && node.id !== null && isReached(node, nodes, ways)) {
      add(node.id, node);
    }
    if (node.type === "ExportDefaultDeclaration") declared.set("default", { text: textOf(node, code), uses: namesIn(node) });
  }
  return declared;
}

/** Whether a declaration stands in the module's own scope or in that of a function around a definition. */
function isReached(declaration: Node | undefined, nodes: Nodes, ways: ReadonlySet<Node>): boolean {
  const parent = declaration && nodes.parentOf(declaration);
  const block = parent?.type === "ExportNamedDeclaration" ? nodes.parentOf(parent) : parent;
  return block?.type === "Program" || (block !== undefined && ways.has(block));
}

/** The names that a pattern binds, defaults and keys included: one too many does no harm. */
function boundBy(pattern: Node): ReadonlySet<string> {
  return namesIn(pattern);
}

/** The identifiers in a piece of code, without the names of members and properties. */
function namesIn(root: Node): Set<string> {
  const nodes = new Nodes(root);
  const names = new Set<string>();
  for (const node of nodes.all) {
    if (node.type !== "Identifier" && node.type !== "JSXIdentifier") continue;
    const parent = nodes.parentOf(node);
    const isMember = parent?.type === "MemberExpression" && parent.property === node && !parent.computed;
    const isKey = parent?.type === "Property" && parent.key === node && !parent.computed && parent.value !== node && !parent.shorthand;
    if (!isMember && !isKey) names.add(node.name);
  }
  return names;
}

function linksOf(statement: ESTree.Statement | ESTree.Directive): Link[] {
  if (statement.type === "ImportDeclaration" && statement.importKind !== "type") {
    if (statement.specifiers.length === 0) {
      return [{ source: statement.source.value, name: NONE, local: undefined, exported: undefined, start: statement.start }];
    }
    return statement.specifiers.map((each) => ({
      source: statement.source.value, local: each.local.name, exported: undefined, start: each.start,
      name: each.type === "ImportSpecifier" ? nameOf(each.imported) : each.type === "ImportDefaultSpecifier" ? "default" : ALL,
    }));
  }
  if (statement.type === "ExportAllDeclaration") {
    const { source, exported, start } = statement;
    return [{ source: source.value, name: ALL, local: undefined, exported: exported === null ? ALL : nameOf(exported), start }];
  }
  if (statement.type !== "ExportNamedDeclaration" || statement.source === null) return [];
  const { source, specifiers } = statement;
  return specifiers.map(({ local, exported, start }) => ({
    source: source.value,
    name: nameOf(local),
    local: undefined,
    exported: nameOf(exported),
    start,
  }));
}

function exportedOf(program: ESTree.Program): Map<string, string[]> {
  const exported = new Map<string, string[]>([["default", ["default"]]]);
  const add = (local: string, name: string): void => void exported.set(local, [...exported.get(local) ?? [], name]);
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.source !== null) continue;
    for (const { local, exported: as } of statement.specifiers) add(nameOf(local), nameOf(as));
    const { declaration } = statement;
    if (declaration?.type === "VariableDeclaration") {
      for (const { id } of declaration.declarations) for (const name of boundBy(id)) add(name, name);
    } else if (declaration !== null && "id" in declaration && declaration.id?.type === "Identifier")
      add(declaration.id.name, declaration.id.name);
  }
  return exported;
}

function nameOf(node: ESTree.ModuleExportName): string {
  return node.type === "Literal" ? node.value : node.name;
}

function textOf({ start, end }: Node, code: string): string {
  return code.slice(start, end);
}

/**
 * What a link passes on of the names that have changed in the other module: the local name, and the exported ones.
 *
 * @param changed exported names of the other module
 */
export function throughLink(
  { name, local, exported }: Link,
  changed: ReadonlySet<string>,
): { readonly local: readonly string[]; readonly exported: readonly string[] } {
  if (name !== ALL && !changed.has(name)) return { local: [], exported: [] };
  // `export *` leaves out the default export: ECMA-262, 16.2.1.7.2.1.
  const passed = exported === ALL ? [...changed].filter((each) => each !== "default") : exported === undefined ? [] : [exported];
  return { local: local === undefined ? [] : [local], exported: passed };
}
