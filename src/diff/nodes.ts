import { Template } from "../html/index.js";

/** A template or a list on the wire. */
export interface WireNode {
  [slot: string]: unknown;
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
