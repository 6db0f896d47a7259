import { createHash } from "node:crypto";
import type { BoundValues } from "../../js/index.js";
import type { DeclaredEvent } from "../definition/index.js";
import { CurrentSubmission, LiveForm, withoutMarks } from "../features/forms/index.js";
import { Redirect, type Owner } from "../socket/index.js";

/** What a form's event has come to: a handler with its data, or nothing more to do than to show the form. */
export type FormOutcome = { readonly handle: DeclaredEvent["handle"]; readonly data: unknown } | "shown";

/**
 * One form, two events: `change` validates what was typed so far and shows it, `submit` hands over what the schema makes of
 * it, or shows what is wrong.
 *
 * @returns undefined if the assign is not a form any more
 */
export async function formEvent(
  owner: Owner, event: DeclaredEvent, { assign, phase }: NonNullable<DeclaredEvent["form"]>, payload: unknown, bound: BoundValues | undefined,
): Promise<FormOutcome | undefined> {
  const before = owner.assigns[assign];
  if (!(before instanceof LiveForm)) return undefined;
  const { next, data } = await before.received(payload, phase === "change" ? "validate" : "submit");
  owner.assign({ [assign]: next });
  if (phase === "change") return event.change === undefined ? "shown" : { handle: event.change, data: next };
  if (data === undefined) return "shown";
  const content = JSON.stringify([withoutMarks(payload), bound], (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
  return { handle: once(owner, event, assign, next.submissionId, content), data: data.value };
}

/**
 * The event's handler, which runs once for each submission: the same content sent again is answered as it was the first time.
 * The same submission with another content runs: somebody has gone on writing, and what they wrote is not dropped. Then the
 * id is what a database knows it by.
 */
function once(owner: Owner, event: DeclaredEvent, assign: string, id: string, content: string): DeclaredEvent["handle"] {
  const { view } = owner;
  const { submissions } = view.context;
  const key = createHash("sha256").update([view.sessionId, view.name, event.declared, id, content].join("\n")).digest("base64url");
  return async (socket, params) => {
    const state = await submissions.begin(key, view.sessionId);
    // It may have waited for the one before it, and its user was sent away meanwhile.
    if (!view.mayRun()) {
      if (state.run) await submissions.end(key, undefined);
      return undefined;
    }
    if (!state.run) {
      renewed(owner, assign, id);
      return redirectOf(state.outcome);
    }
    const current = owner.feature(CurrentSubmission);
    let outcome: string | undefined;
    current.now = { id };
    try {
      const result = await event.handle(socket, params);
      const form = owner.assigns[assign];
      // Errors of the application's own: it was refused, and is sent again when they are mended.
      if (form instanceof LiveForm && form.submissionId === id && !form.valid) return result;
      outcome = outcomeOf(result);
      renewed(owner, assign, id);
      return result;
    } finally {
      current.now = undefined;
      await submissions.end(key, outcome);
    }
  };
}

/** What the form sends next is another submission. */
function renewed(owner: Owner, assign: string, id: string): void {
  const form = owner.assigns[assign];
  if (form instanceof LiveForm && form.submissionId === id) owner.assign({ [assign]: form.answered() });
}

/** A redirect is answered again; a reply was for the page that asked. */
function outcomeOf(result: unknown): string {
  return result instanceof Redirect ? JSON.stringify([result.kind, result.to, result.external, result.replace]) : "";
}

function redirectOf(outcome: string): Redirect | undefined {
  if (outcome === "") return undefined;
  const [kind, to, external, replace] = JSON.parse(outcome) as ConstructorParameters<typeof Redirect>;
  return new Redirect(kind, to, external, replace);
}
