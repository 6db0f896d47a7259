import { nearest } from "../errors/index.js";
import { keyOf, textOf } from "./nodes.js";
import type { Findings } from "./problem.js";
import type { Project } from "./project.js";
import type { SourceFile } from "./source-file.js";

/** `socket.cancelAsync("usr")`: the names of tasks are free, so the compiler takes any. */
export function cancelledTasks(file: SourceFile, { tasks }: Project, findings: Findings): void {
  for (const node of file.nodes.all) {
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression" || keyOf(node.callee) !== "cancelAsync") continue;
    const [argument] = node.arguments;
    const name = textOf(argument);
    if (argument === undefined || name === undefined || tasks.has(name)) continue;
    const like = nearest(name, tasks.all);
    findings.inCode(file, "task_unknown", argument.start, {
      what: `No task has the name "${name}": this cancels nothing.`, ...(like !== undefined && { expected: `such as ${like}` }),
      fix: "write the name that startAsync was given, or that of the assign which assignAsync or streamAsync loads",
    });
  }
}
