import { HoldfastError } from "../errors/index.js";
import {
  attributeText, COMMAND_BINDINGS, takesCommands, type ClientCommand, type CommandBinding, type CommandDataAttribute,
} from "../html/index.js";

/** An attribute for an event or commands: a binding, or `data-js-*`. */
export type BindingName = CommandBinding | CommandDataAttribute;

/**
 * An attribute that `JS.exec` may run. Other attributes may contain a user's text, and text that looks like commands would be
 * run as commands; bindings and `data-js-*` contain only what the server made.
 *
 * @throws HoldfastError `template_value_refused`
 */
export function bindingName(name: string): string {
  if (takesCommands(name)) return name;
  throw refused(`JS.exec cannot run the attribute ${name}.`, `data-js-*, or a binding: ${COMMAND_BINDINGS.join(", ")}`, name,
    name.startsWith("data-") ? `call it data-js-${name.slice("data-".length)}: such attributes hold only commands`
      : "put the commands into a binding of the element, for instance phx-remove, or into data-js-*");
}

/**
 * The value of an attribute that a command sets, under the rules that apply in a template: no `on…`, no URL that runs code,
 * only commands in bindings.
 *
 * @throws HoldfastError `template_value_refused`
 */
export function attributeValue(name: string, value: string | ClientCommand): string {
  return attributeText(name, value, "A JS command");
}

/** The error for an invalid command. */
export function refused(what: string, expected: string, got: string, fix: string): HoldfastError {
  return new HoldfastError("template_value_refused", { what, expected, got, fix });
}
