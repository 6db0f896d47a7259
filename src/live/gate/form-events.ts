import { createHash } from "node:crypto";
import { describeIssues } from "../../errors/index.js";
import type { BoundValues } from "../../js/index.js";
import type { DeclaredEvent } from "../definition/index.js";
import { CurrentSubmission, LiveForm, withoutMarks } from "../features/forms/index.js";
import { PendingRedirect } from "../features/redirects/index.js";
import { SentFiles } from "../features/uploads/index.js";
import { Redirect, type Owner, type ViewHandle } from "../socket/index.js";
import { decodeAnswer, encodeAnswer, type FormAnswer } from "./form-answers.js";

/** The outcome of a form's event: a handler with its data, or only a form to show, which may lead elsewhere. */
type FormOutcome =
  | { readonly handle: DeclaredEvent["handle"]; readonly data: unknown }
  | { readonly handle?: never; readonly redirect?: Redirect | undefined };

/**
 * One form, two events: `change` validates what was typed so far and shows it; `submit` calls the handler with the parsed
 * data, or shows the errors.
 *
 * @param uploads the refs of its file inputs, for each form that may have been submitted
 * @returns undefined if the assign is no longer a form
 */
export async function formEvent(
  owner: Owner,
  event: DeclaredEvent,
  { assign, phase }: NonNullable<DeclaredEvent["form"]>,
  payload: unknown,
  bound: BoundValues | undefined,
  uploads: readonly (readonly string[])[],
): Promise<FormOutcome | undefined> {
  const before = owner.assigns[assign];
  if (!(before instanceof LiveForm)) return undefined;
  const { next, data, issues, waited } = await before.received(payload, phase === "change" ? "validate" : "submit");
  owner.assign({ [assign]: next });
  if (phase === "change") return event.change === undefined ? {} : { handle: event.change, data: next };
  const content = JSON.stringify([withoutMarks(payload), bound], (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
  const files = new SentFiles(owner.view.root, uploads);
  const sent = { id: next.submissionId, content, files };
  if (data !== undefined) return { handle: once(owner, event, assign, sent), data: data.value };
  const { name, context } = owner.view;
  // If the page shows no error at that field, nothing else says why the button does nothing.
  if (context.development) context.log("form not valid", { view: name, form: assign, issues: describeIssues(issues) });
  // A schema that waited may have asked a database, in which the first run has stored what is sent again: "is taken", by this very form.
  return { redirect: waited ? await answeredBefore(owner, event, assign, sent) : undefined };
}

/** What a form was submitted with. */
interface Sent {
  readonly id: string;
  readonly content: string;
  readonly files: SentFiles;
}

/**
 * Runs the event's handler once for each submission: the same content sent again gets the same answer. If the content
 * differs, the handler runs, because the user has gone on writing and that must not be lost; then the database recognizes the
 * submission by its id.
 */
function once(owner: Owner, event: DeclaredEvent, assign: string, sent: Sent): DeclaredEvent["handle"] {
  const { view } = owner;
  const { id, files } = sent;
  return async (socket, params) => {
    const claimed = await claim(view, event.declared, sent);
    if (claimed === undefined) return undefined;
    const { key, answer } = claimed;
    if (answer !== undefined) return repeated(owner, assign, answer, sent);
    const current = owner.feature(CurrentSubmission);
    let outcome: string | undefined;
    current.now = { id };
    try {
      const result = await event.handle(socket, params);
      // If the view has ended meanwhile, its page shows nothing of it, but the form's answer is the same.
      const form = owner.leftAs(assign);
      // The application added errors of its own: the form was refused, and is sent again once they are fixed.
      if (form instanceof LiveForm && form.submissionId === id && !form.valid) return result;
      outcome = encodeAnswer({
        redirect: result instanceof Redirect ? result : view.root.peek(PendingRedirect)?.asked,
        emptied: !(form instanceof LiveForm) || form.fresh,
        files: files.fingerprint,
        consumed: files.consumed,
      });
      if (form instanceof LiveForm && form.submissionId === id) owner.assign({ [assign]: form.answered() });
      return result;
    } finally {
      current.now = undefined;
      await view.context.submissions.end(key, outcome);
    }
  };
}

/** A form that is no longer valid may have been answered while it was: then that answer counts. */
async function answeredBefore(owner: Owner, event: DeclaredEvent, assign: string, sent: Sent): Promise<Redirect | undefined> {
  const { view } = owner;
  const claimed = await claim(view, event.declared, sent);
  if (claimed === undefined) return undefined;
  if (claimed.answer !== undefined) return repeated(owner, assign, claimed.answer, sent);
  await view.context.submissions.end(claimed.key, undefined);
  return undefined;
}

/** A submission that this view is to run, or its answer. */
interface Claimed {
  readonly key: string;
  readonly answer: FormAnswer | undefined;
}

/**
 * Claims a submission; undefined if the view has ended meanwhile. Its key names no files: a page that has lost them sends the
 * same submission without any. Different files make it a different submission.
 */
async function claim(view: ViewHandle, event: string, { id, content, files }: Sent): Promise<Claimed | undefined> {
  // The view is not in it: one without a name is called by its place, which a deploy may move.
  const parts = [view.sessionId, event, id, content];
  const claimed = await claimKey(view, parts);
  const { fingerprint } = files;
  if (claimed?.answer === undefined || fingerprint === undefined || fingerprint === claimed.answer.files) return claimed;
  return claimKey(view, [...parts, fingerprint]);
}

async function claimKey(view: ViewHandle, parts: readonly string[]): Promise<Claimed | undefined> {
  const { submissions } = view.context;
  const key = createHash("sha256").update(parts.join("\n")).digest("base64url");
  for (;;) {
    const state = await submissions.begin(key, view.sessionId);
    const lease = view.ready();
    // It may have waited for an earlier submission that redirected the user.
    const mayRun = view.mayRun();
    if (mayRun && lease === undefined) return { key, answer: state.run ? undefined : decodeAnswer(state.outcome) };
    if (state.run) await submissions.end(key, undefined);
    if (!mayRun) return undefined;
    // Without it others may have taken the claim.
    await lease;
  }
}

/** Repeats what the first answer did to its page. */
async function repeated(
  owner: Owner, assign: string, { redirect, emptied, consumed }: FormAnswer, { id, files }: Sent,
): Promise<Redirect | undefined> {
  const form = owner.assigns[assign];
  if (form instanceof LiveForm && form.submissionId === id) owner.assign({ [assign]: emptied ? form.reset() : form.answered() });
  await files.consumeAgain(consumed);
  return redirect;
}
