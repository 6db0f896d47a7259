/**
 * The values that the client understands in those of its attributes that take no free text. It throws at some of the others,
 * and silently does nothing with the rest.
 *
 * @see phoenix_live_view 1.2.12: `debounce` in dom.ts; `findOverrunTarget` in hooks.ts; the drop listener and `phx-key` in
 * live_socket.ts; `isNowTriggerFormExternal` in dom.ts
 * @module
 */
import type { OptionBinding } from "./bindings.js";
import { nearest } from "../errors/index.js";
import { toText, type Writer } from "./values.js";

/** What to write in place of a value that means nothing. */
export interface OptionFault {
  readonly expected: string;
  readonly instead: string;
}

type OptionRule = (text: string) => OptionFault | undefined;

/** Words, and perhaps a number of milliseconds: the client reads "1s" as one millisecond. */
function words(known: readonly string[], milliseconds: boolean): OptionRule {
  const expected = [...known, ...(milliseconds ? ["a number of milliseconds"] : [])].join(", ");
  return (text) => {
    if (text === "" || known.includes(text) || (milliseconds && /^\d+$/.test(text))) return undefined;
    const word = /^[a-z]/i.test(text) ? nearest(text, known) : undefined;
    return { expected, instead: word ?? (milliseconds ? "300" : known[0]!) };
  };
}

/** An id, which the client passes to `getElementById`. */
const elementId: OptionRule = (text) =>
  (/^#|\s/.test(text) ? { expected: "an element's id, without #", instead: text.replaceAll(/^#|\s.*$/g, "") || "list" } : undefined);

/** A boolean attribute: whatever its text, the client looks only at whether it is there. */
const presence: OptionRule = (text) =>
  (text === "false" ? { expected: "the attribute, or none: false as text counts as true", instead: "" } : undefined);

/** Spellings that keys have elsewhere. */
const KEYS: ReadonlyMap<string, string> = new Map(Object.entries({
  cmd: "Meta", command: "Meta", ctrl: "Control", del: "Delete", down: "ArrowDown", esc: "Escape", ins: "Insert", left: "ArrowLeft",
  option: "Alt", pgdn: "PageDown", pgup: "PageUp", return: "Enter", right: "ArrowRight", space: " ", spacebar: " ", up: "ArrowUp",
  win: "Meta",
}));

/** The name of one key, which the client compares with `KeyboardEvent.key` in lower case. */
const key: OptionRule = (text) => {
  const instead = KEYS.get(text.toLowerCase());
  if (instead !== undefined) return { expected: "the name of a key, as in KeyboardEvent.key", instead };
  return text.length > 1 && /[+\s]|^Key[A-Z]$/.test(text)
    ? {
        expected: "the name of one key, as in KeyboardEvent.key; combinations need a client hook",
        instead: text.replace(/^Key|.*[+\s]/g, "").toLowerCase() || "Enter",
      }
    : undefined;
};

const RULES: ReadonlyMap<string, OptionRule> = new Map<OptionBinding, OptionRule>([
  ["phx-debounce", words(["blur"], true)],
  ["phx-drop-target", elementId],
  ["phx-key", key],
  ["phx-throttle", words([], true)],
  ["phx-trigger-action", presence],
  ["phx-update", words(["ignore", "replace", "stream"], false)],
  ["phx-viewport-overrun-target", elementId],
]);

/** Why the client can do nothing with this value of its attribute; undefined if it can, or if the attribute takes any text. */
export function optionFault(name: string, text: string): OptionFault | undefined {
  return RULES.get(name)?.(text);
}

/** The writer of a client's attribute; undefined if it takes any text. */
export function optionWriter(name: string): Writer | undefined {
  const rule = RULES.get(name);
  return (
    rule &&
    ((value, spot) => {
      const text = toText(value, spot);
      const fault = rule(text);
      if (fault === undefined) return text;
      throw spot.refusal(
        value,
        fault.expected,
        fault.instead === "" ? `pass true or false: ${name}=\${true}` : `write ${name}="${fault.instead}"`,
      );
    })
  );
}
