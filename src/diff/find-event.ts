import {
  ClientCommand, controlsDisabledIn, isDisabled, Rendered, sendsForm, Spread, type PushedEvent, type Template,
} from "../html/index.js";
import { BOUND } from "../js/index.js";
import { ListNode, TemplateNode, type Slot } from "./nodes.js";

/** What identifies an event: its name on the wire, and its target component; undefined: the view. */
export interface Wanted {
  readonly name: string;
  readonly target: number | undefined;
  /** True: what a form pushes does not count, because the event came without one. Default false. */
  readonly outsideForms?: boolean;
}

/**
 * Searches what was rendered for an event: a binding or a command that pushes exactly this name to this target, on an element
 * that is not disabled. Nothing is recorded for it while a page renders; each event pays for its own search.
 *
 * @param outside true: a fieldset around the slot disables its content
 */
export function findEvent(slot: Slot, wanted: Wanted, outside = false): PushedEvent | undefined {
  return inSlot(slot, wanted, outside);
}

/** Searches the slots of several items of one template, one item after the other. */
export function findInRows(template: Template, slots: readonly Slot[], wanted: Wanted): PushedEvent | undefined {
  return inItems(template, slots, wanted, false);
}

/** @param outside a fieldset around the slot's template disables its content */
function inSlot(slot: Slot, wanted: Wanted, outside: boolean): PushedEvent | undefined {
  if (typeof slot !== "object" || slot === null) return undefined;
  // An attribute that was replaced a moment ago: it is no longer known whether it belonged to a form.
  if (slot instanceof ClientCommand) return wanted.outsideForms === true ? undefined : slot.find(wanted.name, wanted.target);
  if (slot instanceof TemplateNode) return inItems(slot.template, slot.slots, wanted, outside);
  if (slot instanceof ListNode) return inItems(slot.template, slot.slots, wanted, outside);
  if (slot instanceof Rendered) return inItems(slot.template, slot.values, wanted, outside);
  if (slot instanceof Spread) {
    return first(slot.entries, ([attribute, part]) =>
      (part instanceof ClientCommand && counts(attribute, wanted) ? part.find(wanted.name, wanted.target) : undefined));
  }
  // A list in a page's HTML. A stream's items prove their events themselves.
  return Array.isArray(slot) ? first(slot as readonly Slot[], (item) => inSlot(item, wanted, outside)) : undefined;
}

/** Whether an attribute may have sent the event. */
function counts(attribute: string | undefined, { outsideForms = false }: Wanted): boolean {
  return !outsideForms || !sendsForm(attribute);
}

function first<T>(items: Iterable<T>, find: (item: T) => PushedEvent | undefined): PushedEvent | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A single template, or the items of a list, whose slots follow one another. One loop covers them all: most slots do not match,
 * and a call for each item costs more than the comparison.
 *
 * @param outside a fieldset around the template disables what stands in it
 */
function inItems(template: Template, slots: readonly Slot[], wanted: Wanted, outside: boolean): PushedEvent | undefined {
  const { name, target } = wanted;
  const { bindings, holes } = template;
  const own = bindings.length === 0 || target !== undefined ? undefined : written(template, slots, wanted, outside);
  // Every item contains it, so there is no need to look at their values. Values bound to an event are in its reference, and
  // so in a hole.
  if (own !== undefined && !name.includes(BOUND)) return own;
  // Counted and not `at % width`, whose result V8 takes for a fraction: then it is a slow index.
  for (let at = 0, hole = -1; at < slots.length; at++) {
    if (++hole === holes.length) hole = 0;
    const slot = slots[at];
    let found: PushedEvent | undefined;
    if (typeof slot === "string") {
      // A condensed page's event. While a page lives, no binding holds plain text.
      if (slot === name && target === undefined && holes[hole]!.place.binding) found = { name, target };
    } else if (typeof slot === "object" && slot !== null) {
      found = slot instanceof ClientCommand ? slot.find(name, target) : inSlot(slot, wanted, outside);
    }
    if (found === undefined) continue;
    // A browser sends no event of a disabled element. Checking that costs more than the search: only what was found is checked.
    const values = itemAt(slots, at - hole, holes.length);
    const { content, place } = holes[hole]!;
    if (!content) {
      if (counts(place.attribute, wanted) && !isDisabled(template, values, place.elementIndex, outside)) return found;
    } else if (!controlsDisabledIn(template, values, place.elementIndex, outside)) {
      return found;
    } else if (!outside) {
      const enabled = inSlot(slot, wanted, true);
      if (enabled !== undefined) return enabled;
    }
  }
  return own;
}

/** An event that is written into the template's text, without a hole: `phx-click="inc"`. */
function written(template: Template, slots: readonly Slot[], wanted: Wanted, outside: boolean): PushedEvent | undefined {
  const { name } = wanted;
  const named = template.bindings.filter(({ value, attribute }) => value === name && counts(attribute, wanted));
  if (named.length === 0) return undefined;
  const width = template.holes.length;
  // Items without holes are all the same: checking one is enough.
  const items = width === 0 ? 1 : slots.length / width;
  for (let item = 0; item < items; item++) {
    const values = itemAt(slots, item * width, width);
    if (named.some(({ elementIndex }) => !isDisabled(template, values, elementIndex, outside))) return { name, target: undefined };
  }
  return undefined;
}

/** The slots of one item. */
function itemAt(slots: readonly Slot[], from: number, width: number): readonly Slot[] {
  return slots.length === width ? slots : slots.slice(from, from + width);
}
