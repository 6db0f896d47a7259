import { nearest } from "../errors/index.js";
import { takesCommands, type CommandBinding, type OptionBinding } from "../html/index.js";
import { adviceFor } from "./advice.js";
import { mayHave, type MarkupElement } from "./markup.js";
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

/**
 * The client (phoenix_live_view 1.2.12, `bind` in live_socket.ts) ignores events whose target is not an element, and those of the
 * window's own focus have the window. What it reports of an upload goes to the view's `progress`, whatever `phx-progress` says.
 */
const NEVER_SENT: ReadonlyMap<string, string> = new Map([
  ["phx-window-focus", "listen to the window in a client hook"], ["phx-window-blur", "listen to the window in a client hook"],
  ["phx-progress", "declare `progress` in the view: it hears how far each upload has come"],
] satisfies (readonly [CommandBinding, string])[]);

/** The client reads these from a form alone. */
const OF_FORMS: ReadonlySet<string> = new Set(["phx-auto-recover", "phx-submit", "phx-trigger-action"] satisfies (
  CommandBinding | OptionBinding
)[]);
const FIELDS: ReadonlySet<string> = new Set(["form", "input", "select", "textarea"]);
const KEY_EVENTS = ["phx-keydown", "phx-keyup", "phx-window-keydown", "phx-window-keyup"] as const satisfies readonly CommandBinding[];

/** The client reads these from the element that has the focus, and not from those around it (`bind` in live_socket.ts). */
const OF_FOCUS: ReadonlySet<string> = new Set(["phx-keydown", "phx-keyup", "phx-focus", "phx-blur"] satisfies CommandBinding[]);
/** Elements that have the focus, or to which keys go while nothing has it. */
const FOCUSABLE: ReadonlySet<string> = new Set([
  "a", "area", "audio", "body", "button", "details", "dialog", "embed", "html", "iframe", "input", "object", "option",
  "select", "summary", "textarea",
  "video",
]);

/** Attributes that the client does not read there, so that it never sends anything for them. */
export const unsentEvents: ElementRule = (element, template) => {
  for (const { name, at } of element.attributes.values()) {
    const fix = NEVER_SENT.get(name);
    if (fix !== undefined) template.report("event_never_sent", at, { what: `The client sends nothing for ${name}.`, fix });
    const elsewhere = placeOf(name, element);
    if (elsewhere !== undefined) {
      template.report("event_never_sent", at, { what: `The client does not read ${name} on this <${element.tag}>.`, fix: elsewhere });
    }
  }
};

/** Where an attribute belongs that stands on an element where it does nothing. A custom element may be a field. */
function placeOf(name: string, element: MarkupElement): string | undefined {
  const { tag, attributes, spread } = element;
  if (OF_FORMS.has(name) && tag !== "form") return "put it on the <form>";
  if (name === "phx-change" && !FIELDS.has(tag) && !tag.includes("-")) return "put it on the <form>, or on one field";
  if (OF_FOCUS.has(name) && !mayHaveFocus(element)) {
    const orWindow = name.startsWith("phx-key") ? `, or write ${name.replace("phx-", "phx-window-")}` : "";
    return `put it on the field or button that has the focus${orWindow}`;
  }
  if (name === "phx-key" && !spread && !KEY_EVENTS.some((event) => attributes.has(event))) return `put it beside ${KEY_EVENTS.join(", ")}`;
  return undefined;
}

/** Whether an element itself may have the focus. A hook may give it a tabindex. */
function mayHaveFocus(element: MarkupElement): boolean {
  const { tag, namespace } = element;
  return (
    FOCUSABLE.has(tag) ||
    tag.includes("-") ||
    namespace !== "html" ||
    ["tabindex", "contenteditable", "phx-hook"].some((name) => mayHave(element, name))
  );
}

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
