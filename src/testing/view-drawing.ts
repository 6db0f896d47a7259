import { componentsOf, missingComponents, outermostComponents } from "./document-components.js";
import { descendants, elementById, type DomElement } from "./dom.js";
import { MountedElements } from "./mounted.js";
import { patchComponent, patchView, type DocumentState } from "./patch.js";
import { ClientTree, scopeOf, type Drawing, type FrameExtras } from "./rendered.js";
import { viewIdOf } from "./stream-changes.js";

/** What a drawing needs of its page. */
export interface DrawnPage extends DocumentState {
  elements(test: (element: DomElement) => boolean): DomElement[];
  /** Runs a binding that no user has triggered: `phx-mounted`, `phx-connected`. */
  run(element: DomElement, binding: string): void;
}

/** What a diff has changed. */
interface Update {
  readonly extras: FrameExtras;
  /** False if nothing was drawn: a title or an event alone. */
  readonly drawn: boolean;
  /** The components that the document had before. */
  readonly before: readonly number[];
}

/** What one view has drawn into the page's document. */
export class ViewDrawing {
  readonly #page: DrawnPage;
  readonly #viewId: string;
  readonly #tree = new ClientTree();
  readonly #mounted = new MountedElements();

  constructor(page: DrawnPage, viewId: string) {
    this.#page = page;
    this.#viewId = viewId;
  }

  /** Takes a join's whole tree. The document does not have it yet: see `put`. */
  join(rendered: unknown): { readonly extras: FrameExtras; readonly drawing: Drawing } {
    const extras = this.#tree.join(rendered);
    return { extras, drawing: this.#tree.draw(this.#viewId) };
  }

  /** Brings a join's drawing into the document. */
  put(drawing: Drawing): void {
    patchView(this.#page, this.#viewId, drawing, true);
  }

  /** Takes a diff, and brings what it changes into the document. */
  update(diff: unknown): Update {
    const [page, id] = [this.#page, this.#viewId];
    const before = componentsOf(page.root, id);
    const extras = this.#tree.merge(diff);
    const scope = scopeOf(diff);
    if (scope === "view") patchView(page, id, this.#tree.draw(id), false);
    else if (scope !== "nothing") {
      for (const cid of outermostComponents(page.root, id, scope)) patchComponent(page, id, cid, this.#tree.drawComponent(cid, id));
    }
    return { extras, drawn: scope !== "nothing", before };
  }

  /** Those of these components that the document no longer has. */
  missing(cids: readonly number[]): number[] {
    return missingComponents(this.#page.root, this.#viewId, cids);
  }

  /** Forgets components that the server has destroyed. */
  prune(cids: readonly number[]): void {
    this.#tree.prune(cids);
  }

  /** Runs `phx-mounted` of the elements that have entered the document. */
  runMounted(): void {
    const elements = this.#page.elements((element) => !!element.attribs["phx-mounted"] && viewIdOf(element) === this.#viewId);
    for (const element of this.#mounted.fresh(elements)) this.#page.run(element, element.attribs["phx-mounted"] ?? "");
  }

  /** Runs `phx-connected` in the whole view, nested views included, as the client does. */
  runConnected(): void {
    const element = elementById(this.#page.root, this.#viewId);
    if (element === undefined) return;
    for (const one of descendants(element)) {
      const binding = one.attribs["phx-connected"];
      if (binding) this.#page.run(one, binding);
    }
  }
}
