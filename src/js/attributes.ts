import { HoldfastError } from "../errors/index.js";
import { BLOCKED_URL, ClientCommand } from "../html/index.js";
import { attributePartHole, attributeRefusal } from "../html/holes.js";

/** The bindings whose value the client executes. */
const BINDINGS = [
  "phx-click", "phx-click-away", "phx-change", "phx-submit", "phx-auto-recover", "phx-blur", "phx-focus", "phx-keydown", "phx-keyup",
  "phx-window-blur", "phx-window-focus", "phx-window-keydown", "phx-window-keyup", "phx-viewport-top", "phx-viewport-bottom",
  "phx-mounted", "phx-remove", "phx-connected", "phx-disconnected", "phx-progress",
] as const;

/** An attribute that holds an event or commands. */
export type BindingName = (typeof BINDINGS)[number];

/**
 * An attribute that `JS.exec` may run. What stands in `data-*` may be a user's text, and text that looks like commands would
 * be run as commands; a binding takes only what the server made.
 */
export function bindingName(name: string): string {
  if ((BINDINGS as readonly string[]).includes(name)) return name;
  throw refused(`JS.exec cannot run the attribute ${name}.`, `a binding: ${BINDINGS.join(", ")}`, name,
    "put the commands into a binding of the element, for instance phx-remove");
}

/**
 * The value of an attribute that a command sets, under the rules that it would have in a template: no `on…`, no URL that
 * runs code, only commands in bindings.
 *
 * @throws HoldfastError `template_value_refused`
 */
export function attributeValue(name: string, value: string | ClientCommand): string {
  const attribute = name.toLowerCase();
  if (!/^[a-z][a-z0-9._:-]*$/.test(attribute)) {
    throw refused("A JS command sets something that is no attribute.", "letters, digits and . _ : -", "another text", "write the name out");
  }
  const refusal = attributeRefusal(attribute);
  if (refusal !== undefined) {
    throw refused(`A JS command cannot set ${attribute}: ${refusal}.`, "another attribute", attribute, "bind a declared event with phx-*");
  }
  const written = attributePartHole(attribute, "", true).encode(value);
  if (written === BLOCKED_URL) return BLOCKED_URL;
  return value instanceof ClientCommand ? value.encode() : value;
}

/** A command that cannot be, as an error. */
export function refused(what: string, expected: string, got: string, fix: string): HoldfastError {
  return new HoldfastError("template_value_refused", { what, expected, got, fix });
}
