import { HoldfastError } from "../errors/index.js";
import { assertData, propertyInPath } from "../pubsub/index.js";
import type { Meta } from "./types.js";

/**
 * Checks that a meta can reach other nodes, and clients as JSON. Each channel of the topic sends it, so one that JSON cannot
 * write would fail in all of them, and not in the code that tracked it.
 *
 * @throws {HoldfastError} `payload_not_data`, `presence_misuse`, both with the path of what is wrong
 */
export function assertMeta(meta: Meta): void {
  assertData(meta, "meta");
  try {
    JSON.stringify(meta);
  } catch (cause) {
    const { path, value } = unwritable(meta);
    throw new HoldfastError("presence_misuse", {
      what: `${path}: ${value} cannot be sent to clients, who see every meta.`,
      expected: "what JSON can write", got: value,
      fix: value === "a bigint" ? "Send it as text: String(value)." : "Send only the fields that clients need.",
    }, { cause });
  }
}

/** What `JSON.stringify` throws at. */
interface Unwritable {
  readonly path: string;
  readonly value: "a bigint" | "a cycle" | "an object that is too deep";
}

/** Walks a meta as `JSON.stringify` does, with the objects around each value. */
function unwritable(meta: Meta): Unwritable {
  const around: { readonly value: unknown; readonly key: string }[] = [];
  let found: Unwritable | undefined;
  function visit(this: unknown, key: string, value: unknown): unknown {
    if (found !== undefined) return undefined;
    // Objects that have been left.
    while (around.length > 0 && around.at(-1)!.value !== this) around.pop();
    const inPath = around.length === 0 ? "meta" : Array.isArray(this) ? `[${key}]` : propertyInPath(key);
    const wrong = typeof value === "bigint" ? "a bigint" : around.some((outer) => outer.value === value) ? "a cycle" : undefined;
    if (wrong !== undefined) found = { path: around.map((outer) => outer.key).join("") + inPath, value: wrong };
    else if (typeof value === "object" && value !== null) around.push({ value, key: inPath });
    return wrong === undefined ? value : undefined;
  }
  try {
    JSON.stringify(meta, visit);
  } catch {
    // Its stack ended before anything else was found.
  }
  return found ?? { path: "meta", value: "an object that is too deep" };
}
