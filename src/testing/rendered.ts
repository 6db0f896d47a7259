import {
  asWire, broken, drain, mergeNode, staticsIn, type ListTree, type NodeTree, type Statics, type Stream, type Tree,
  type Wire,
} from "./tree.js";

/** What a frame carries in addition to the tree. */
export interface FrameExtras {
  readonly title: string | undefined;
  readonly events: readonly (readonly [string, unknown])[];
  /** The handler's reply. */
  readonly reply: unknown;
}

/** What to draw, and how the streams in it change. */
export interface Drawing {
  readonly html: string;
  readonly streams: readonly Stream[];
}

/** Options of one drawing. */
interface Pen {
  /** Marks the roots of components, so that they can be found in the document; undefined: no marks. */
  readonly viewId: string | undefined;
  readonly streams: Stream[];
  readonly lists: Set<ListTree>;
  readonly components: Set<string>;
}

/** The tree of one live view, as a browser has it: that of the join, with every later diff merged into it. */
export class ClientTree {
  #root: NodeTree | undefined;
  readonly #components = new Map<string, NodeTree>();

  /** Takes a join's `rendered`. */
  join(rendered: unknown): FrameExtras {
    this.#root = undefined;
    this.#components.clear();
    const frame = asWire(rendered, "the join's tree");
    // In a join `r` says that the template has one root element; only in a diff it is a reply.
    const { r: _root, ...rest } = frame;
    return this.merge(rest);
  }

  /** Merges a diff. */
  merge(diff: unknown): FrameExtras {
    const frame = asWire(diff, "a diff");
    const { t, e, r, c, p: _shared, ...tree } = frame;
    const shared = staticsIn(frame, {});
    // A new tree: the client forgets the components of the previous one.
    if (tree["s"] !== undefined) this.#components.clear();
    if (Object.keys(tree).length > 0) this.#root = mergeNode(this.#root, tree, shared);
    if (c !== undefined) this.#mergeComponents(asWire(c, "components"), shared);
    return {
      title: typeof t === "string" ? t : undefined,
      events: Array.isArray(e) ? (e as [string, unknown][]) : [],
      reply: r,
    };
  }

  /** The HTML of the tree, without marks; a stream's items only until they have been drawn. */
  toString(): string {
    return this.#root === undefined ? "" : this.#write(this.#root, newPen(undefined));
  }

  /** Draws the whole view; the streams' items are drawn once and then forgotten. */
  draw(viewId: string): Drawing {
    const pen = newPen(viewId);
    const html = this.#root === undefined ? "" : this.#write(this.#root, pen);
    return this.#finish(html, pen);
  }

  /** Draws one component. */
  drawComponent(cid: string, viewId: string): Drawing {
    const pen = newPen(viewId);
    return this.#finish(this.#writeComponent(cid, pen), pen);
  }

  /** Forgets components that the server has destroyed. */
  prune(cids: readonly number[]): void {
    for (const cid of cids) this.#components.delete(String(cid));
  }

  #finish(html: string, { streams, lists, components }: Pen): Drawing {
    if (lists.size > 0) {
      if (this.#root !== undefined) this.#root = drain(this.#root, lists);
      for (const cid of components) {
        const component = this.#components.get(cid);
        if (component !== undefined) this.#components.set(cid, drain(component, lists));
      }
    }
    return { html, streams };
  }

  /** A component may reuse another one's tree: from before the frame (negative), or from the same frame (positive). */
  #mergeComponents(diffs: Wire, shared: Statics): void {
    const before = new Map(this.#components);
    const begun = new Set<string>();
    const one = (cid: string): NodeTree | undefined => {
      if (begun.has(cid)) return this.#components.get(cid);
      begun.add(cid);
      const diff = asWire(diffs[cid], `component ${cid}`);
      let base: NodeTree | undefined = before.get(cid);
      let rest: Wire = diff;
      if (typeof diff["s"] === "number") {
        const source = String(Math.abs(diff["s"]));
        base = diff["s"] > 0 ? one(source) : before.get(source);
        if (base === undefined) throw broken(`component ${cid} builds on component ${source}`, "which is not there");
        const { s: _source, ...changes } = diff;
        rest = changes;
      }
      const tree = mergeNode(base, rest, staticsIn(diff, shared));
      this.#components.set(cid, tree);
      return tree;
    };
    for (const cid of Object.keys(diffs)) one(cid);
  }

  #write(tree: Tree, pen: Pen): string {
    if (typeof tree === "string") return tree;
    if ("cid" in tree) return this.#writeComponent(tree.cid, pen);
    if ("slots" in tree) return this.#writeSlots(tree.statics, tree.slots, pen);
    const html = tree.items.map((slots) => this.#writeSlots(tree.statics, slots, pen)).join("");
    const { stream, items } = tree;
    if (stream !== undefined && (items.length > 0 || stream[2].length > 0 || stream[3] === true)) {
      pen.streams.push(stream);
      pen.lists.add(tree);
    }
    return html;
  }

  #writeComponent(cid: string, pen: Pen): string {
    const component = this.#components.get(cid);
    if (component === undefined) throw broken(`component ${cid}`, "which was never sent");
    pen.components.add(cid);
    const html = this.#write(component, pen);
    if (pen.viewId === undefined || !("root" in component) || !component.root) return html;
    const start = /^(\s*(?:<!--.*?-->\s*)*<[^\s/>]+)/s.exec(html)?.[0];
    if (start === undefined) throw broken(`component ${cid}`, "whose HTML does not begin with an element");
    return `${start} data-phx-component="${cid}" data-phx-view="${pen.viewId}"${html.slice(start.length)}`;
  }

  #writeSlots(statics: readonly string[], slots: ReadonlyMap<string, Tree>, pen: Pen): string {
    let out = statics[0] ?? "";
    for (let i = 1; i < statics.length; i++) {
      const slot = slots.get(String(i - 1));
      if (slot === undefined) throw broken(`slot ${i - 1}`, "which was never sent");
      out += this.#write(slot, pen) + statics[i]!;
    }
    return out;
  }
}

function newPen(viewId: string | undefined): Pen {
  return { viewId, streams: [], lists: new Set(), components: new Set() };
}

/**
 * What a diff makes the client draw: nothing, the whole view, or only the components that it names. The difference shows where
 * the document knows more than the tree: a component inside a stream's item is drawn only by itself.
 */
export function scopeOf(diff: unknown): "nothing" | "view" | readonly string[] {
  const { t: _title, e: _events, r: _reply, ...rest } = asWire(diff, "a diff");
  const names = Object.keys(rest);
  if (names.length === 0) return "nothing";
  return names.length === 1 && names[0] === "c" ? Object.keys(asWire(rest["c"], "components")) : "view";
}
