import {
  childElements, closest, descendants, detach, elementById, insertBefore, parentElement, removeChildren, type DomElement, type DomParent,
} from "./dom.js";
import type { Stream } from "./tree.js";

/** Marks an item with the stream that it came from. */
export const STREAM_REF = "data-phx-stream";

interface Insert {
  readonly ref: string;
  readonly at: number;
  readonly limit: number | null;
  readonly updateOnly: boolean;
  readonly reset: boolean;
}

/** What a patch does to the items of streams; the rules are those of the client's `dom_patch.ts`. */
export class StreamChanges {
  readonly #root: DomParent;
  readonly #viewId: string;
  readonly #inserts = new Map<string, Insert>();
  /** Items that were removed and come back in the same patch. */
  readonly #kept = new Map<string, DomElement>();
  /** Items with `phx-remove`: they are removed after the patch. */
  readonly #leaving = new Set<DomElement>();

  constructor(root: DomParent, viewId: string) {
    this.#root = root;
    this.#viewId = viewId;
  }

  /** Removes reset and deleted items before the new ones come. */
  begin(streams: readonly Stream[]): void {
    for (const [ref, inserts, deleted, reset] of streams) {
      for (const [id, at, limit, updateOnly] of inserts) {
        this.#inserts.set(id, { ref, at, limit, updateOnly: updateOnly === true, reset: reset === true });
      }
      if (reset !== undefined) {
        for (const element of [...descendants(this.#root)]) {
          if (element.attribs[STREAM_REF] === ref) this.#remove(element, false);
        }
      }
      for (const id of deleted) {
        const element = elementById(this.#root, id);
        if (element !== undefined) this.#remove(element, false);
      }
    }
  }

  /** A join empties the containers, including what the dead page rendered. */
  clear(container: DomElement): void {
    for (const child of childElements(container)) this.#remove(child, true);
    removeChildren(container);
  }

  end(): void {
    for (const element of this.#leaving) detach(element);
  }

  isUnwanted(element: DomElement): boolean {
    const id = element.attribs["id"] ?? "";
    return this.#inserts.get(id)?.updateOnly === true && !this.#kept.has(id);
  }

  /** The element that was removed and now comes back, if there is one. */
  takeKept(element: DomElement): DomElement | undefined {
    const id = element.attribs["id"] ?? "";
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    return kept;
  }

  /** Inserts a new child at its stream's position; any other child goes to the end. */
  place(parent: DomParent, child: DomElement): void {
    const insert = this.#inserts.get(child.attribs["id"] ?? "");
    if (insert === undefined) return insertBefore(parent, child, null);
    child.attribs[STREAM_REF] = insert.ref;
    const children = childElements(parent);
    if (insert.at === 0) return insertBefore(parent, child, parent.children[0]);
    if (insert.at > 0) return insertBefore(parent, child, children[insert.at]);
    // At the end of the stream, before the container's other trailing elements.
    const last = children.at(-1);
    const other =
      last !== undefined && !(STREAM_REF in last.attribs) ? children.find(({ attribs }) => !(STREAM_REF in attribs)) : undefined;
    return insertBefore(parent, child, other);
  }

  /** Moves an item that is new or comes back in a reset, and removes items beyond the limit. */
  arrange(element: DomElement, isNew: boolean): void {
    const insert = this.#inserts.get(element.attribs["id"] ?? "");
    if (insert === undefined) return;
    element.attribs[STREAM_REF] = insert.ref;
    const parent = parentElement(element);
    if ((!insert.reset && !isNew) || parent === undefined) return;
    if (insert.at === 0) insertBefore(parent, element, childElements(parent)[0]);
    else if (insert.at > 0) {
      const children = childElements(parent);
      const beforeIt = children.indexOf(element) > insert.at ? children[insert.at] : children[insert.at + 1];
      insertBefore(parent, element, insert.at >= children.length - 1 ? null : beforeIt);
    }
    this.#cut(parent, insert.limit);
  }

  #cut(parent: DomElement, limit: number | null | undefined): void {
    if (limit === null || limit === undefined) return;
    const children = childElements(parent);
    const beyond = limit < 0 ? children.slice(0, Math.max(0, children.length + limit)) : children.slice(limit);
    for (const child of beyond) this.#remove(child, false);
  }

  #remove(element: DomElement, force: boolean): void {
    if (!force && !this.#owns(element)) return;
    const id = element.attribs["id"] ?? "";
    if (this.#inserts.has(id)) {
      this.#kept.set(id, element);
      detach(element);
    } else if ("phx-remove" in element.attribs) {
      this.#leaving.add(element);
    } else {
      detach(element);
    }
  }

  #owns(element: DomElement): boolean {
    return element.attribs["data-phx-parent-id"] === this.#viewId || viewIdOf(element) === this.#viewId;
  }
}

/** The id of the view that an element belongs to; for content of a portal, the view with the portal. */
export function viewIdOf(element: DomElement): string | undefined {
  const found = closest(element, ({ attribs }) => "data-phx-session" in attribs || "data-phx-teleported" in attribs);
  return found?.attribs["data-phx-teleported"] ?? found?.attribs["id"];
}
