import type { Attributes } from "../components/index.js";
import type { ClassList } from "../html/index.js";

/** The kit's own classes, and those that the caller adds. */
export function classes(own: ClassList, given: Attributes["class"]): ClassList {
  return typeof given === "bigint" || given === true ? own : [own, given];
}
