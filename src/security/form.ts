import type { Limits } from "./limits.js";
import { decodeFormComponent } from "./percent.js";

type Fields = Record<string, unknown>;

/**
 * Parses a form as the client sends it: urlencoded, with brackets for structure.
 * `a[b]=1` becomes `{ a: { b: "1" } }`, `a[]=x&a[]=y` becomes `{ a: ["x", "y"] }`, and each `a[][b]=1` adds an item
 * `{ b: "1" }`. Numbers in brackets are keys, so a client cannot ask for an array with a million holes. If two fields have the
 * same name, or names that contradict each other (`a` and `a[b]`), the later one wins. `_target`, the field that changed,
 * becomes its path: `["a", "b"]`.
 *
 * Objects have no prototype, and a field with a segment `__proto__` is dropped, since copying it with `Object.assign` would
 * set one. Invalid percent sequences and invalid UTF-8 are read as a browser reads them, lone surrogates
 * become U+FFFD; U+0000 stays, as in `sanitizeJson`. Nothing throws.
 *
 * @param encoded the body, or the `value` of a form event
 * @param limits `formFields`: the most fields; `formDepth`: the most brackets in one name
 * @returns the form, or `undefined` if it exceeds a limit
 * @see https://url.spec.whatwg.org/#urlencoded-parsing
 * @example
 * parseForm("post%5Btitle%5D=Hi&_target=post%5Btitle%5D", defaultLimits)
 * // { post: { title: "Hi" }, _target: ["post", "title"] }
 */
export function parseForm(
  encoded: string,
  limits: Pick<Limits, "formFields" | "formDepth">,
): Fields | undefined {
  const form = emptyFields();
  let fields = 0;
  for (let start = 0; start < encoded.length; ) {
    const found = encoded.indexOf("&", start);
    const end = found === -1 ? encoded.length : found;
    if (end > start) {
      if (++fields > limits.formFields) return undefined;
      const field = encoded.slice(start, end);
      const equals = field.indexOf("=");
      const split = equals === -1 ? field.length : equals;
      const [name, value] = [decodeFormComponent(field.slice(0, split)), decodeFormComponent(field.slice(split + 1))];
      if (!add(form, name, value, limits.formDepth)) return undefined;
    }
    start = end + 1;
  }
  return withTargetPath(form, limits.formDepth);
}

/**
 * The same for fields that are decoded already, whose values may be files.
 *
 * @returns the form, or `undefined` if a name exceeds the limit
 */
export function nestFields(fields: Iterable<readonly [string, unknown]>, { formDepth }: Pick<Limits, "formDepth">): Fields | undefined {
  const form = emptyFields();
  for (const [name, value] of fields) if (!add(form, name, value, formDepth)) return undefined;
  return form;
}

/** Adds a field where its name says; false beyond `maxDepth` brackets. */
function add(form: Fields, name: string, value: unknown, maxDepth: number): boolean {
  const path = pathOf(name, maxDepth);
  if (path !== undefined && !path.includes("__proto__")) insert(form, path, value);
  return path !== undefined;
}

function emptyFields(): Fields {
  return Object.create(null) as Fields;
}

/**
 * The path that a field's name stands for: `a[b][]` → `["a", "b", ""]`. A name with unbalanced brackets is a plain name.
 *
 * @returns undefined beyond `maxDepth` brackets
 */
export function pathOf(name: string, maxDepth: number): string[] | undefined {
  const open = name.indexOf("[");
  if (open === -1 || !name.endsWith("]")) return [name];
  const inner = name.slice(open + 1, -1);
  let depth = 1;
  for (let at = inner.indexOf("]["); at !== -1; at = inner.indexOf("][", at + 2)) {
    if (++depth > maxDepth) return undefined;
  }
  return depth > maxDepth ? undefined : [name.slice(0, open), ...inner.split("][")];
}

function insert(form: Fields, path: readonly string[], value: unknown): void {
  // A container is created once the segment after it is known: `[]` asks for an array, everything else for an object.
  let container: Fields | unknown[] = form;
  for (let index = 0; index < path.length; index++) {
    const last = index === path.length - 1;
    const segment = path[index]!;
    const wantsArray = !last && path[index + 1] === "";
    if (Array.isArray(container)) {
      // Only an empty segment leads into an array, and it always adds an item.
      const item: unknown = last ? value : wantsArray ? [] : emptyFields();
      container.push(item);
      container = item as Fields | unknown[];
    } else if (last) {
      container[segment] = value;
    } else {
      const present: unknown = container[segment];
      const fits = typeof present === "object" && present !== null && Array.isArray(present) === wantsArray;
      const inner: unknown = fits ? present : wantsArray ? [] : emptyFields();
      container[segment] = inner;
      container = inner as Fields | unknown[];
    }
  }
}

function withTargetPath(form: Fields, maxDepth: number): Fields | undefined {
  if (!("_target" in form)) return form;
  const target = form["_target"];
  if (typeof target === "string") {
    const path = targetPath(target, maxDepth);
    if (path === undefined) return undefined;
    form["_target"] = path;
  } else {
    delete form["_target"]; // the client never sends `_target[a]`, so nothing is known to have changed
  }
  return form;
}

/**
 * The path of the field that changed, from its name: `post[tags][]` is `["post", "tags"]`.
 *
 * @returns undefined beyond `maxDepth` brackets
 */
export function targetPath(name: string, maxDepth: number): string[] | undefined {
  return pathOf(name, maxDepth)?.filter((segment, index) => index === 0 || segment !== "");
}
