import { childElements, parentElement, type DomElement } from "./dom.js";

/**
 * Remembers which elements of a view have run their `phx-mounted`. The client runs it once for each element that enters the
 * document (`maybeMounted` in its `view.ts`).
 */
export class MountedElements {
  #known = new Set<string>();

  /** Those that were not in the document last time. */
  fresh(elements: readonly DomElement[]): DomElement[] {
    const before = this.#known;
    const now = new Map(elements.map((element) => [placeOf(element), element] as const));
    this.#known = new Set(now.keys());
    return [...now].filter(([place]) => !before.has(place)).map(([, element]) => element);
  }
}

/** How morphing identifies an element: by its id, or by its position below the nearest ancestor that has one. */
function placeOf(element: DomElement): string {
  const id = element.attribs["id"];
  if (id !== undefined && id !== "") return `#${id}`;
  const parent = parentElement(element);
  return parent === undefined ? element.name : `${placeOf(parent)} ${element.name}:${childElements(parent).indexOf(element)}`;
}
