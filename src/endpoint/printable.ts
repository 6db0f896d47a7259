import { inspect, type InspectOptions } from "node:util";

/** Only this many characters of a longer error's beginning and end are printed. */
const HALF = 8_000;
/** Levels of nested details. */
const DEPTH = 4;
/** All control characters except those that lay out a stack. */
const CONTROL = /(?![\n\t])\p{Cc}/gu;

/**
 * Details as a terminal may show them. Node escapes and shortens strings, but prints an error's message and stack as they are, and a
 * visitor's text is often part of a message: it would move the cursor, begin a line that looks like another, or fill the log.
 */
export function printable(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!("error" in details)) return withDepth(details);
  const text = inspect(details["error"]);
  const shown = shortened(text.replace(CONTROL, escaped));
  if (shown === text) return details;
  const indented = shown.replaceAll("\n", "\n  ");
  return { ...details, error: { [inspect.custom]: () => indented } };
}

/** Shown with the paths of a schema's issues, which stand one level deeper than Node prints. */
function withDepth(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const shown = (_depth: number, options: InspectOptions): string => inspect(details, { ...options, depth: DEPTH });
  return Object.defineProperty({ ...details }, inspect.custom, { value: shown });
}

function shortened(text: string): string {
  const left = text.length - 2 * HALF;
  return left <= 0 ? text : `${text.slice(0, HALF)}… ${left} more characters …${text.slice(-HALF)}`;
}

/** As Node escapes it in a string. */
function escaped(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
