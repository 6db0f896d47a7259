import { adviceFor } from "./advice.js";
import { bare, keyOf, propertyOf } from "./nodes.js";
import type { Node } from "./parser.js";
import type { Findings } from "./problem.js";
import type { SourceFile } from "./source-file.js";

/** Topics without a handler in `messages`. A handler without a topic does not compile. */
export function topicsAndMessages(file: SourceFile, findings: Findings): void {
  for (const node of file.nodes.all) {
    if (node.type !== "ObjectExpression" || propertyOf(node, "render") === undefined) continue;
    const topics = namesIn(returnedBy(propertyOf(node, "topics")));
    const messages = propertyOf(node, "messages");
    const handled = messages === undefined ? new Map<string, Node>() : namesIn(bare(messages));
    // The content of a spread or a computed name is unknown.
    if (topics === undefined || handled === undefined || node.properties.some(({ type }) => type === "SpreadElement")) continue;
    for (const [name, at] of topics) {
      if (handled.has(name)) continue;
      findings.inCode(file, "topic_unheard", at.start, {
        what: `The topic "${name}" has no handler.`, fix: adviceFor("topic without handler"),
      });
    }
  }
}

/** What a function returns that does nothing else. */
function returnedBy(node: Node | undefined): Node | undefined {
  if (node?.type !== "ArrowFunctionExpression" && node?.type !== "FunctionExpression") return undefined;
  if (node.body === null || node.body.type !== "BlockStatement") return node.body === null ? undefined : bare(node.body);
  const [statement, ...others] = node.body.body;
  return statement?.type === "ReturnStatement" && statement.argument !== null && others.length === 0 ? bare(statement.argument) : undefined;
}

/** The names of an object's properties with their places; undefined if they are not all written out. */
function namesIn(object: Node | undefined): Map<string, Node> | undefined {
  if (object?.type !== "ObjectExpression") return undefined;
  const names = new Map<string, Node>();
  for (const property of object.properties) {
    const name = property.type === "Property" ? keyOf(property) : undefined;
    if (name === undefined) return undefined;
    names.set(name, property);
  }
  return names;
}
