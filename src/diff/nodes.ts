import { Template } from "../html/index.js";

/** A template or a list on the wire. */
export interface WireNode {
  [slot: string]: unknown;
}

/**
 * A node with one slot.
 *
 * For the first index of `{}` V8 calls into its runtime, and makes room for 17: that takes four times as long as a literal that has
 * the index.
 */
export function nodeOf(at: number, change: unknown): WireNode {
  switch (at) {
    case 0: return { 0: change };
    case 1: return { 1: change };
    case 2: return { 2: change };
    case 3: return { 3: change };
    case 4: return { 4: change };
    case 5: return { 5: change };
    default: return { [at]: change };
  }
}

/** A node with room for its slots, which are all to be set. See `nodeOf`. */
export function nodeFor({ holes }: Template): WireNode {
  switch (holes.length) {
    case 0: return {};
    case 1: return { 0: undefined };
    case 2: return { 0: undefined, 1: undefined };
    case 3: return { 0: undefined, 1: undefined, 2: undefined };
    case 4: return { 0: undefined, 1: undefined, 2: undefined, 3: undefined };
    default: return { 0: undefined, 1: undefined, 2: undefined, 3: undefined, 4: undefined };
  }
}

/**
 * What changed in a list, by the items' indexes, which ascend. No node, because V8 gives an object whose first index is 500 room for
 * 500 others, and `JSON.stringify` walks through all of them: 12 KB and 2 µs for one row.
 */
export class ListChange {
  readonly indexes: number[] = [];
  readonly changes: unknown[] = [];
  /** Whether items have moved. */
  moved = false;
  /** How many items there are now. */
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }

  add(index: number, change: unknown): void {
    this.indexes.push(index);
    this.changes.push(change);
  }

  toJSON(): WireNode {
    const node: WireNode = {};
    this.indexes.forEach((index, i) => (node[index] = this.changes[i]));
    if (this.moved) node["km"] = true;
    node["kc"] = this.count;
    return node;
  }
}

/** The content of a slot in the last render: a value compared by identity, or one of the nodes. */
export type Slot = unknown;

/** A template in its place, with the contents of its holes. */
export class TemplateNode {
  readonly template: Template;
  readonly slots: Slot[];

  constructor(template: Template, slots: Slot[]) {
    this.template = template;
    this.slots = slots;
  }
}

/** A list's items and their render function, if equal items need not be rendered again. */
export interface Memo {
  readonly render: unknown;
  readonly source: unknown[];
}

export class ListNode {
  /** The template that all items share, or `ANY` if they do not share one. */
  readonly template: Template;
  keys: unknown[];
  memo: Memo | undefined;
  /** The slots of all items, one item after the other: a long list is compared in memory order. */
  slots: Slot[];

  constructor(template: Template, keys: unknown[], slots: Slot[], memo: Memo | undefined) {
    this.template = template;
    this.keys = keys;
    this.slots = slots;
    this.memo = memo;
  }
}

/** A stream. The browser keeps its items; the server only knows the template whose statics the browser has. */
export class StreamNode {
  readonly ref: string;
  readonly template: Template;

  constructor(ref: string, template: Template) {
    this.ref = ref;
    this.template = template;
  }
}

export class ComponentNode {
  readonly cid: number;

  constructor(cid: number) {
    this.cid = cid;
  }
}

/** A nested view's element. */
export class ViewNode {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** The template of an item that is not a template itself: one hole and nothing around it. */
export const ANY = new Template(["", ""], { framework: true });
/** The template of a stream that has had no items yet. */
export const EMPTY = new Template([""], { framework: true });
