import { HoldfastError } from "../errors/index.js";

/**
 * The page as a browser has it: the join's tree, with every diff since merged into it.
 *
 * Nothing is shared with the frames it is given, and no merge changes what an earlier one made.
 *
 * @module
 */

/** A template: its statics and a value for each slot. */
interface TemplateTree {
  readonly statics: readonly string[];
  readonly slots: ReadonlyMap<string, Tree>;
}
/** A list: the statics that its items share, and the slots of each. */
interface ListTree {
  readonly statics: readonly string[];
  readonly items: readonly ReadonlyMap<string, Tree>[];
}
/** A component in a slot. */
interface ComponentRef {
  readonly cid: string;
}
type Tree = TemplateTree | ListTree | ComponentRef | string;

type Wire = Readonly<Record<string, unknown>>;
type Statics = Readonly<Record<string, readonly string[]>>;

/** What else a frame carries beside the tree. */
export interface FrameExtras {
  readonly title: string | undefined;
  readonly events: readonly (readonly [string, unknown])[];
  /** What the handler replied with. */
  readonly reply: unknown;
}

/** The tree of one live view. */
export class ClientTree {
  #root: TemplateTree | ListTree | undefined;
  readonly #components = new Map<string, TemplateTree | ListTree>();

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
    const { t, e, r, c, p, ...tree } = asWire(diff, "a diff");
    const shared = (p ?? {}) as Statics;
    if (Object.keys(tree).length > 0) this.#root = asNode(mergeNode(this.#root, tree, shared));
    if (c !== undefined) this.#mergeComponents(asWire(c, "components"), shared);
    return {
      title: typeof t === "string" ? t : undefined,
      events: Array.isArray(e) ? (e as [string, unknown][]) : [],
      reply: r,
    };
  }

  /** The HTML that the browser shows. */
  toString(): string {
    return this.#root === undefined ? "" : this.#write(this.#root);
  }

  /** Components may take over another's tree: one of before the frame (negative), or one of the same frame (positive). */
  #mergeComponents(diffs: Wire, shared: Statics): void {
    const before = new Map(this.#components);
    const done = new Set<string>();
    const one = (cid: string): TemplateTree | ListTree => {
      if (done.has(cid)) return this.#components.get(cid)!;
      done.add(cid);
      const diff = asWire(diffs[cid], `component ${cid}`);
      let base: TemplateTree | ListTree | undefined = before.get(cid);
      let rest: Wire = diff;
      if (typeof diff["s"] === "number") {
        const source = String(Math.abs(diff["s"]));
        base = diff["s"] > 0 ? one(source) : before.get(source);
        if (base === undefined) throw broken(`component ${cid} builds on component ${source}`, "which is not there");
        const { s: _source, ...changes } = diff;
        rest = changes;
      }
      const tree = asNode(mergeNode(base, rest, (diff["p"] as Statics | undefined) ?? shared));
      this.#components.set(cid, tree);
      return tree;
    };
    for (const cid of Object.keys(diffs)) one(cid);
  }

  #write(tree: Tree): string {
    if (typeof tree === "string") return tree;
    if ("cid" in tree) {
      const component = this.#components.get(tree.cid);
      if (component === undefined) throw broken(`component ${tree.cid}`, "which was never sent");
      return this.#write(component);
    }
    if ("slots" in tree) return this.#writeSlots(tree.statics, tree.slots);
    return tree.items.map((slots) => this.#writeSlots(tree.statics, slots)).join("");
  }

  #writeSlots(statics: readonly string[], slots: ReadonlyMap<string, Tree>): string {
    let out = statics[0] ?? "";
    for (let i = 1; i < statics.length; i++) {
      const slot = slots.get(String(i - 1));
      if (slot === undefined) throw broken(`slot ${i - 1}`, "which was never sent");
      out += this.#write(slot) + statics[i]!;
    }
    return out;
  }
}

/** One node of a frame on top of what was there. Statics mean a new node; without them it is the old one, changed. */
function mergeNode(old: Tree | undefined, change: Wire, outer: Statics): Tree {
  const shared = (change["p"] as Statics | undefined) ?? outer;
  const statics = change["s"] === undefined ? undefined : resolveStatics(change["s"], shared);
  const base = statics === undefined && typeof old === "object" && !("cid" in old) ? old : undefined;
  const text = statics ?? base?.statics;
  if (text === undefined) throw broken("a change", "for a place that has no template yet");
  if (change["k"] !== undefined) {
    const items = base !== undefined && "items" in base ? base.items : [];
    return { statics: text, items: mergeKeyed(items, asWire(change["k"], "a list"), shared) };
  }
  if (base !== undefined && "items" in base) throw broken("a change of slots", "for a list");
  return { statics: text, slots: mergeSlots(base?.slots, change, shared) };
}

function mergeSlots(old: ReadonlyMap<string, Tree> | undefined, change: Wire, shared: Statics): ReadonlyMap<string, Tree> {
  const slots = new Map(old);
  for (const [name, value] of Object.entries(change)) {
    if (/^\d+$/.test(name)) slots.set(name, mergeSlot(slots.get(name), value, shared));
  }
  return slots;
}

function mergeSlot(old: Tree | undefined, value: unknown, shared: Statics): Tree {
  if (typeof value === "string") return value;
  if (typeof value === "number") return { cid: String(value) };
  return mergeNode(old, asWire(value, "a slot"), shared);
}

function mergeKeyed(
  old: readonly ReadonlyMap<string, Tree>[], change: Wire, shared: Statics,
): readonly ReadonlyMap<string, Tree>[] {
  const count = change["kc"];
  if (typeof count !== "number") throw broken("a list", "without its count");
  const items: ReadonlyMap<string, Tree>[] = [];
  const moved = (index: unknown): ReadonlyMap<string, Tree> => {
    // A browser keeps the old list beside the new one only if it is told that items move.
    if (change["km"] !== true) throw broken("an item that moves", "in a list that does not say so");
    const item = typeof index === "number" ? old[index] : undefined;
    if (item === undefined) throw broken(`the old item ${String(index)}`, "which is not there");
    return item;
  };
  for (let i = 0; i < count; i++) {
    const entry = change[String(i)];
    if (entry === undefined) {
      if (old[i] === undefined) throw broken(`item ${i} of a list`, "which was never sent");
      items.push(old[i]!);
    } else if (typeof entry === "number") {
      items.push(moved(entry));
    } else if (Array.isArray(entry)) {
      items.push(mergeSlots(moved(entry[0]), asWire(entry[1], "a moved item"), shared));
    } else {
      items.push(mergeSlots(old[i], asWire(entry, "an item"), shared));
    }
  }
  return items;
}

function resolveStatics(statics: unknown, shared: Statics): readonly string[] {
  const text = typeof statics === "number" ? shared[statics] : statics;
  if (!Array.isArray(text)) throw broken(`statics ${JSON.stringify(statics)}`, "which the frame does not have");
  return text as readonly string[];
}

function asNode(tree: Tree): TemplateTree | ListTree {
  if (typeof tree === "string" || "cid" in tree) throw broken("a root", "that is no template");
  return tree;
}

function asWire(value: unknown, what: string): Wire {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Wire;
  throw broken(what, `that is ${Array.isArray(value) ? "an array" : typeof value}`);
}

/** The server sent something that the real client could not show either. */
function broken(subject: string, why: string): HoldfastError {
  return new HoldfastError("kit_expectation", { what: `The server sent ${subject}, ${why}.`, expected: "a frame that merges" });
}
