import { checkValue, LIST, OBJECT, TEXT } from "../errors/options.js";

/**
 * Reads the values of a form. They may come from a client: any shape may appear anywhere, and none may throw.
 *
 * @module
 */

/** An item of a nested list: its index, its key in the list, the id by which the browser recognizes it, and its fields. */
export interface Item {
  readonly index: number;
  readonly key: string;
  readonly persistentId: string;
  readonly fields: object;
}

const UNUSED = "_unused_";
const INTEGER = /^(?:0|[1-9]\d{0,8})$/;
const PERSISTENT_ID = /^[\w-]{1,64}$/;

/** Whether it is an object whose keys are data: from a form, JSON or a literal; not a `Date` or a class's instance. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A property, without those that every object inherits; for a class's instance also what its class defines. */
export function lookUp(holder: unknown, key: string): unknown {
  if (typeof holder !== "object" || holder === null) return undefined;
  const there = isRecord(holder) || Array.isArray(holder) ? Object.hasOwn(holder, key) : key in holder && !(key in Object.prototype);
  return there ? (holder as Record<string, unknown>)[key] : undefined;
}

/** A value for one input. Structures sent by a client instead count as nothing. */
export function scalar(value: unknown): unknown {
  return value === null || Array.isArray(value) || isRecord(value) || typeof value === "function" ? undefined : value;
}

/** The values of a field with several. */
export function scalars(value: unknown): unknown[] {
  return Array.isArray(value) ? value.filter((item) => scalar(item) !== undefined) : [];
}

/**
 * Whether the input was used. The client sends an empty `_unused_title` beside the title of an input that was not focused,
 * changed or submitted yet; an object was used if something in it was.
 */
export function isUsed(holder: unknown, key: string): boolean {
  if (key.startsWith(UNUSED) || key === "_persistent_id" || key === "_target") return false;
  if (lookUp(holder, UNUSED + key) !== undefined) return false;
  const value = lookUp(holder, key);
  if (value === undefined) return false;
  if (isRecord(value)) return Object.keys(value).some((inner) => isUsed(value, inner));
  if (Array.isArray(value) && value.some(isRecord)) {
    return value.some((item) => isRecord(item) && Object.keys(item).some((inner) => isUsed(item, inner)));
  }
  return true;
}

/** The items of a list, one object, or undefined if there is neither. A form numbers a list's items: `{ "0": {…} }`. */
export function nestedItems(value: unknown): readonly Item[] | Item | undefined {
  if (Array.isArray(value)) return numbered(value.map((item, index) => [String(index), item]));
  if (typeof value !== "object" || value === null || value instanceof Date) return undefined;
  const keys = Object.keys(value);
  if (keys.length === 0 || !keys.every((key) => INTEGER.test(key))) return { index: 0, key: "", persistentId: "0", fields: value };
  return numbered(Object.entries(value));
}

/** Each item keeps the id that its browser has sent; a missing, invalid or duplicate one is replaced. */
function numbered(entries: readonly (readonly [string, unknown])[]): Item[] {
  const sent = entries.map(([, item]) => {
    const id = lookUp(item, "_persistent_id");
    return typeof id === "string" && PERSISTENT_ID.test(id) ? id : undefined;
  });
  const taken = new Set(sent);
  taken.delete(undefined);
  const seen = new Set<string>();
  let next = taken.size;
  return entries.map(([key, item], index) => {
    let id = sent[index];
    if (id === undefined || seen.has(id)) {
      while (taken.has(String(next))) next++;
      id = String(next);
      taken.add(id);
    }
    seen.add(id);
    // An item that is not an object keeps its index, because errors of the others are reported by index.
    return { index, key, persistentId: id, fields: typeof item === "object" && item !== null ? item : {} };
  });
}

const PARAMS = { of: "formParams", fix: 'formParams(payload, { as: "post", lists: ["comments"] })' };

/**
 * The fields of one form from an event's payload, with its lists as lists: sorted as `…_sort[]` says, without what `…_drop[]`
 * names, moved as `…_up[]` and `…_down[]` say, and with a new `{}` at each free place that the button of `form.add` requests.
 * The marks of unused inputs stay, so pass the fields to `toForm` unchanged.
 *
 * @param payload what the event's handler received
 * @param options `as`: the form's name, default none; `lists`: the fields that hold lists of objects, those inside an item
 * after a dot, default none
 * @returns the fields; empty if the client has sent something else
 * @throws HoldfastError `template_value_refused` for options that are none
 * @example
 * const params = formParams(payload, { as: "post", lists: ["comments", "comments.replies"] });
 */
export function formParams(
  payload: unknown, options: { readonly as?: string; readonly lists?: readonly string[] } = {},
): Record<string, unknown> {
  checkValue("template_value_refused", PARAMS, "the object of options", options, OBJECT);
  const { as, lists = [] } = options;
  if (as !== undefined) checkValue("template_value_refused", PARAMS, "as", as, TEXT);
  checkValue("template_value_refused", PARAMS, "lists", lists, LIST);
  const fields = as === undefined ? payload : lookUp(payload, as);
  return isRecord(fields) ? withLists(fields, lists.map((path) => path.split("."))) : {};
}

/** The suffixes of a list's hidden inputs and buttons, after the list's name. */
const LIST_MARKS = ["_sort", "_drop", "_up", "_down"] as const;

function withLists(fields: Readonly<Record<string, unknown>>, paths: readonly (readonly string[])[]): Record<string, unknown> {
  const result: Record<string, unknown> = { ...fields };
  for (const key of new Set(paths.flatMap((path) => path.slice(0, 1)))) {
    const own = paths.filter(([first]) => first === key);
    if (own.some((path) => path.length === 1)) {
      const list = listOf(fields, key);
      for (const mark of LIST_MARKS) delete result[key + mark];
      if (list === undefined) delete result[key];
      else result[key] = list;
    }
    const deeper = own.filter((path) => path.length > 1).map((path) => path.slice(1));
    if (deeper.length === 0) continue;
    const inner = lookUp(result, key);
    if (Array.isArray(inner)) result[key] = inner.map((item: unknown) => (isRecord(item) ? withLists(item, deeper) : item));
    else if (isRecord(inner)) result[key] = withLists(inner, deeper);
  }
  return result;
}

/** One list, or undefined if nothing was sent of it. */
function listOf(fields: unknown, key: string): Record<string, unknown>[] | undefined {
  const value = lookUp(fields, key);
  const sort = lookUp(fields, `${key}_sort`);
  const drop = lookUp(fields, `${key}_drop`);
  if (value === undefined && sort === undefined && drop === undefined) return undefined;
  const items = new Map<string, Record<string, unknown>>();
  // An object's own order is that of its numeric keys.
  for (const [at, item] of Object.entries(typeof value === "object" && value !== null ? value : {})) {
    if (isRecord(item)) items.set(at, item);
  }
  const dropped = new Set(scalars(drop));
  for (const at of dropped) items.delete(String(at));
  const list: [string, Record<string, unknown>][] = [];
  for (const at of scalars(sort)) {
    if (at === "" || dropped.has(at)) continue;
    list.push([String(at), items.get(String(at)) ?? {}]);
    items.delete(String(at));
  }
  list.push(...items);
  move(list, scalars(lookUp(fields, `${key}_up`)), -1);
  move(list, scalars(lookUp(fields, `${key}_down`)), 1);
  return list.map(([, item]) => item);
}

/** Swaps each of the named items with its neighbour; at the end of the list it stays. */
function move(list: [string, Record<string, unknown>][], keys: readonly unknown[], step: -1 | 1): void {
  if (keys.length === 0) return;
  // A client may name each of thousands of items: looking for them one by one would be quadratic.
  const places = new Map<string, number>();
  for (const [at, [key]] of list.entries()) if (!places.has(key)) places.set(key, at);
  for (const key of keys) {
    const from = places.get(String(key));
    if (from === undefined) continue;
    const [item, other] = [list[from], list[from + step]];
    if (item === undefined || other === undefined) continue;
    list[from] = other;
    list[from + step] = item;
    places.set(other[0], from);
    places.set(item[0], from + step);
  }
}

/**
 * What a client has sent of a form, with `[]` for each list that the page shows without items. Where the view places
 * `nested.hidden` itself, such a list has no input at all, so a payload without it does not mean that it is missing. Items are
 * matched by the ids that the browser sends with them.
 *
 * @param sent the result of `formParams`
 * @param shown the fields as the page shows them
 * @param lists as for `formParams`
 */
export function withEmptyLists(sent: Readonly<Record<string, unknown>>, shown: unknown, lists: readonly string[]): Record<string, unknown> {
  return filled(sent, shown, lists.map((path) => path.split(".")));
}

function filled(sent: Readonly<Record<string, unknown>>, shown: unknown, paths: readonly (readonly string[])[]): Record<string, unknown> {
  const result: Record<string, unknown> = { ...sent };
  for (const [key, ...deeper] of paths) {
    if (key === undefined) continue;
    const before = lookUp(shown, key);
    const now = lookUp(result, key);
    if (deeper.length === 0) {
      if (now === undefined && Array.isArray(before) && before.length === 0) result[key] = [];
    } else if (isRecord(now)) {
      result[key] = filled(now, before, [deeper]);
    } else if (Array.isArray(now)) {
      const items = nestedItems(before);
      const shownById = new Map((Array.isArray(items) ? (items as readonly Item[]) : []).map((item) => [item.persistentId, item.fields]));
      result[key] = now.map((item: unknown) =>
        isRecord(item) ? filled(item, shownById.get(String(item["_persistent_id"])), [deeper]) : item,
      );
    }
  }
  return result;
}
