import { createHash } from "node:crypto";
import type { BoundValues } from "../../js/index.js";
import type { DeclaredEvent } from "../definition/index.js";
import { CurrentSubmission, LiveForm, withoutMarks } from "../features/forms/index.js";
import { Redirect, type Owner } from "../socket/index.js";

/** The outcome of a form's event: a handler with its data, or only a form to show. */
type FormOutcome = { readonly handle: DeclaredEvent["handle"]; readonly data: unknown } | "shown";

/**
 * One form, two events: `change` validates what was typed so far and shows it; `submit` calls the handler with the parsed
 * data, or shows the errors.
 *
 * @returns undefined if the assign is no longer a form
 */
export async function formEvent(
  owner: Owner,
  event: DeclaredEvent,
  { assign, phase }: NonNullable<DeclaredEvent["form"]>,
  payload: unknown,
  bound: BoundValues | undefined,
): Promise<FormOutcome | undefined> {
  const before = owner.assigns[assign];
  if (!(before instanceof LiveForm)) return undefined;
  const { next, data } = await before.received(payload, phase === "change" ? "validate" : "submit");
  owner.assign({ [assign]: next });
  if (phase === "change") return event.change === undefined ? "shown" : { handle: event.change, data: next };
  if (data === undefined) return "shown";
  const content = JSON.stringify([withoutMarks(payload), bound], (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
  return { handle: once(owner, event, assign, next.submissionId, content), data: data.value };
}

/**
 * Runs the event's handler once for each submission: the same content sent again gets the same answer. If the content
 * differs, the handler runs, because the user has gone on writing and that must not be lost; then the database recognizes the
 * submission by its id.
 */
function once(owner: Owner, event: DeclaredEvent, assign: string, id: string, content: string): DeclaredEvent["handle"] {
  const { view } = owner;
  const { submissions } = view.context;
  // The view is not in it: one without a name is called by its place, which a deploy may move.
  const key = createHash("sha256").update([view.sessionId, event.declared, id, content].join("\n")).digest("base64url");
  return async (socket, params) => {
    const state = await submissions.begin(key, view.sessionId);
    // It may have waited for an earlier submission that redirected the user.
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
      // The application added errors of its own: the form was refused, and is sent again once they are fixed.
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

/** A redirect is repeated; a reply was only for the page that asked. */
function outcomeOf(result: unknown): string {
  return result instanceof Redirect ? JSON.stringify([result.kind, result.to, result.external, result.replace]) : "";
}

function redirectOf(outcome: string): Redirect | undefined {
  if (outcome === "") return undefined;
  const [kind, to, external, replace] = JSON.parse(outcome) as ConstructorParameters<typeof Redirect>;
  return new Redirect(kind, to, external, replace);
}
