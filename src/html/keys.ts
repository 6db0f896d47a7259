import { HoldfastError } from "../errors/index.js";
import type { Template } from "./template.js";

/**
 * Refuses a keyed list in which two items have the same key.
 *
 * @param templateOf the template of the item at an index, for the error
 * @throws HoldfastError `template_keys_not_unique`
 */
export function assertUnique(keys: readonly unknown[], templateOf: (index: number) => Template | undefined): void {
  if (isAscending(keys) || new Set(keys).size === keys.length) return;
  const seen = new Set<unknown>();
  const second = keys.findIndex((key) => seen.size === seen.add(key).size);
  const twice = keys[second];
  const template = templateOf(second);
  const got = `${twice == null ? "" : `${typeof twice} `}${String(twice).slice(0, 40)} twice`;
  throw new HoldfastError("template_keys_not_unique", {
    what: "Two items of a keyed list have the same key.",
    expected: "a key that is unique in the list",
    got: template === undefined ? got : `${got}, in ${template.excerpt}`,
    ...(template?.site === undefined ? {} : { at: template.site }),
    fix: twice === undefined ? "return the item's id from the key function: it returned nothing" : "key by the item's id",
  });
}

/** Whether they are numbers that grow, like the ids of most lists: then no two are equal, and no set has to be made to see it. */
function isAscending(keys: readonly unknown[]): boolean {
  let last = -Infinity;
  for (const key of keys) {
    if (typeof key !== "number" || !(key > last)) return false;
    last = key;
  }
  return true;
}
