import { HoldfastError } from "../errors/index.js";

/** The values bound to an event where it is rendered. */
export type BoundValues = Readonly<Record<string, unknown>>;

// Characters that must not be in the text: HTML's special ones, which would be written as long references, our own, and what
// an HTML parser changes or a reader takes for the end: NUL, line breaks, white space.
// oxlint-disable-next-line no-control-regex -- they are what it looks for
const SPECIAL = /[%&<>"'=,~\u0000-\u0020\u007f]/g;
/** A surrogate without its other half: in UTF-8 all of them become U+FFFD. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

function escapeText(text: string): string {
  const escaped = text.replace(SPECIAL, (c) => `%${hex(c, 2)}`);
  return escaped.isWellFormed() ? escaped : escaped.replace(LONE_SURROGATE, (c) => `%u${hex(c, 4)}`);
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, "0");
}

function unescapeText(text: string): string {
  return text.replace(/%(?:u([0-9a-f]{4})|([0-9a-f]{2}))/g, (_, long?: string, short?: string) =>
    String.fromCharCode(Number.parseInt((long ?? short)!, 16)));
}

/**
 * Bound values as text: the same text for the same values wherever it is written, so that it can be searched and compared.
 * Keys are sorted; the first character of each value gives its type.
 *
 * @throws HoldfastError `bound_value_invalid` for a value that is not data
 * @example
 * encodeBound("remove", { id: 7, kind: "post" }) // "id=7,kind=.post"
 */
export function encodeBound(event: string, values: BoundValues): string {
  const names = Object.keys(values).filter((name) => values[name] !== undefined);
  if (names.length > 1) names.sort();
  return names.map((name) => `${escapeText(name)}=${encodeValue(event, name, values[name])}`).join(",");
}

function encodeValue(event: string, name: string, value: unknown): string {
  switch (typeof value) {
    case "number":
      // JSON has no NaN, and would turn -0 into 0.
      if (Number.isFinite(value) && !Object.is(value, -0)) return String(value);
      break;
    case "string":
      return `.${escapeText(value)}`;
    case "boolean":
      return value ? "!1" : "!0";
    case "bigint":
      return `#${value}`;
    case "object":
      if (value === null) return "!";
      if (value instanceof Date) return `@${value.getTime()}`;
      if (isPlain(value)) return `:${escapeText(JSON.stringify(sorted(value)))}`;
      break;
    default:
  }
  throw new HoldfastError("bound_value_invalid", {
    what: `The event "${event}" is bound to a value that cannot be encoded: "${name}".`,
    expected: "a string, a finite number, a boolean, a bigint, a Date, null, or objects and arrays of them",
    got: typeof value === "object" ? `an object of ${value?.constructor?.name ?? "no class"}` : String(value).slice(0, 40),
    fix: `bind what identifies it: on.${event}({ id: item.id })`,
  });
}

/**
 * Decodes what `encodeBound` wrote; undefined for a text without its form.
 *
 * @throws SyntaxError for a value that `encodeBound` never writes: check first that the server wrote the text
 */
export function decodeBound(text: string): BoundValues | undefined {
  const values: Record<string, unknown> = {};
  if (text === "") return values;
  for (const entry of text.split(",")) {
    const at = entry.indexOf("=");
    if (at === -1) return undefined;
    const name = unescapeText(entry.slice(0, at));
    if (name === "__proto__") return undefined;
    values[name] = decodeValue(entry.slice(at + 1));
  }
  return values;
}

function decodeValue(text: string): unknown {
  const rest = text.slice(1);
  switch (text[0]) {
    case ".": return unescapeText(rest);
    case "!": return rest === "" ? null : rest === "1";
    case "#": return BigInt(rest);
    case "@": return new Date(Number(rest));
    case ":": return JSON.parse(unescapeText(rest)) as unknown;
    default: return Number(text);
  }
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The same object with its keys sorted at every level. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted((value as Record<string, unknown>)[key])]));
}
