import { HoldfastError } from "../errors/index.js";

/** A value with its path. */
interface Step {
  readonly parent: Step | undefined;
  /** As written in a path: `.title`, `[3]`. */
  readonly key: string;
  readonly value: unknown;
}

/**
 * Checks that a value is plain data, so that every node can receive an equal one: JSON values, `undefined`, bigint, every
 * number, `Date`, `Map`, `Set`, `ArrayBuffer` and its views, in plain objects and arrays; cycles included. A `Buffer` arrives
 * on other nodes as a `Uint8Array`.
 *
 * It does not recurse, so a deep payload cannot exhaust the stack.
 *
 * @param value what is about to be published
 * @param name the value's name in the error
 * @throws {HoldfastError} `payload_not_data`, with the path: `payload.post.author: a User instance`
 * @example
 * assertData({ post: { author: new User() } }, "payload");
 */
export function assertData(value: unknown, name: string): void {
  const steps: Step[] = [{ parent: undefined, key: name, value }];
  const seen = new Set<unknown>();
  // The list grows while it is walked, breadth first, so that errors name the shortest path.
  for (const step of steps) {
    const found = step.value;
    if (typeof found === "function") throw notData(step, "a function");
    if (typeof found === "symbol") throw notData(step, "a symbol");
    if (typeof found !== "object" || found === null || seen.has(found)) continue;
    seen.add(found);
    for (const [key, child] of childrenOf(found, step)) {
      if (mayBeRefused(child)) steps.push({ parent: step, key, value: child });
    }
  }
}

function mayBeRefused(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "symbol";
}

/** A container's contents, each with its key as written in a path. */
function childrenOf(container: object, step: Step): Iterable<readonly [string, unknown]> {
  if (Array.isArray(container)) {
    if (isSubclass(container)) throw notData(step, instanceName(container));
    return elements(container);
  }
  if (isLeaf(container)) return [];
  const prototype: unknown = Object.getPrototypeOf(container);
  if (prototype === Map.prototype) return mapEntries(container as ReadonlyMap<unknown, unknown>);
  if (prototype === Set.prototype) return members(container as ReadonlySet<unknown>);
  // The Object.prototype of another realm, such as a vm context, also has no prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw notData(step, instanceName(container));
  if (Object.getOwnPropertySymbols(container).length > 0) throw notData(step, "an object with a symbol as a key");
  if (Object.hasOwn(container, "__proto__")) throw notData(step, "an object with the key __proto__");
  return properties(container as Readonly<Record<string, unknown>>);
}

/** Whether it is an instance of a class that extends Array: what that adds does not travel. Realms have arrays of their own. */
function isSubclass(array: readonly unknown[]): boolean {
  let length = 0;
  for (let at: unknown = Object.getPrototypeOf(array); at !== null; at = Object.getPrototypeOf(at)) length++;
  // Array.prototype and Object.prototype.
  return length > 2;
}

function isLeaf(container: object): boolean {
  return ArrayBuffer.isView(container) || container instanceof ArrayBuffer || Object.getPrototypeOf(container) === Date.prototype;
}

function* elements(array: readonly unknown[]): Generator<readonly [string, unknown]> {
  for (const [index, value] of array.entries()) yield [`[${index}]`, value];
}

function* properties(object: Readonly<Record<string, unknown>>): Generator<readonly [string, unknown]> {
  for (const key of Object.keys(object)) yield [propertyInPath(key), object[key]];
}

/** A property's name as written in a path: `.title`, `["a b"]`. */
export function propertyInPath(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function* mapEntries(map: ReadonlyMap<unknown, unknown>): Generator<readonly [string, unknown]> {
  for (const [key, value] of map) {
    yield [".keys()", key];
    yield [typeof key === "string" ? `.get(${JSON.stringify(key)})` : ".values()", value];
  }
}

function* members(set: ReadonlySet<unknown>): Generator<readonly [string, unknown]> {
  for (const value of set) yield [".values()", value];
}

function instanceName(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: unknown };
  const { constructor } = prototype;
  const name = typeof constructor === "function" ? constructor.name : "";
  if (name === "") return "an instance of a class";
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name} instance`;
}

function notData(step: Step, found: string): HoldfastError {
  let path = "";
  for (let at: Step | undefined = step; at !== undefined; at = at.parent) path = at.key + path;
  return new HoldfastError("payload_not_data", {
    what: `${path}: ${found} cannot travel to another node.`,
    expected: "plain objects, arrays, strings, numbers, booleans, null, undefined, bigint, Date, Map, Set, bytes",
    got: found,
    fix: "Publish the fields that subscribers need, or an id that they look up.",
  });
}
