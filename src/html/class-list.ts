import { isPlainObject, toText, type Writer } from "./values.js";

/** Classes: text, lists of them, and objects whose keys are classes that are there if their value is true. */
export type ClassList = string | number | false | null | undefined | ClassMap | readonly ClassList[];

/** Classes that come and go: `{ active: on }`. */
export interface ClassMap {
  readonly [name: string]: boolean | null | undefined;
}

/** Writes a class list with one space between classes; what is false is left out. */
export const writeClass: Writer = (value, spot) => {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown) => writeClass(item, spot)).filter((text) => text !== "").join(" ");
  }
  if (!isPlainObject(value)) return toText(value, spot);
  return Object.keys(value).filter((name) => Boolean(value[name])).join(" ");
};
