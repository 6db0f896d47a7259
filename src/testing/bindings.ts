import type { Found } from "./parser.js";

/**
 * Reads an element's attributes: the commands of a binding, and the values that its event carries.
 *
 * @module
 */

/** One command of a JS binding. */
type Command = readonly [name: string, args: Readonly<Record<string, unknown>>];

/**
 * The commands of a binding. A value that is not a list of commands names an event and is pushed as it stands: the client
 * does not interpret it.
 */
export function commandsOf(binding: string): readonly Command[] {
  return binding.startsWith("[") ? (JSON.parse(binding) as Command[]) : [["push", { event: binding }]];
}

/**
 * Whether a binding dispatches `change` at its own element, as the buttons of a form's lists do. The event bubbles to the
 * form, and the client sends the form's `phx-change` with the button as its submitter (`bindForms` in `live_socket.ts`).
 */
export function dispatchesChange(binding: string): boolean {
  return commandsOf(binding).some(
    ([name, { event, to, bubbles }]) => name === "dispatch" && event === "change" && to === undefined && bubbles !== false,
  );
}

/** Whether a target is a live component's number (its cid). */
export function isCid(value: unknown): value is number | string {
  return typeof value === "number" || (typeof value === "string" && /^(0|[1-9]\d*)$/.test(value));
}

/** The values that an element sends with its event (`extractMeta` in the client's `view.ts`). */
export function elementValues(element: Found): Record<string, unknown> {
  const values = phxValues(element);
  if (element.is("button, input, select, textarea, option")) {
    const checkable = element.is("[type=checkbox], [type=radio]");
    if (!checkable) values["value"] = element.attr("value") ?? "";
    else if (element.attr("checked") !== undefined) values["value"] = element.attr("value") ?? "on";
  }
  // In the DOM a list item also has a value: its number.
  if (element.is("li")) values["value"] = Number(element.attr("value") ?? 0);
  return values;
}

/** The values of `phx-value-*`. */
export function phxValues(element: Found): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(element.attr() ?? {})) {
    if (name.startsWith("phx-value-")) values[name.slice("phx-value-".length)] = value;
  }
  return values;
}
