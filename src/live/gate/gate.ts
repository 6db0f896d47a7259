import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { BoundValues } from "../../js/index.js";
import { emit, type EventRefusal } from "../../telemetry/index.js";
import type { DeclaredEvent } from "../definition/index.js";
import { ComponentInstance, standsInPage, type Page } from "../page/index.js";
import type { MaybePromise, Owner } from "../socket/index.js";
import { parseEventName, provenValues, type EventName } from "./event-name.js";
import { formEvent } from "./form-events.js";
import { lockFields, type Fields } from "./locked-fields.js";
import { readPayload, type EventPayload } from "./payload.js";

/** A view or a component, as an event finds it. */
export interface EventTarget extends Owner {
  readonly events: ReadonlyMap<string, DeclaredEvent>;
  readonly socket: object;
}

/** The view that an event came to. */
export interface GatedView extends EventTarget {
  readonly page: Page;
  /** True: everybody may see the view. */
  readonly isPublic: boolean;
  /** The view's policy, with what is true now. */
  authorized(): MaybePromise<boolean>;
  /** Whether `proof` says that this was rendered for this session and page. */
  isProven(rendered: string, target: number | undefined, proof: string): boolean;
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
  /** What the schema found wrong, for development. */
  readonly issues: readonly StandardSchemaV1.Issue[] | undefined;

  constructor(event: string, reason: EventRefusal, issues?: readonly StandardSchemaV1.Issue[]) {
    this.event = event;
    this.reason = reason;
    this.issues = issues;
  }
}

/** A form was validated: there is no handler to call, but something to show. */
export class Shown {
  readonly event: string;

  constructor(event: string) {
    this.event = event;
  }
}

/** What the gate makes of an event. */
export type Verdict = Admitted | Refused | Shown;

/**
 * The one gate. An event is checked in this order, and reaches its handler only if all of it holds: the component is there, the
 * event is declared, it stands in the page with exactly these values, its payload is parsed, the view's policy and the event's
 * own let it through. That the session is alive, the mailbox has asked when the event's turn came.
 */
export function pass(view: GatedView, frame: EventPayload): MaybePromise<Verdict> {
  const name = typeof frame.event === "string" ? parseEventName(frame.event) : undefined;
  if (name === undefined) return new Refused(typeof frame.event, "unknown_event");
  const shownName = name.declared.slice(0, 64);
  const target = targetOf(view, frame.cid);
  if (target === undefined) return new Refused(shownName, "unknown_component");
  const event = target.events.get(name.declared);
  if (event === undefined) return new Refused(shownName, "unknown_event");
  const bound = event.anywhere && name.values === undefined ? NOTHING_BOUND : boundValues(view, target, event, name);
  if (bound === undefined) return new Refused(name.declared, "not_rendered");
  const payload = readPayload(frame.type, frame.value, frame.meta, view.view.context.limits);
  if (payload === undefined) return new Refused(name.declared, "bad_payload");
  if (frame.type === "form") overrule(view, name, target, payload as Fields);
  if (view.isPublic && event.authorize === undefined && event.params === undefined && event.form === undefined) {
    // Nothing to wait for: most events of public views end in the same tick.
    return new Admitted(target, event, bound.values ?? payload);
  }
  return examine(view, target, event, payload, bound.values);
}

async function examine(
  view: GatedView, target: EventTarget, event: DeclaredEvent, payload: unknown, bound: BoundValues | undefined,
): Promise<Verdict> {
  const name = event.declared;
  let params = event.bind === undefined ? payload : undefined;
  if (event.params !== undefined) {
    const result = await event.params["~standard"].validate(payload);
    if (result.issues) return new Refused(name, "bad_payload", result.issues);
    params = result.value;
  }
  if (!(await view.authorized())) return new Refused(name, "view_policy");
  if (event.form !== undefined) {
    // The policy first: a form that may not be sent is not validated either.
    if (event.authorize !== undefined && !(await event.authorize(target.assigns, bound))) return new Refused(name, "event_policy");
    const outcome = await formEvent(target, event, event.form, payload, bound);
    if (outcome === undefined) return new Refused(name, "bad_payload");
    if (outcome === "shown") return new Shown(name);
    return new Admitted(target, { ...event, handle: outcome.handle }, event.form.phase === "change" ? outcome.data : merged(outcome.data, bound));
  }
  params = merged(params, bound);
  if (event.authorize !== undefined && !(await event.authorize(target.assigns, params))) return new Refused(name, "event_policy");
  return new Admitted(target, event, params);
}

/** What was bound is laid over what was sent: nothing that a client sends takes its place. */
function merged(params: unknown, bound: BoundValues | undefined): unknown {
  if (bound === undefined) return params;
  return typeof params === "object" && params !== null ? { ...params, ...bound } : bound;
}

/** What a form's user cannot change is what the page shows: dropped and noted if it came otherwise, and never refused. */
function overrule(view: GatedView, { rendered, declared }: EventName, target: EventTarget, payload: Fields): void {
  const { name, context } = view.view;
  for (const field of lockFields(payload, view.page.formsOf(rendered, cidOf(target)), context.limits)) {
    emit("holdfast:field:overruled", { view: name, event: declared, field });
    context.log("field overruled", { view: name, event: declared, field });
  }
}

function cidOf(target: EventTarget): number | undefined {
  return target instanceof ComponentInstance ? target.cid : undefined;
}

/** The view, or a component that stands in its page: the client's own page may be older, or made up. */
function targetOf(view: GatedView, cid: unknown): EventTarget | undefined {
  if (cid === undefined || cid === null) return view;
  const instance = view.page.component(cid);
  return instance !== undefined && standsInPage(instance) ? instance : undefined;
}

/** The page has bound nothing. */
const NOTHING_BOUND: { readonly values: BoundValues | undefined } = { values: undefined };

/** The values that were bound to the event where it stands; undefined if it does not stand in the page. */
function boundValues(
  view: GatedView, target: EventTarget, event: DeclaredEvent, name: EventName,
): { readonly values: BoundValues | undefined } | undefined {
  const cid = cidOf(target);
  if (name.proof !== undefined) {
    return view.isProven(name.rendered, cid, name.proof) ? { values: provenValues(name.values) } : undefined;
  }
  const found = view.page.findEvent(name.rendered, cid, event.strict ? "shown" : "recent");
  return found === undefined ? undefined : { values: (found as { readonly bound?: BoundValues }).bound };
}
