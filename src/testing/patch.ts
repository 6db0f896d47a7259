import {
  descendants, detach, elementById, elementOf, firstElement, insertBefore, isElement, removeChildren, replace, rootOf, templateContent,
  type DomElement, type DomNode, type DomParent,
} from "./dom.js";
import { StreamChanges, STREAM_REF } from "./stream-changes.js";
import { over, parseFragment } from "./parser.js";
import type { Drawing } from "./rendered.js";

/** What the document remembers about its elements in addition to their attributes. */
export interface DocumentState {
  /** The document. */
  readonly root: DomParent;
  /** Elements whose view is gone: their replacements count as new. */
  readonly destroyed: WeakSet<DomElement>;
}

/** How deep portals may be nested, as in the client. */
const PORTAL_DEPTH = 5;
/** What a nested view's element takes from its parent's HTML at each render; the rest is the child's own. */
const SESSION = "data-phx-session";
const STATIC = "data-phx-static";

/** Brings a view's new HTML into the document. */
export function patchView(document: DocumentState, viewId: string, drawing: Drawing, isJoin: boolean): void {
  const element = elementById(document.root, viewId);
  if (element === undefined) return;
  new Patch(document, viewId).run(element, fragment(drawing.html, element.name), drawing, isJoin);
}

/** Brings one component's new HTML into the document, if the component is there. */
export function patchComponent(document: DocumentState, viewId: string, cid: string, drawing: Drawing): void {
  const element = findComponent(document.root, viewId, cid);
  if (element === undefined) return;
  const next = firstElement(fragment(drawing.html, "div"));
  if (next !== undefined) new Patch(document, viewId).runRoot(element, next, drawing);
}

export function findComponent(root: DomParent, viewId: string, cid: string | number): DomElement | undefined {
  for (const element of descendants(root)) {
    if (element.attribs["data-phx-component"] === String(cid) && element.attribs["data-phx-view"] === viewId) return element;
  }
  return undefined;
}

/**
 * One patch of the document: elements with an id stay, the rest is new. Whatever only the document knows is kept where the client
 * keeps it: items of streams, nested and sticky views, ignored elements, content that portals have moved.
 */
class Patch {
  readonly #document: DocumentState;
  readonly #viewId: string;
  readonly #streams: StreamChanges;
  #byId = new Map<string, DomElement>();
  #portals: (() => void)[] = [];

  constructor(document: DocumentState, viewId: string) {
    this.#document = document;
    this.#viewId = viewId;
    this.#streams = new StreamChanges(document.root, viewId);
  }

  run(element: DomElement, source: DomElement, { streams }: Drawing, isJoin: boolean): void {
    this.#streams.begin(streams);
    if (isJoin) {
      const own = [...descendants(element)].filter((one) => isStream(one) && this.#owns(one, element));
      for (const container of own) this.#streams.clear(container);
    }
    this.#within(element, () => this.#morphChildren(element, source));
    this.#finish();
  }

  runRoot(element: DomElement, source: DomElement, { streams }: Drawing): void {
    this.#streams.begin(streams);
    this.#within(element, () => {
      if (idOf(element) === idOf(source) && element.name === source.name) return this.#morph(element, source);
      replace(element, source);
      this.#added(source);
    });
    this.#finish();
  }

  #finish(): void {
    for (let depth = 0; this.#portals.length > 0 && depth < PORTAL_DEPTH; depth++) {
      for (const teleport of this.#portals.splice(0)) teleport();
    }
    for (const element of [...descendants(this.#document.root)]) {
      const source = element.attribs["data-phx-teleported-src"];
      if (source === undefined || element.attribs["data-phx-teleported"] !== this.#viewId) continue;
      if (elementById(this.#document.root, source) === undefined) detach(element);
    }
    this.#streams.end();
  }

  /** Whether a stream's container is this view's and not one of a nested view in it. */
  #owns(element: DomElement, view: DomElement): boolean {
    for (let at: DomNode | null = element; at !== null && at !== view; at = at.parent) {
      if (isElement(at) && SESSION in at.attribs) return false;
    }
    return true;
  }

  #within(element: DomElement, morph: () => void): void {
    const outer = this.#byId;
    this.#byId = new Map();
    for (const one of descendants(element)) {
      const id = this.#keyOf(one);
      if (id !== "") this.#byId.set(id, one);
    }
    morph();
    this.#byId = outer;
  }

  #keyOf(element: DomElement): string {
    return this.#document.destroyed.has(element) ? "" : idOf(element);
  }

  #morph(old: DomElement, next: DomElement): void {
    this.#byId.delete(idOf(next));
    if (isStream(next)) dropWithoutId(next);
    if ("data-phx-sticky" in old.attribs) {
      for (const name of [SESSION, STATIC]) {
        if (next.attribs[name]) old.attribs[name] = next.attribs[name];
      }
      return;
    }
    if ((old.attribs["phx-update"] ?? old.attribs["data-phx-update"]) === "ignore") return mergeData(old, next);
    if ("data-phx-parent-id" in next.attribs) return mergeChildView(old, next);
    const ref = old.attribs[STREAM_REF];
    old.attribs = { ...next.attribs, ...(ref !== undefined && { [STREAM_REF]: ref }) };
    if (isPortal(next)) return this.#portal(old, next);
    this.#streams.arrange(old, false);
    this.#morphChildren(old, next);
  }

  #morphChildren(old: DomElement, next: DomElement): void {
    if (isStream(old)) return this.#morphStream(old, next);
    removeChildren(old);
    for (const child of [...next.children]) {
      const same = isElement(child) ? this.#same(child) : undefined;
      if (isElement(child) && same !== undefined) {
        insertBefore(old, same, null);
        this.#morph(same, child);
      } else {
        this.#add(old, child);
      }
    }
  }

  /** Existing items stay where they are, whatever the new HTML has; only the stream itself removes them. */
  #morphStream(old: DomElement, next: DomElement): void {
    if (next.children.length === 0) return dropWithoutId(old);
    for (const child of [...next.children]) {
      const same = isElement(child) ? this.#same(child) : undefined;
      if (isElement(child) && same !== undefined) this.#morph(same, child);
      else this.#add(old, child);
    }
  }

  #same(next: DomElement): DomElement | undefined {
    const found = this.#byId.get(this.#keyOf(next));
    return found?.name === next.name ? found : undefined;
  }

  #add(parent: DomElement, child: DomNode): void {
    if (!isElement(child)) return insertBefore(parent, child, null);
    if (this.#streams.isUnwanted(child)) return;
    const kept = this.#streams.takeKept(child);
    if (kept !== undefined) this.#within(kept, () => this.#morph(kept, child));
    const element = kept ?? child;
    this.#streams.place(parent, element);
    this.#added(element);
  }

  /** A new element may contain existing ones. */
  #added(element: DomElement): void {
    this.#streams.arrange(element, true);
    if (isPortal(element)) return this.#portal(element, element);
    let child: DomNode | null | undefined = element.children[0];
    while (child !== null && child !== undefined) {
      const { next }: DomNode = child;
      if (isElement(child)) {
        const same = this.#same(child);
        if (same === undefined) {
          this.#added(child);
        } else if (same !== child) {
          replace(child, same);
          this.#morph(same, child);
        }
      }
      child = next;
    }
  }

  /** Moves a portal's content to its target. As in a browser, selectors do not find content that stays in a template. */
  #portal(template: DomElement, next: DomElement): void {
    const moving = firstElement(templateContent(next));
    removeChildren(templateContent(template));
    if (moving === undefined) return;
    detach(moving);
    this.#portals.push(() => {
      const target = this.#target(template.attribs["data-phx-portal"] ?? "");
      const id = idOf(moving);
      if (target === undefined || id === "") return;
      let element = elementById(this.#document.root, id);
      if (element === undefined) {
        element = fragment("", moving.name);
        insertBefore(target, element, null);
      } else if (![...descendants(target)].includes(element)) {
        insertBefore(target, element, null);
      }
      moving.attribs["data-phx-teleported"] = this.#viewId;
      moving.attribs["data-phx-teleported-src"] = idOf(template);
      const place = element;
      this.#within(place, () => this.#morph(place, moving));
    });
  }

  #target(selector: string): DomElement | undefined {
    const found = over(this.#document.root)(selector).get(0);
    return found === undefined ? undefined : elementOf(found);
  }
}

function idOf(element: DomElement): string {
  return element.attribs["id"] ?? "";
}

function isStream(element: DomElement): boolean {
  return element.attribs["phx-update"] === "stream";
}

function isPortal(element: DomElement): boolean {
  return element.name === "template" && "data-phx-portal" in element.attribs;
}

/** Only elements with an id may be in a stream; the client drops the rest. */
function dropWithoutId(container: DomElement): void {
  for (const child of [...container.children]) {
    if (!isElement(child) || idOf(child) === "") detach(child);
  }
}

/** For an ignored element, only `data-*` follows the server. */
function mergeData(old: DomElement, next: DomElement): void {
  for (const name of Object.keys(old.attribs)) {
    if (name.startsWith("data-") && !(name in next.attribs)) delete old.attribs[name];
  }
  for (const [name, value] of Object.entries(next.attribs)) {
    if (name.startsWith("data-")) old.attribs[name] = value;
  }
}

/** A nested view keeps the session that it was first rendered with; its static token changes with the HTML. */
function mergeChildView(old: DomElement, next: DomElement): void {
  const session = old.attribs[SESSION];
  const fixed = old.attribs[STATIC];
  const { [STATIC]: again, ...attributes } = next.attribs;
  old.attribs = {
    ...attributes, ...(again !== undefined && fixed !== undefined && { [STATIC]: fixed }), ...(session ? { [SESSION]: session } : {}),
  };
}

/** HTML as the children of an element of this name. */
export function fragment(html: string, name: string): DomElement {
  // The parser drops these outside of a document.
  const tag = name === "body" || name === "html" || name === "head" ? "div" : name;
  const parsed = parseFragment(`<${tag}>${html}</${tag}>`);
  return rootOf(parsed).children.find(isElement) as DomElement;
}
