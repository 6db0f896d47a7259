import { nearest, takesCommands } from "../html/index.js";
import { adviceFor } from "./advice.js";
import { keyOf, textOf } from "./nodes.js";
import type { Findings } from "./problem.js";
import type { Project } from "./project.js";
import type { SourceFile } from "./source-file.js";
import type { ElementRule } from "./template.js";

/** Event names written as text in a template. */
export const eventsAsText: ElementRule = (element, template) => {
  const { events } = template.project;
  for (const { name, value, at } of element.attributes.values()) {
    if (value === undefined || !takesCommands(name) || isNoEvent(name, value) || events.has(value)) continue;
    template.report("event_unknown", at, unknown(value, events.all));
  }
};

/** Commands as JSON, and the client's keyword for a form that is not recovered. */
function isNoEvent(name: string, value: string): boolean {
  return name.startsWith("data-") || value.startsWith("[") || (name === "phx-auto-recover" && value === "ignore");
}

/** Events pushed by a client hook: `this.pushEvent("save", …)`. */
export function pushedEvents(file: SourceFile, { events }: Project, findings: Findings): void {
  for (const node of file.nodes.all) {
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression" || node.callee.object.type !== "ThisExpression") continue;
    const method = keyOf(node.callee);
    const argument = method === "pushEvent" ? node.arguments[0] : method === "pushEventTo" ? node.arguments[1] : undefined;
    const name = textOf(argument);
    if (argument === undefined || name === undefined || events.has(name)) continue;
    findings.inCode(file, "event_unknown", argument.start, unknown(name, events.all));
  }
}

function unknown(name: string, declared: ReadonlySet<string>): { what: string; expected?: string; fix: string } {
  const like = nearest(name, declared);
  return {
    what: `No view or component declares an event "${name}".`, ...(like !== undefined && { expected: `such as ${like}` }),
    fix: adviceFor("event refused", "unknown_event"),
  };
}
