import type { Limits } from "./limits.js";

/**
 * Whether a parsed JSON value is small enough to be handed on. Does not recurse, and stops at the first limit that is exceeded.
 * Strings have no cap of their own: their frame has one, and the event's schema may have another.
 *
 * @param value what `JSON.parse` returned
 * @param limits depth (a scalar has 0, `[]` has 1), all object keys, all array items
 * @example
 * withinJsonLimits({ a: [[1]] }, { ...defaultLimits, jsonDepth: 2 }) // false
 */
export function withinJsonLimits(value: unknown, limits: Pick<Limits, "jsonDepth" | "jsonKeys" | "jsonItems">): boolean {
  const { jsonDepth, jsonKeys, jsonItems } = limits;
  if (!isContainer(value)) return true;
  let keys = 0;
  let items = 0;
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > jsonDepth) return false;
    const next: object[] = [];
    for (const container of level) {
      let children: readonly unknown[];
      if (Array.isArray(container)) {
        children = container;
        if ((items += children.length) > jsonItems) return false;
      } else {
        children = Object.values(container);
        if ((keys += children.length) > jsonKeys) return false;
      }
      for (const child of children) if (isContainer(child)) next.push(child);
    }
    level = next;
  }
  return true;
}

/**
 * Makes a client's JSON safe to copy and to store, in place, as `parseForm` makes a form:
 *
 * - Lone surrogates become U+FFFD, in values and keys: they have no UTF-8 form, so a database or a file would change them or throw.
 * - A key `__proto__` is removed: `Object.assign` would turn it into a prototype.
 * - U+0000 stays. It is a character, and a form sends it too; if your database cannot store it, let the schema refuse it.
 *
 * Does not recurse.
 *
 * @param value what `JSON.parse` returned; no other code may hold it
 * @returns the same value; for a string that was not well-formed, another one
 * @see https://infra.spec.whatwg.org/#scalar-value-string
 * @example
 * sanitizeJson(JSON.parse('{"a":"\\ud800","__proto__":{"admin":true}}')) // { a: "\ufffd" }
 */
export function sanitizeJson(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (!isContainer(value)) return value;
  const waiting: object[] = [value];
  for (let container = waiting.pop(); container !== undefined; container = waiting.pop()) {
    if (Array.isArray(container)) {
      for (let index = 0; index < container.length; index++) {
        const child: unknown = container[index];
        if (isContainer(child)) waiting.push(child);
        else if (typeof child === "string" && !child.isWellFormed()) container[index] = child.toWellFormed();
      }
    } else {
      const record = container as Record<string, unknown>;
      for (const key of Object.keys(record)) {
        const child = record[key];
        if (key === "__proto__") {
          delete record[key];
          continue;
        }
        if (isContainer(child)) waiting.push(child);
        const wellFormed = key.isWellFormed();
        if (wellFormed && (typeof child !== "string" || child.isWellFormed())) continue;
        if (!wellFormed) delete record[key];
        record[key.toWellFormed()] = typeof child === "string" ? child.toWellFormed() : child;
      }
    }
  }
  return value;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
