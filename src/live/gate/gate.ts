import type { StandardSchemaV1 } from "@standard-schema/spec";
import { NOTHING_LOCKED, type LockedFields, type PushedEvent, type ShownForm } from "../../html/index.js";
import { EventRef, type BoundValues } from "../../js/index.js";
import { emit, type EventRefusal } from "../../telemetry/index.js";
import type { DeclaredEvent } from "../definition/index.js";
import { earlySubmit } from "../features/uploads/index.js";
import { ComponentInstance, standsInPage, type Page } from "../page/index.js";
import type { MaybePromise, Owner, Redirect } from "../socket/index.js";
import { decodeLocked, parseEventName, shownValues, type EventName } from "./event-name.js";
import { formEvent } from "./form-events.js";
import { lockFields, type Fields } from "./locked-fields.js";
import { isObject, readPayload, type EventPayload } from "./payload.js";
import type { RenderProofs } from "./render-proofs.js";

/** The file inputs of what is no form. One list: it is asked for at each event. */
const NO_UPLOADS: readonly (readonly string[])[] = [];

/** A view or a component that receives an event. */
interface EventTarget extends Owner {
  readonly events: ReadonlyMap<string, DeclaredEvent>;
  readonly socket: object;
}

/** The view that received an event. */
export interface GatedView extends EventTarget {
  readonly page: Page;
  /** Whether everybody may see the view. */
  readonly isPublic: boolean;
  /** The view's policy, evaluated with its present assigns. */
  authorized(): MaybePromise<boolean>;
  /** Proofs that an event was rendered. */
  readonly proofs: RenderProofs;
}

/** An event that may reach its handler. */
export class Admitted {
  readonly target: EventTarget;
  readonly event: DeclaredEvent;
  readonly params: unknown;

  constructor(target: EventTarget, event: DeclaredEvent, params: unknown) {
    this.target = target;
    this.event = event;
    this.params = params;
  }
}

/** An event that did not pass, and why. */
export class Refused {
  readonly event: string;
  readonly reason: EventRefusal;
  /** The schema's issues, for the log. */
  readonly issues: readonly StandardSchemaV1.Issue[] | undefined;

  constructor(event: string, reason: EventRefusal, issues?: readonly StandardSchemaV1.Issue[]) {
    this.event = event;
    this.reason = reason;
    this.issues = issues;
  }
}

/** A form was validated: there is no handler to call, only a form to show. */
class Shown {
  readonly event: string;
  /** Where the form led when it was sent before. */
  readonly redirect: Redirect | undefined;

  constructor(event: string, redirect: Redirect | undefined) {
    this.event = event;
    this.redirect = redirect;
  }
}

/** A form was submitted before its files. */
export class Early {
  readonly event: string;
  /** Whether its client is to submit it again. */
  readonly again: boolean;

  constructor(event: string, again: boolean) {
    this.event = event;
    this.again = again;
  }
}

/** The gate's decision about an event. */
export type Verdict = Admitted | Refused | Shown | Early;

/**
 * The one gate. An event reaches its handler only if all of these hold, checked in this order: the component exists, the
 * event is declared, the page shows it with exactly these values, its payload parses, the files of a submitted form are there,
 * and the view's policy and the event's own allow it. The mailbox has already checked that the session is alive, when the event's
 * turn came.
 */
export function pass(view: GatedView, frame: EventPayload): MaybePromise<Verdict> {
  const name = typeof frame.event === "string" ? parseEventName(frame.event) : undefined;
  if (name === undefined) return new Refused(typeof frame.event, "unknown_event");
  const shownName = name.declared.slice(0, 64);
  const target = targetOf(view, frame.cid);
  if (target === undefined) return new Refused(shownName, "unknown_component");
  const event = target.events.get(name.declared);
  if (event === undefined) return new Refused(shownName, "unknown_event");
  // The handler of an event with bound values relies on them, and only the page knows what they are.
  const free = event.anywhere && event.bind === undefined && name.values === undefined;
  const bound = free
    ? { values: undefined, ofForm: frame.type === "form", locked: undefined }
    : boundValues(view, target, event, name, frame.type === "form");
  if (bound === undefined) return new Refused(name.declared, "not_rendered");
  const payload = readPayload(frame.type, frame.value, frame.meta, view.view.context.limits);
  if (payload === undefined) return new Refused(name.declared, "bad_payload");
  let uploads = NO_UPLOADS;
  if (bound.ofForm) {
    // Where the event itself says what its form has locked, a form of the page with the same event has no say.
    const forms = name.locked === undefined ? view.page.formsOf(name.rendered, cidOf(target)) : [];
    const locking = bound.locked === undefined ? forms : [{ locked: bound.locked, uploads: [] }];
    if (isObject(payload)) overrule(view, name.declared, locking, payload as Fields);
    uploads = forms.map((form) => form.uploads);
    const early = earlySubmit(view, uploads);
    if (early !== undefined) return new Early(name.declared, early.again);
  }
  if (view.isPublic && event.authorize === undefined && event.params === undefined && event.form === undefined) {
    // Nothing to await: most events of public views finish in the same tick.
    return new Admitted(target, event, bound.values ?? payload);
  }
  return examine(view, target, event, payload, bound.values, uploads);
}

/** @param uploads the refs of the file inputs of each form that may have been submitted */
async function examine(
  view: GatedView, target: EventTarget, event: DeclaredEvent, payload: unknown, bound: BoundValues | undefined,
  uploads: readonly (readonly string[])[],
): Promise<Verdict> {
  const name = event.declared;
  // Schemas and policies are the application's code too: after each of them the session may have ended, and then none starts.
  const ended = (): boolean => !view.view.mayRun();
  let params = event.bind === undefined ? payload : undefined;
  if (event.params !== undefined) {
    const result = await event.params["~standard"].validate(payload);
    if (result.issues) return new Refused(name, "bad_payload", result.issues);
    params = result.value;
    if (ended()) return new Refused(name, "session_ended");
  }
  if (!(await view.authorized())) return new Refused(name, "view_policy");
  if (ended()) return new Refused(name, "session_ended");
  if (event.form !== undefined) {
    // The policy comes first: a form that may not be sent is not validated either.
    if (event.authorize !== undefined && !(await event.authorize(target.assigns, bound))) return new Refused(name, "event_policy");
    if (ended()) return new Refused(name, "session_ended");
    const outcome = await formEvent(target, event, event.form, payload, bound, uploads);
    if (outcome === undefined) return new Refused(name, "bad_payload");
    if (outcome.handle === undefined) return new Shown(name, outcome.redirect);
    return new Admitted(
      target,
      { ...event, handle: outcome.handle },
      event.form.phase === "change" ? outcome.data : merged(outcome.data, bound),
    );
  }
  params = merged(params, bound);
  if (event.authorize !== undefined && !(await event.authorize(target.assigns, params))) return new Refused(name, "event_policy");
  return new Admitted(target, event, params);
}

/** Bound values overwrite sent ones, so that a client cannot replace them. */
function merged(params: unknown, bound: BoundValues | undefined): unknown {
  if (bound === undefined) return params;
  return typeof params === "object" && params !== null ? { ...params, ...bound } : bound;
}

/**
 * Fields that a form's user cannot change keep the page's value: a different one is dropped and reported, and the event is
 * never refused for it.
 */
function overrule(view: GatedView, declared: string, forms: readonly ShownForm[], payload: Fields): void {
  const { name, context } = view.view;
  for (const field of lockFields(payload, forms, context.limits)) {
    emit("holdfast:field:overruled", { view: name, event: declared, field });
    context.log("field overruled", { view: name, event: declared, field });
  }
}

function cidOf(target: EventTarget): number | undefined {
  return target instanceof ComponentInstance ? target.cid : undefined;
}

/** The view, or a component on its page: the client's page may be older, or forged. */
function targetOf(view: GatedView, cid: unknown): EventTarget | undefined {
  if (cid === undefined || cid === null) return view;
  const instance = view.page.component(cid);
  return instance !== undefined && standsInPage(instance) ? instance : undefined;
}

/** An event that the page shows. */
interface Shows {
  readonly values: BoundValues | undefined;
  /** It came from a form, or only a form can have sent it, whatever the client calls it. */
  readonly ofForm: boolean;
  /** The fields that the form's user cannot change, where its event says so itself. */
  readonly locked: LockedFields | undefined;
}

/** The values bound to the event on the page; undefined if the page does not show it. */
function boundValues(view: GatedView, target: EventTarget, event: DeclaredEvent, name: EventName, asForm: boolean): Shows | undefined {
  const cid = cidOf(target);
  const find = (outsideForms: boolean): PushedEvent | undefined =>
    view.page.findEvent(name.rendered, cid, event.strict ? "shown" : "recent", outsideForms);
  if (name.proof !== undefined) {
    // A proof says that it was rendered once, and not that it is shown now.
    if (event.strict && find(false) === undefined) return undefined;
    if (!view.proofs.isProven(name, cid)) return undefined;
    return {
      values: shownValues(name.values), ofForm: asForm || name.locked !== undefined,
      locked: name.locked === undefined ? NOTHING_LOCKED : decodeLocked(name.locked),
    };
  }
  const elsewhere = asForm ? undefined : find(true);
  const found = elsewhere ?? find(false);
  if (found === undefined) return undefined;
  // A page that was left keeps no more than the name.
  return { values: found instanceof EventRef ? found.bound : shownValues(name.values), ofForm: elsewhere === undefined, locked: undefined };
}
