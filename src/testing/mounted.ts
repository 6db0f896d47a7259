import { childElements, parentElement, type DomElement } from "./dom.js";

/**
 * Which elements of a view have run their `phx-mounted`: the client runs it once for each element that comes into the
 * document (`maybeMounted` of `view.ts`).
 */
export class MountedElements {
  #known = new Set<string>();

  /** Those that were not there the last time. */
  fresh(elements: readonly DomElement[]): DomElement[] {
    const before = this.#known;
    const now = new Map(elements.map((element) => [placeOf(element), element] as const));
    this.#known = new Set(now.keys());
    return [...now].filter(([place]) => !before.has(place)).map(([, element]) => element);
  }
}

/** What the client's morphing knows an element by: its id, or where it stands below the next element that has one. */
function placeOf(element: DomElement): string {
  const id = element.attribs["id"];
  if (id !== undefined && id !== "") return `#${id}`;
  const parent = parentElement(element);
  return parent === undefined ? element.name : `${placeOf(parent)} ${element.name}:${childElements(parent).indexOf(element)}`;
}
