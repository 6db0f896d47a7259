import {
  ClientCommand, FORM_BINDINGS, formsIn, Rendered, Spread, type FormSearch, type ShownForm, type TemplateElement,
} from "../html/index.js";
import type { Wanted } from "./find-event.js";
import { ComponentNode, ListNode, TemplateNode, type Slot } from "./nodes.js";

/**
 * The forms of a page that push an event, each with the fields that its user cannot change.
 *
 * @param page what the browser has, or had: a tree's node, or a page's HTML with its lists rendered
 * @param component what the browser has of a live component
 */
export function formsOf(page: Slot, wanted: Wanted, component: (cid: number) => Slot): readonly ShownForm[] {
  const parts = slotParts(component);
  return formsIn((visit) => parts(page, visit), {
    wants(element, values) {
      const pushing = FORM_BINDINGS.filter((binding) => pushes(element, values, binding, wanted));
      return pushing.length === 0 ? undefined : { submits: pushing.every((binding) => binding === "phx-submit") };
    },
    parts,
  });
}

/** The templates in a slot. */
export function slotParts(component: (cid: number) => Slot): FormSearch["parts"] {
  return function parts(slot, visit): void {
    if (slot instanceof TemplateNode) visit(slot.template, slot.slots);
    else if (slot instanceof Rendered) visit(slot.template, slot.values);
    // A list of a page's HTML.
    else if (Array.isArray(slot)) for (const item of slot as readonly Slot[]) parts(item, visit);
    else if (slot instanceof ComponentNode) parts(component(slot.cid), visit);
    else if (slot instanceof ListNode) {
      const { template, slots } = slot;
      const width = template.holes.length;
      for (let from = 0; from < slots.length; from += width) visit(template, slots.slice(from, from + width));
    }
  };
}

function pushes({ attributes, spreads }: TemplateElement, values: readonly unknown[], binding: string, { name, target }: Wanted): boolean {
  const own = attributes.get(binding);
  if (own !== undefined && own.holes.length === 0) return own.value === name && target === undefined;
  const spread = own === undefined ? values[spreads[0] ?? -1] : undefined;
  const command = spread instanceof Spread ? spread.entries.find(([attribute]) => attribute === binding)?.[1] : values[own?.holes[0] ?? -1];
  return command instanceof ClientCommand && command.find(name, target) !== undefined;
}
