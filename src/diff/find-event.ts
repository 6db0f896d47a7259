import { ClientCommand, type PushedEvent, type Template } from "../html/index.js";
import { ListNode, TemplateNode, type Slot } from "./nodes.js";

/**
 * Looks for an event in what was rendered: a binding, or a command, that pushes exactly this name to this target. Nothing is
 * kept for it while a page renders; an event pays for its own look.
 *
 * @param name what the client sent: the declared name with its bound values
 * @param target the live component's number; undefined: the view
 */
export function findEvent(slot: Slot, name: string, target: number | undefined): PushedEvent | undefined {
  if (typeof slot !== "object" || slot === null) return undefined;
  if (slot instanceof ClientCommand) return slot.find(name, target);
  if (slot instanceof TemplateNode) return findIn(slot.template, slot.slots, 0, name, target);
  if (!(slot instanceof ListNode)) return undefined;
  return findInRows(slot.template, slot.slots, name, target);
}

/** The same in the slots of several items of one template. */
export function findInRows(template: Template, slots: readonly Slot[], name: string, target: number | undefined): PushedEvent | undefined {
  const width = template.holes.length;
  if (width === 0) return undefined;
  for (let from = 0; from < slots.length; from += width) {
    const found = findIn(template, slots, from, name, target);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findIn(template: Template, slots: readonly Slot[], from: number, name: string, target: number | undefined): PushedEvent | undefined {
  for (let i = 0; i < template.holes.length; i++) {
    const slot = slots[from + i];
    if (typeof slot !== "object" || slot === null) continue;
    const found = findEvent(slot, name, target);
    if (found !== undefined) return found;
  }
  return undefined;
}
