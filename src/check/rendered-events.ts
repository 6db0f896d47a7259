import { bare, keyOf } from "./nodes.js";
import type { Node } from "./parser.js";
import type { SourceFile } from "./source-file.js";

/** What an event of a form has: `on.save.change`. */
const PHASES: ReadonlySet<string> = new Set(["change", "submit"]);

/**
 * The event that an expression surely refers to: `save` of `on.save`, `on.save({ id })` and `on.save.submit`, where `on` is the second
 * parameter of a `render`. Types cannot check an event's place in a template: the type of a tag does not see the text around its values.
 */
export function renderedEvent(node: Node, { nodes }: SourceFile): string | undefined {
  let at = bare(node);
  if (at.type === "CallExpression") at = bare(at.callee);
  else if (at.type === "MemberExpression" && PHASES.has(keyOf(at) ?? "") && bare(at.object).type === "MemberExpression") {
    at = bare(at.object);
  }
  if (at.type !== "MemberExpression") return undefined;
  const on = bare(at.object);
  if (on.type !== "Identifier") return undefined;
  // The nearest function with a parameter of that name is the one that brings it.
  for (let outer = nodes.parentOf(node); outer !== undefined; outer = nodes.parentOf(outer)) {
    if (outer.type !== "ArrowFunctionExpression" && outer.type !== "FunctionExpression" && outer.type !== "FunctionDeclaration") continue;
    const place = outer.params.findIndex((parameter) => parameter.type === "Identifier" && parameter.name === on.name);
    if (place === -1) continue;
    const property = nodes.parentOf(outer);
    const isRender = place === 1 && property?.type === "Property" && property.value === outer && keyOf(property) === "render";
    return isRender ? keyOf(at) : undefined;
  }
  return undefined;
}
