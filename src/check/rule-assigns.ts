import { bare, keyOf } from "./nodes.js";
import type { Node } from "./parser.js";
import type { Findings } from "./problem.js";
import type { SourceFile } from "./source-file.js";

/** The methods with which an array changes itself. */
const CHANGING: ReadonlySet<string> = new Set(["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin"]);

/**
 * `socket.assigns.posts.push(post)`: a page renders again when an assign is replaced, and does not see that one has changed. The
 * assigns themselves are read-only; what is in them has the application's own types.
 */
export function changedAssigns(file: SourceFile, findings: Findings): void {
  for (const node of file.nodes.all) {
    const changed = changedBy(node);
    const name = changed === undefined ? undefined : assignOf(changed);
    if (name === undefined || isAssignedAfter(node, file)) continue;
    findings.inCode(file, "assign_changed", node.start, {
      what: `The assign "${name}" is changed in place: the page does not show it.`,
      fix: `replace it: socket.update("${name}", (${name}) => …), with a new array or object`,
    });
  }
}

/** What a node changes in place. */
function changedBy(node: Node): Node | undefined {
  switch (node.type) {
    case "CallExpression": {
      const callee = bare(node.callee);
      return callee.type === "MemberExpression" && CHANGING.has(keyOf(callee) ?? "") ? bare(callee.object) : undefined;
    }
    case "AssignmentExpression":
      return holderOf(node.left);
    case "UpdateExpression":
      return holderOf(node.argument);
    case "UnaryExpression":
      return node.operator === "delete" ? holderOf(node.argument) : undefined;
    default:
      return undefined;
  }
}

/** What has the member that a node names. */
function holderOf(node: Node): Node | undefined {
  const member = bare(node);
  return member.type === "MemberExpression" ? bare(member.object) : undefined;
}

/** The assign in which something is reached: `posts` of `socket.assigns.posts[0].tags`. */
function assignOf(node: Node): string | undefined {
  for (let at = node; at.type === "MemberExpression"; at = bare(at.object)) {
    const holder = bare(at.object);
    if (holder.type !== "MemberExpression" || keyOf(holder) !== "assigns") continue;
    const owner = bare(holder.object);
    return owner.type === "Identifier" && owner.name === "socket" ? keyOf(at) : undefined;
  }
  return undefined;
}

/** Whether the function around it also calls `assign` or `update`: then the page renders again. */
function isAssignedAfter(node: Node, { nodes }: SourceFile): boolean {
  let within = nodes.parentOf(node);
  while (
    within !== undefined &&
    within.type !== "ArrowFunctionExpression" &&
    within.type !== "FunctionExpression" &&
    within.type !== "FunctionDeclaration"
  ) {
    within = nodes.parentOf(within);
  }
  if (within === undefined) return false;
  const { start, end } = within;
  return nodes.all.some((each) => each.start >= start && each.end <= end && each.type === "CallExpression"
    && each.callee.type === "MemberExpression" && (keyOf(each.callee) === "assign" || keyOf(each.callee) === "update"));
}
