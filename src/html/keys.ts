import { HoldfastError } from "../errors/index.js";

/** @throws HoldfastError `template_keys_not_unique` */
export function assertUnique(keys: readonly unknown[]): void {
  if (new Set(keys).size === keys.length) return;
  const seen = new Set<unknown>();
  const twice = keys.find((key) => seen.size === seen.add(key).size);
  throw new HoldfastError("template_keys_not_unique", {
    what: "Two items of a keyed list have the same key.",
    expected: "a key that is unique in the list",
    got: `${typeof twice} ${String(twice).slice(0, 40)} twice`,
    fix: "key by the item's id",
  });
}
