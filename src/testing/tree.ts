import { HoldfastError } from "../errors/index.js";

/**
 * What a diff changes in the tree that the client keeps: templates, lists, streams and references to components.
 *
 * A merge shares nothing with its frame and never changes the result of an earlier merge.
 *
 * @module
 */

/** A template: its statics and a value for each slot. */
interface TemplateTree {
  readonly statics: readonly string[];
  readonly slots: ReadonlyMap<string, Tree>;
  /** Whether it has one root element. */
  readonly root: boolean;
}
/** A list: the statics that its items share, and the slots of each. */
export interface ListTree {
  readonly statics: readonly string[];
  readonly items: readonly ReadonlyMap<string, Tree>[];
  /** How a stream's items change; they are drawn once and then forgotten. */
  readonly stream: Stream | undefined;
}
/** A component in a slot. */
interface ComponentRef {
  readonly cid: string;
}
export type NodeTree = TemplateTree | ListTree;
export type Tree = NodeTree | ComponentRef | string;

/** How an item enters a stream: `[id, position, limit, only if it is there]`. */
type StreamInsert = readonly [id: string, at: number, limit: number | null, updateOnly: boolean | null];
/** What a frame does to a stream. */
export type Stream = readonly [ref: string, inserts: readonly StreamInsert[], deleted: readonly string[], reset?: boolean];

export type Wire = Readonly<Record<string, unknown>>;
export type Statics = Readonly<Record<string, readonly string[]>>;

/** Applies one node of a frame. With statics it is a new node; without, it changes the existing one. */
export function mergeNode(old: Tree | undefined, change: Wire, outer: Statics): NodeTree {
  const shared = staticsIn(change, outer);
  const statics = change["s"] === undefined ? undefined : resolveStatics(change["s"], shared);
  const base = statics === undefined && typeof old === "object" && !("cid" in old) ? old : undefined;
  const text = statics ?? base?.statics;
  if (text === undefined) throw broken("a change", "for a place that has no template yet");
  if (change["k"] !== undefined || change["stream"] !== undefined) {
    const { items, stream } = base !== undefined && "items" in base ? base : { items: [], stream: undefined };
    return {
      statics: text,
      items: change["k"] === undefined ? items : mergeKeyed(items, asWire(change["k"], "a list"), shared),
      stream: change["stream"] === undefined ? stream : asStream(change["stream"]),
    };
  }
  if (base !== undefined && "items" in base) throw broken("a change of slots", "for a list");
  return {
    statics: text, slots: mergeSlots(base?.slots, change, shared),
    root: change["r"] === undefined ? (base?.root ?? false) : Boolean(change["r"]),
  };
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
    // A browser keeps the old list in addition to the new one only if the frame says that items move.
    if (change["km"] !== true) throw broken("an item that moves", "in a list that does not say so");
    const item = typeof index === "number" ? old[index] : undefined;
    if (item === undefined) throw broken(`the old item ${String(index)}`, "which is not there");
    return item;
  };
  for (let i = 0; i < count; i++) {
    const entry = change[String(i)];
    if (entry === undefined) {
      const item = old[i];
      if (item === undefined) throw broken(`item ${i} of a list`, "which was never sent");
      items.push(item);
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

/** The tree without stream items that were drawn: from now on only the document has them. */
export function drain(tree: NodeTree, drawn: ReadonlySet<ListTree>): NodeTree {
  if ("slots" in tree) {
    const slots = drainSlots(tree.slots, drawn);
    return slots === tree.slots ? tree : { ...tree, slots };
  }
  if (drawn.has(tree)) return { statics: tree.statics, items: [], stream: undefined };
  let changed = false;
  const items = tree.items.map((item) => {
    const slots = drainSlots(item, drawn);
    changed ||= slots !== item;
    return slots;
  });
  return changed ? { ...tree, items } : tree;
}

function drainSlots(slots: ReadonlyMap<string, Tree>, drawn: ReadonlySet<ListTree>): ReadonlyMap<string, Tree> {
  let changed: Map<string, Tree> | undefined;
  for (const [name, slot] of slots) {
    if (typeof slot === "string" || "cid" in slot) continue;
    const left = drain(slot, drawn);
    if (left !== slot) (changed ??= new Map(slots)).set(name, left);
  }
  return changed ?? slots;
}

/** The statics that the nodes of a frame share: its own, or those of the frame around it. */
export function staticsIn(frame: Wire, outer: Statics): Statics {
  return (frame["p"] as Statics | undefined) ?? outer;
}

function resolveStatics(statics: unknown, shared: Statics): readonly string[] {
  const text = typeof statics === "number" ? shared[statics] : statics;
  if (!Array.isArray(text)) throw broken(`statics ${JSON.stringify(statics)}`, "which the frame does not have");
  return text as readonly string[];
}

function asStream(value: unknown): Stream {
  if (!Array.isArray(value) || typeof value[0] !== "string" || !Array.isArray(value[1]) || !Array.isArray(value[2])) {
    throw broken(`the stream ${JSON.stringify(value)}`, "which is none");
  }
  return structuredClone(value) as unknown as Stream;
}

export function asWire(value: unknown, what: string): Wire {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Wire;
  throw broken(what, `that is ${Array.isArray(value) ? "an array" : typeof value}`);
}

/** The server sent something that the real client could not show either. */
export function broken(subject: string, why: string): HoldfastError {
  return new HoldfastError("kit_expectation", { what: `The server sent ${subject}, ${why}.`, expected: "a frame that merges" });
}
