import { ClientCommand, Comprehension, isRelevant, Rendered, relevantHoles, Spread, type ItemSink, type Template } from "../html/index.js";
import { EventRef } from "../js/index.js";
import { ListNode, TemplateNode, type Slot } from "./nodes.js";

/** The lists of a written page, each with its items, condensed. */
export type WrittenLists = Map<Comprehension | readonly unknown[], CondensedItems>;

/**
 * Reduces a page to what is needed to find its events and the fields of its forms: the text that it shows, and the application's data
 * behind it, can be collected. So what a page weighs depends on its controls, and not on what somebody has written into it.
 *
 * @param page a page's template, or what a browser has of it
 * @param lists the lists of a template
 */
export function condensed(page: Slot, lists?: WrittenLists): Slot {
  if (typeof page !== "object" || page === null) return undefined;
  if (page instanceof Rendered) return new TemplateNode(page.template, itemOf(page.template, page.values, lists));
  if (page instanceof TemplateNode) return new TemplateNode(page.template, itemOf(page.template, page.slots, lists));
  if (page instanceof ListNode) {
    const width = page.template.holes.length;
    const items = new Alike(page.template);
    for (let from = 0; from < page.slots.length; from += width) {
      if (!items.skipsText || !isText(page.slots, from, from + width)) items.add(page.slots, from, lists);
    }
    return items.node;
  }
  if (page instanceof Comprehension || Array.isArray(page)) return lists?.get(page)?.slots;
  // Streams prove their events themselves, and components stand beside the page.
  return page instanceof ClientCommand ? page : undefined;
}

function itemOf(template: Template, values: readonly unknown[], lists: WrittenLists | undefined): Slot[] {
  const items = new Alike(template);
  items.add(values, 0, lists);
  return items.node.slots;
}

/** Takes the items of a list while it is written: none of them has to live as long as the list. */
export class CondensedItems implements ItemSink {
  /** The items so far: those of one template that follow one another as a list, all others by themselves. */
  readonly slots: Slot[] = [];
  readonly #lists: WrittenLists;
  #last: Alike | undefined;

  /** @param lists the lists of the same page */
  constructor(lists: WrittenLists) {
    this.#lists = lists;
  }

  add(item: unknown): void {
    if (item instanceof Rendered) {
      if (this.#last?.node.template !== item.template) this.slots.push((this.#last = new Alike(item.template)).node);
      // The rows of most lists.
      if (this.#last.skipsText && isText(item.values)) return;
      return this.#last.add(item.values, 0, this.#lists);
    }
    const slot = condensed(item, this.#lists);
    if (slot === undefined) return;
    this.slots.push(slot);
    this.#last = undefined;
  }
}

/** Items of one template. One item stands for all those in which nothing matters. */
class Alike {
  readonly node: ListNode;
  readonly #relevant: readonly boolean[];
  #blank = false;
  /** Whether an item of nothing but text adds nothing. */
  skipsText = false;

  constructor(template: Template) {
    this.node = new ListNode(template, [], [], undefined);
    this.#relevant = relevantHoles(template);
  }

  /** @param values what the item was rendered with, from `from` on */
  add(values: readonly unknown[], from: number, lists: WrittenLists | undefined): void {
    const { slots, template: { holes } } = this.node;
    const before = slots.length;
    let blank = true;
    for (let at = 0; at < holes.length; at++) {
      const kept = this.#kept(values[from + at], at, lists);
      if (kept !== undefined) blank = false;
      slots.push(kept);
    }
    if (!blank) return;
    if (this.#blank) slots.length = before;
    this.#blank = true;
    this.skipsText = !this.#relevant.includes(true);
  }

  #kept(value: unknown, at: number, lists: WrittenLists | undefined): Slot {
    const { holes, elements } = this.node.template;
    const { content, place } = holes[at]!;
    if (value instanceof ClientCommand) {
      // A long list has an event of its own in each row: the name alone is a fraction of the reference.
      const alone =
        value instanceof EventRef && value.target === undefined && place.binding && elements[place.elementIndex]!.tag !== "form";
      return alone ? value.name : value;
    }
    if (content) return condensed(value, lists);
    if (!this.#relevant[at]) return undefined;
    if (!(value instanceof Spread)) return value;
    const { tag } = elements[place.elementIndex]!;
    return new Spread(value.entries.filter(([name, part]) => part instanceof ClientCommand || isRelevant(name, tag)));
  }
}

/** Whether there is nothing but text in these values. */
function isText(values: readonly unknown[], from = 0, to = values.length): boolean {
  for (let at = from; at < to; at++) if (typeof values[at] === "object" && values[at] !== null) return false;
  return true;
}
