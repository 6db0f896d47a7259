import type { DeclaredEvent } from "../definition/index.js";
import { LiveForm } from "../features/forms/index.js";
import type { Owner } from "../socket/index.js";

/** What a form's event has come to: its data for the handler, or nothing more to do than to show the form. */
export type FormOutcome = { readonly data: unknown } | "shown";

/**
 * One form, two events: `change` validates what was typed so far and shows it, `submit` hands over what the schema makes of
 * it, or shows what is wrong.
 *
 * @returns undefined if the assign is no form any more
 */
export async function formEvent(owner: Owner, form: NonNullable<DeclaredEvent["form"]>, payload: unknown): Promise<FormOutcome | undefined> {
  const before = owner.assigns[form.assign];
  if (!(before instanceof LiveForm)) return undefined;
  const { next, data } = await before.received(payload, form.phase === "change" ? "validate" : "submit");
  owner.assign({ [form.assign]: next });
  return form.phase === "submit" && data !== undefined ? { data: data.value } : "shown";
}
