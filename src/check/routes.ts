import { HOLE } from "../html/index.js";
import { bare, handleOf, keyOf, textOf } from "./nodes.js";
import type { ESTree, Node } from "./parser.js";
import type { SourceFile } from "./source-file.js";

/** Hono's methods that answer a path, and those that answer everything below one. */
const ANSWERS: ReadonlySet<string> = new Set(["all", "delete", "get", "options", "patch", "post", "put"]);
const BELOW: ReadonlySet<string> = new Set(["basePath", "mount", "route", "use"]);

/**
 * The paths that the application answers, as far as its sources spell them out: in `definePaths`, as live routes, and as Hono
 * routes. If one is computed, any path may have a route.
 */
export class Routes {
  readonly #patterns = new Set<string>();
  #open = false;

  constructor(files: readonly SourceFile[]) {
    for (const file of files) {
      for (const node of file.nodes.all) if (node.type === "CallExpression") this.#read(node, file);
    }
  }

  #read(call: ESTree.CallExpression, { imports }: SourceFile): void {
    const [first, ...rest] = call.arguments;
    if (first === undefined) return;
    const callee = bare(call.callee);
    if (imports.ofHoldfast(callee) === "definePaths") this.#define(bare(first));
    else if (callee.type === "Identifier" && callee.name === "live" && rest.length > 0) this.#add(first, "");
    else if (callee.type === "MemberExpression") {
      const method = keyOf(callee) ?? "";
      if (method === "on" && rest.length > 1 && handleOf(callee.object) === "app") this.#add(rest[0]!, "");
      else if (BELOW.has(method) && textOf(first)?.startsWith("/")) this.#add(first, "/*");
      else if (ANSWERS.has(method) && rest.length > 0 && isHandler(rest.at(-1)!)) this.#add(first, "");
    }
  }

  #define(paths: Node): void {
    if (paths.type !== "ObjectExpression") this.#open = true;
    else for (const property of paths.properties) this.#add(property.type === "Property" ? property.value : property, "");
  }

  #add(path: Node, below: string): void {
    const text = textOf(path);
    if (text !== undefined) this.#patterns.add(withoutSlash(text) + below);
    // A path of definePaths is recorded where it is defined.
    else if (bare(path).type !== "MemberExpression" || !/paths/i.test(handleOf(memberObject(path)) ?? "")) this.#open = true;
  }

  /**
   * Whether a path may have a route. A hole stands for part of a segment; paths with a file extension always may.
   *
   * @param href a path with query and fragment, each hole a `HOLE`
   */
  has(href: string): boolean {
    if (this.#open || this.#patterns.size === 0) return true;
    const path = pathOf(href);
    if (!path.startsWith("/") || path.startsWith("//") || /\.\w+$/.test(path)) return true;
    return [...this.#patterns].some((pattern) => fits(segments(pattern), segments(path)));
  }

  get patterns(): ReadonlySet<string> {
    return this.#patterns;
  }
}

/** The path of a URL, without query, fragment and a slash at its end. */
export function pathOf(href: string): string {
  return withoutSlash(href.replace(/[?#].*$/s, ""));
}

function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/$/, "");
}

function memberObject(node: Node): Node {
  const expression = bare(node);
  return expression.type === "MemberExpression" ? expression.object : expression;
}

function isHandler(node: Node): boolean {
  return ["ArrowFunctionExpression", "FunctionExpression", "Identifier", "CallExpression", "MemberExpression"].includes(bare(node).type);
}

/** A parameter's own pattern may contain slashes: `:path{.+/x}`. */
function segments(path: string): string[] {
  return path.split(/\/(?![^{]*\})/).slice(1);
}

function fits([pattern, ...patterns]: readonly string[], path: readonly string[]): boolean {
  if (pattern === undefined) return path.length === 0;
  if (pattern === "*" && patterns.length === 0) return true;
  if (pattern.endsWith("?") && fits(patterns, path)) return true;
  const [segment, ...rest] = path;
  if (segment === undefined) return false;
  const [, expression] = /^:[^{]*\{(.*)\}/.exec(pattern) ?? [];
  // A parameter's expression may match several segments.
  if (expression !== undefined && /[./]/.test(expression)) return true;
  const same = pattern === "*" || pattern.startsWith(":") || segment.includes(HOLE) || pattern === segment;
  return same && fits(patterns, rest);
}
