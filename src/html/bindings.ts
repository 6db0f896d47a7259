/**
 * The attributes that the client reads: phoenix_live_view 1.2 with its prefix `phx-`. This is the only list; templates, JS
 * commands and components use it.
 *
 * @module
 */
import { nearest } from "../errors/index.js";

/**
 * What the client does with the attribute's value: a `command` is pushed as an event or executed; an `option` is read.
 */
type ClientAttributeKind = "command" | "option";

const COMMANDS = [
  "phx-auto-recover", "phx-blur", "phx-change", "phx-click", "phx-click-away", "phx-connected", "phx-disconnected", "phx-focus",
  "phx-keydown", "phx-keyup", "phx-mounted", "phx-progress", "phx-remove", "phx-submit", "phx-viewport-bottom", "phx-viewport-top",
  "phx-window-blur", "phx-window-focus", "phx-window-keydown", "phx-window-keyup",
] as const;

const OPTIONS = [
  "phx-debounce", "phx-disable-with", "phx-drop-target", "phx-hook", "phx-key", "phx-no-unused-field", "phx-patch-focused",
  "phx-target", "phx-throttle", "phx-track-static", "phx-track-uploads", "phx-trigger-action", "phx-update",
  "phx-viewport-overrun-target",
] as const;

/** A binding: an attribute whose value the client pushes as an event or executes. */
export type CommandBinding = (typeof COMMANDS)[number];

/** An attribute of the client that it reads as text. */
export type OptionBinding = (typeof OPTIONS)[number];

/**
 * Attributes for commands that `JS.exec` runs, in addition to the bindings. Like bindings they take commands only; other
 * `data-*` attributes may contain a user's text.
 */
export type CommandDataAttribute = `data-js-${string}`;

const KINDS: ReadonlyMap<string, ClientAttributeKind> = new Map<string, ClientAttributeKind>([
  ...COMMANDS.map((name) => [name, "command"] as const),
  ...OPTIONS.map((name) => [name, "option"] as const),
]);

/** All bindings, for messages. */
export const COMMAND_BINDINGS: readonly CommandBinding[] = COMMANDS;

/**
 * The bindings whose events the client sends with the fields of a form, as `type: "form"`, and nothing else does.
 *
 * @see exec_push in assets/js/phoenix_live_view/js.ts of phoenix_live_view 1.2.12
 */
export const FORM_BINDINGS = ["phx-change", "phx-submit", "phx-auto-recover"] as const satisfies readonly CommandBinding[];

/** Whether the client sends a form with the events of this attribute. */
export function sendsForm(attribute: string | undefined): boolean {
  return FORM_BINDINGS.some((name) => name === attribute);
}

const EXECUTED: ReadonlySet<string> = new Set<CommandBinding>(["phx-connected", "phx-disconnected", "phx-mounted", "phx-remove"]);

/**
 * Whether the client only runs commands in this attribute: at the bare name of an event it throws, in the middle of the page's update.
 *
 * @see exec in assets/js/phoenix_live_view/js.js of phoenix_live_view 1.2.12: without commands and without a default there is nothing
 * to run
 */
export function runsCommandsOnly(name: string): boolean {
  return EXECUTED.has(name) || name.startsWith("data-js-");
}

/** What the names of an element's own values begin with. */
export const VALUE = "phx-value-";
const VALUE_NAME = /^phx-value-[a-z0-9]/;
const COMMAND_DATA = /^data-js-[a-z0-9]/;

/** The kind of a `phx-*` attribute; undefined if the client does not know it. */
export function clientAttributeKind(name: string): ClientAttributeKind | undefined {
  return KINDS.get(name) ?? (VALUE_NAME.test(name) ? "option" : undefined);
}

/** How a value's attribute is spelt, because a browser makes names lower-case: `phx-value-columnId` → `phx-value-column-id`. */
export function valueAttribute(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, "-$&").toLowerCase();
}

/** Whether the client executes the attribute's value, or `JS.exec` may. */
export function takesCommands(name: string): boolean {
  return KINDS.get(name) === "command" || COMMAND_DATA.test(name);
}

/** What to write in place of attributes of earlier clients. No attribute that does the same has a similar name. */
const FORMER: ReadonlyMap<string, string> = new Map([
  ["phx-capture-click", "phx-click-away"],
  ["phx-feedback-for", "the errors of form.field(…), which are empty until the field was used"],
  ["phx-page-loading", "JS.push(on.event, { pageLoading: true })"],
]);

/** What to write in place of an attribute that the client does not know: usually the most similar one. */
export function nearestClientAttribute(name: string): string {
  return FORMER.get(name) ?? nearest(name, KINDS.keys()) ?? "phx-value-…";
}
