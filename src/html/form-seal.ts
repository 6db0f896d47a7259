import { sendsForm } from "./bindings.js";
import type { EventSeal } from "./command.js";
import { formsIn, type FormSearch } from "./form-fields.js";
import { NOTHING_LOCKED, type LockedFields } from "./locked-fields.js";
import type { Hole } from "./place.js";
import type { Template } from "./template.js";

/** Whether a hole is a form's attribute with whose events the client sends its fields. */
export function bindsForm({ elements }: Template, { content, place }: Hole): boolean {
  return !content && elements[place.elementIndex]?.tag === "form" && (place.context === "spread" || sendsForm(place.attribute));
}

/**
 * The seal for a form's events: where the server forgets what it wrote, the name of the event also says what the form's locked
 * fields are. What stands in a live component or in a nested view is not among them.
 *
 * @param values what the template was rendered with
 * @param hole one for which `bindsForm` holds
 * @param parts what stands in a hole, as the values are
 */
export function formSeal(
  seal: EventSeal,
  template: Template,
  values: readonly unknown[],
  hole: Hole,
  parts: FormSearch["parts"],
): EventSeal {
  const locked = lockedIn(template, values, hole, parts);
  return locked.size === 0 ? seal : (event, target) => seal(event, target, locked);
}

function lockedIn(template: Template, values: readonly unknown[], hole: Hole, parts: FormSearch["parts"]): LockedFields {
  const form = template.elements[hole.place.elementIndex];
  const [found] = formsIn((visit) => visit(template, values), {
    wants: (element, around) => (element === form && around === values ? { submits: false } : undefined),
    parts,
  });
  return found?.locked ?? NOTHING_LOCKED;
}
