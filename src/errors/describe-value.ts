const SHOWN_KEYS = 5;

/** The kind of a value, in plain words. */
export function describeValue(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return value === undefined ? "undefined" : `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  const { constructor } = value;
  if (typeof constructor === "function" && constructor !== Object && constructor.name !== "") return withArticle(constructor.name);
  const keys = Object.keys(value);
  if (keys.length === 0) return "an object without keys";
  const shown = keys.slice(0, SHOWN_KEYS).map((key) => key.slice(0, 40)).join(", ");
  return `an object with the ${keys.length === 1 ? "key" : "keys"} ${shown}${keys.length > SHOWN_KEYS ? ", …" : ""}`;
}

function withArticle(name: string): string {
  return `${/^(?!URL)[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
