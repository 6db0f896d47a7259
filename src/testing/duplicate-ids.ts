import { expectation } from "./document.js";
import { descendants, type DomElement, type DomParent } from "./dom.js";

/**
 * Finds elements that share an id. The client finds elements by their ids, so it would patch the wrong one, and lose items of a
 * stream to another.
 */
export class DuplicateIds {
  readonly #reported = new Set<string>();

  /**
   * Looks through the document.
   *
   * @throws HoldfastError `kit_expectation`, once for each id
   */
  check(root: DomParent): void {
    const seen = new Map<string, DomElement>();
    for (const element of descendants(root)) {
      const id = element.attribs["id"];
      if (id === undefined || id === "") continue;
      const first = seen.get(id);
      if (first === undefined) {
        seen.set(id, element);
      } else if (!this.#reported.has(id)) {
        this.#reported.add(id);
        throw expectation(
          `Two elements of the page have the id "${id}".`,
          "ids that are unique in the document",
          `${startTag(first)} and ${startTag(element)}`,
          "derive each from its item's id; in a live component that the page has several times, from the component's id as well, in " +
            "stream(items, { domId: (item) => … }) too. For a page that must have them: openBrowser(endpoint, { duplicateIds: \"allow\" })",
        );
      }
    }
  }
}

function startTag({ name, attribs }: DomElement): string {
  return `<${name}${Object.entries(attribs).map(([attribute, value]) => ` ${attribute}="${value}"`).join("")}>`.slice(0, 200);
}
