import { isPlainObject, toText, type Writer } from "./values.js";

/** Classes: text, lists, and objects whose keys are the classes to write when their value is true. */
export type ClassList = string | number | false | null | undefined | ClassMap | Classes | readonly ClassList[];

/** Classes that come and go: `{ active: on }`. */
interface ClassMap {
  readonly [name: string]: boolean | null | undefined;
}

/** Classes for a template's `class`, made by `classes()`. A separate type, so that no other object passes for them. */
export class Classes {
  readonly #list: ClassList;

  constructor(list: ClassList) {
    this.#list = list;
  }

  get list(): ClassList {
    return this.#list;
  }
}

/**
 * Classes that depend on values, for `class=${…}` in a template. If there are none, the attribute is left out.
 *
 * A template takes no bare object here: the compiler does not know where a hole is, and an object between tags would compile
 * too. Attributes with a name, as in `spread({ class: … })` and `link({ class: … })`, take the object itself.
 *
 * @param list text, objects (`{ active: on }` writes `active` when `on` is true), and lists of both; `false`, `null` and
 * `undefined` are left out
 * @example
 * html`<li class=${classes("tab", { active: tab === current })}>${tab}</li>`
 */
export function classes(...list: readonly ClassList[]): Classes {
  return new Classes(list);
}

/** Writes a class list with one space between classes; false entries are left out. */
export const writeClass: Writer = (value, spot) => {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown) => writeClass(item, spot)).filter((text) => text !== "").join(" ");
  }
  if (value instanceof Classes) return writeClass(value.list, spot);
  if (!isPlainObject(value)) return toText(value, spot);
  return Object.keys(value).filter((name) => Boolean(value[name])).join(" ");
};
