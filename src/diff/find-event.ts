import { ClientCommand, controlsDisabledIn, isDisabled, Rendered, Spread, type PushedEvent, type Template } from "../html/index.js";
import { ListNode, TemplateNode, type Slot } from "./nodes.js";

/** What identifies an event: its name on the wire, and its target component; undefined: the view. */
export interface Wanted {
  readonly name: string;
  readonly target: number | undefined;
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
  return inRows(template, slots, wanted, false);
}

/** @param outside a fieldset around the slot's template disables its content */
function inSlot(slot: Slot, wanted: Wanted, outside: boolean): PushedEvent | undefined {
  if (typeof slot !== "object" || slot === null) return undefined;
  if (slot instanceof ClientCommand) return slot.find(wanted.name, wanted.target);
  if (slot instanceof TemplateNode) return inTemplate(slot.template, slot.slots, 0, wanted, outside);
  if (slot instanceof ListNode) return inRows(slot.template, slot.slots, wanted, outside);
  if (slot instanceof Rendered) return inTemplate(slot.template, slot.values, 0, wanted, outside);
  if (slot instanceof Spread) return first(slot.entries, ([, part]) => (part instanceof ClientCommand ? part.find(wanted.name, wanted.target) : undefined));
  // A list of a page's HTML. A stream's items prove their events themselves.
  return Array.isArray(slot) ? first(slot as readonly Slot[], (item) => inSlot(item, wanted, outside)) : undefined;
}

function first<T>(items: Iterable<T>, find: (item: T) => PushedEvent | undefined): PushedEvent | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inRows(template: Template, slots: readonly Slot[], wanted: Wanted, outside: boolean): PushedEvent | undefined {
  const width = template.holes.length;
  // Items without holes are all alike: one look is enough.
  if (width === 0) return inTemplate(template, slots, 0, wanted, outside);
  for (let from = 0; from < slots.length; from += width) {
    const found = inTemplate(template, slots, from, wanted, outside);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inTemplate(template: Template, slots: readonly Slot[], from: number, wanted: Wanted, outside: boolean): PushedEvent | undefined {
  const { holes, bindings } = template;
  for (let i = 0; i < holes.length; i++) {
    const slot = slots[from + i];
    if (typeof slot !== "object" || slot === null) continue;
    // Commands are most of what is looked at here, and their call the most of what a look costs.
    const found = slot instanceof ClientCommand ? slot.find(wanted.name, wanted.target) : inSlot(slot, wanted, outside);
    if (found === undefined) continue;
    // A browser sends nothing of what is disabled. Whether it is costs more than the look, and is asked of what was found only.
    const values = slots.slice(from, from + holes.length);
    const { content, place } = holes[i]!;
    if (!content) {
      if (!isDisabled(template, values, place.elementIndex, outside)) return found;
    } else if (!controlsDisabledIn(template, values, place.elementIndex, outside)) {
      return found;
    } else if (!outside) {
      const enabled = inSlot(slot, wanted, true);
      if (enabled !== undefined) return enabled;
    }
  }
  return bindings.length === 0 || wanted.target !== undefined ? undefined : written(template, slots.slice(from, from + holes.length), wanted, outside);
}

/** What the template itself says, without a hole: `phx-click="inc"`. */
function written(template: Template, values: readonly Slot[], { name, target }: Wanted, outside: boolean): PushedEvent | undefined {
  const found = template.bindings.some(({ value, elementIndex }) => value === name && !isDisabled(template, values, elementIndex, outside));
  return found ? { name, target } : undefined;
}
