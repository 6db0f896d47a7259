import { HoldfastError } from "../errors/index.js";
import { EventRef } from "../js/index.js";
import { resolved } from "./constants.js";
import { branchesOf, holeAt } from "./literals.js";
import { textOf } from "./nodes.js";
import type { Node } from "./parser.js";
import type { Findings } from "./problem.js";
import { renderedEvent } from "./rendered-events.js";
import type { CheckedTemplate } from "./template.js";

/** Values visible in the source, passed to the scanner's holes as a render would. */
export function shownValues(template: CheckedTemplate, findings: Findings): void {
  const { literal, markup, skipped } = template;
  for (const [index, hole] of markup.holes.entries()) {
    const at = holeAt(literal.strings, index);
    if (skipped.some(({ from, to }) => at >= from && at < to)) continue;
    for (const node of branchesOf(literal.holes[index]!)) {
      const event = hole.content ? renderedEvent(node, literal.file) : undefined;
      const shown = event === undefined ? valueOf(resolved(node, literal.file)) : { value: new EventRef(event) };
      if (shown === undefined) continue;
      try {
        hole.encode(shown.value);
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        findings.inLiteral(literal, error.code, at, error.parts);
      }
    }
  }
}

/** The value of an expression, if it is the same in every run. */
function valueOf(node: Node): { readonly value: unknown } | undefined {
  const text = textOf(node);
  if (text !== undefined) return { value: text };
  if (node.type === "Literal") return "regex" in node ? { value: /x/ } : { value: node.value };
  if (node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression") return { value: () => undefined };
  return undefined;
}
