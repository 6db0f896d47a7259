import type { Template } from "../html/index.js";
import { ListNode, TemplateNode, type Slot } from "./nodes.js";

/**
 * Finds what condensed pages have in common. Most pages of a view differ only in what condensing leaves out, so what is left is the same
 * for all its visitors, and one of them keeps it for all.
 *
 * A page that is kept costs more than its bytes: V8 copies it twice before it is old, and cleans up old objects far more slowly.
 */
export class SharedNodes {
  readonly #single = new Map<Template, TemplateNode>();
  readonly #lists = new Map<Template, ListNode>();

  /**
   * A condensed page, or a part of one, or an equal one from before.
   *
   * @param slot owned by the caller: its parts are replaced in place by equal ones
   */
  of(slot: Slot): Slot {
    if (slot instanceof TemplateNode) return this.#known(this.#single, slot);
    if (slot instanceof ListNode) return this.#known(this.#lists, slot);
    if (Array.isArray(slot)) this.#inAll(slot as Slot[]);
    return slot;
  }

  #known<T extends TemplateNode | ListNode>(known: Map<Template, T>, node: T): T {
    this.#inAll(node.slots);
    const before = known.get(node.template);
    if (before !== undefined && areEqual(before.slots, node.slots)) return before;
    known.set(node.template, node);
    return node;
  }

  #inAll(slots: Slot[]): void {
    for (let at = 0; at < slots.length; at++) if (typeof slots[at] === "object") slots[at] = this.of(slots[at]);
  }
}

function areEqual(before: readonly Slot[], slots: readonly Slot[]): boolean {
  return before.length === slots.length && before.every((slot, at) => isEqual(slot, slots[at]));
}

function isEqual(before: Slot, slot: Slot): boolean {
  return before === slot || (Array.isArray(before) && Array.isArray(slot) && areEqual(before, slot));
}
