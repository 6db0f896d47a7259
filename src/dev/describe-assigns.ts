import { inspect } from "node:util";

/** Names of values that must not be displayed. */
const SECRET = /pass|secret|token|credential|cookie|session|csrf|authorization|api_?key|private/i;
const MASK = "•••";
/** How deep, how many items of a list, and how much of a text are shown. */
const DEPTH = 4;
const ITEMS = 20;
const TEXT = 200;

/**
 * Describes a view's assigns for the developer, with secrets masked by their names.
 *
 * @example
 * describeAssigns({ user: { name: "Ada", passwordHash: "…" } }) // "{ user: { name: 'Ada', passwordHash: '•••' } }"
 */
export function describeAssigns(assigns: object): string {
  return inspect(masked(assigns, 0), { depth: DEPTH + 1, breakLength: 90, maxArrayLength: ITEMS, maxStringLength: TEXT });
}

function masked(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) {
    return value.length === 0 || depth >= DEPTH ? `[${value.length} items]` : value.slice(0, ITEMS).map((item) => masked(item, depth + 1));
  }
  if (typeof value !== "object" || value === null) return typeof value === "function" ? "[function]" : value;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An instance decides itself how it is displayed, and may contain anything.
  if (prototype !== Object.prototype && prototype !== null) {
    return value instanceof Date ? value : `[${value.constructor?.name ?? "object"}]`;
  }
  if (depth >= DEPTH) return "[object]";
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, SECRET.test(name) ? MASK : masked(each, depth + 1)]));
}
