import type { StandardSchemaV1 } from "@standard-schema/spec";
import { HoldfastError } from "../../errors/index.js";
import type { HookPush } from "../../hooks/index.js";
import type { EventRef } from "../../js/index.js";
import type { BaseAssigns, Frozen, MaybePromise, Mistake, NamesOf, Redirect, Simplify } from "../socket/index.js";
import type { Reply } from "./reply.js";
import type { Socket } from "./socket.js";

/** An assign that an event of `form` may name: a form with its schema. */
export interface FormValue<S extends StandardSchemaV1 = StandardSchemaV1> {
  readonly schema: S;
}

/** The names of the assigns that are forms. */
export type FormNames<A> = NamesOf<A, FormValue>;

/** What the schema of the form `Name` gives. */
type FormOutput<A, Name> = Name extends keyof A ? A[Name] extends FormValue<infer S> ? StandardSchemaV1.InferOutput<S> : never : never;

/** A name that both schemas have: a client could send what the page has bound. */
type Clash<P, B> = unknown extends P ? never : unknown extends B ? never : keyof P & keyof B & string;

/** What a handler is given: a form's data, or the parameters and the bound values together. */
export type EventData<A, P, B, F> =
  F extends string ? F extends FormNames<A> ? (unknown extends B ? FormOutput<A, F> : Simplify<FormOutput<A, F> & B>) : Mistake<`mount returns no form "${F}"`>
  : unknown extends B ? P : unknown extends P ? B : Simplify<P & B>;

/** The reply that a hook's push waits for; without a push any. */
type ReplyTo<H> = H extends HookPush<unknown, infer R> ? R extends object ? Reply<R> : void : void | Reply;

/** What a handler may return; a sentence where the definition cannot be right. */
type Handled<A, P, B, F, H> =
  F extends string
    ? F extends FormNames<A> ? MaybePromise<void | Reply | Redirect> : Mistake<`mount returns no form "${F}"`>
    : [Clash<P, B>] extends [never]
      ? MaybePromise<ReplyTo<H> | Redirect> : Mistake<`"${Clash<P, B>}" stands in params and in bind: a client could send what the page has bound`>;

/** A push under its own name, with a payload that the schema takes; a sentence where one of them differs. */
type Pushed<H, I, Name> = H extends HookPush<infer Payload, unknown, infer Own>
  ? Own extends Name
    ? [Payload] extends [I] ? H : Mistake<"the hook pushes another payload than params take">
    : Mistake<`the hook pushes this as "${Own}"`>
  : H;

/** One event of a view or a live component. */
export interface EventDefinition<A extends object, P = unknown, B = unknown, F = unknown, H = unknown> {
  /** The schema of what the client sends: any Standard Schema (zod, valibot, arktype). Without it the payload is `unknown`. */
  params?: StandardSchemaV1<unknown, P>;
  /**
   * The schema of what is bound where the event is rendered: `on.remove({ id })`. The values reach the handler as they were
   * rendered, with their types; nothing that the client sends can take their place.
   */
  bind?: StandardSchemaV1<unknown, B>;
  /** The assign that is the event's form: `on.save.change` validates, `on.save.submit` hands over parsed data only. */
  form?: F;
  /**
   * Who may send it. By default only what the page has rendered sends an event. A push of a client hook
   * (`from: Chart.pushes.picked`): the hook sends it, by its name; what it carries must fit `params`, and what `handle`
   * replies must fit what the hook waits for. `"anywhere"`: whoever knows its name.
   *
   * @example
   * picked: {
   *   from: Chart.pushes.picked,
   *   params: z.object({ index: z.number() }),
   *   handle: (socket, { index }) => reply({ label: socket.assigns.labels[index] ?? "" }),
   * }
   */
  from?: "anywhere" | HookPush;
  /**
   * True: what the page no longer shows is refused at once. Default false: it counts for a moment longer, because clicks
   * and diffs cross.
   */
  strict?: boolean;
  // Properties, not methods: of methods TypeScript accepts parameters of any narrower type.
  /** Who may send it, beside the view's own policy. A form's is asked before its fields are looked at. */
  authorize?: (assigns: Frozen<A & BaseAssigns>, params: F extends string ? B : EventData<A, P, B, F>) => MaybePromise<boolean>;
  /**
   * For a form: called when it was validated after a change, with the form as it is now. For what follows from a field, such
   * as the cities of a country that was chosen; what needs no waiting belongs into `render`.
   */
  change?: (socket: Socket<A>, form: F extends keyof A ? A[F] : Mistake<"only an event with a form has changes">) => MaybePromise<void>;
  /** Called when session, page, payload and policies have been checked. */
  handle: (socket: Socket<A>, params: EventData<A, P, B, F>) => Handled<A, P, B, F, H>;
}

/** What a form's event does: validates what was typed so far, or hands over what was sent. */
export type FormPhase = "change" | "submit";
const PHASES = ["change", "submit"] as const;

/** An event, when its types have done their work. */
export interface DeclaredEvent {
  readonly params: StandardSchemaV1 | undefined;
  readonly bind: StandardSchemaV1 | undefined;
  /** The assign that is its form, and which of the form's two events it is. */
  readonly form: { readonly assign: string; readonly phase: FormPhase } | undefined;
  /** The name under which it was declared: a form's two events share it. */
  readonly declared: string;
  readonly anywhere: boolean;
  readonly strict: boolean;
  readonly authorize: ((assigns: object, params: unknown) => MaybePromise<boolean>) | undefined;
  /** What follows from a change of its form. */
  readonly change: ((socket: object, form: unknown) => MaybePromise<unknown>) | undefined;
  readonly handle: (socket: object, params: unknown) => MaybePromise<unknown>;
}

/** A form's two references: both belong on its `<form>`. */
export interface FormRefs {
  /** For `phx-change`: the form is validated with what was typed so far. */
  readonly change: EventRef;
  /** For `phx-submit`: the handler gets the parsed data, once it is valid. */
  readonly submit: EventRef;
}

type RefOf<B, F> = F extends string
  ? unknown extends B ? FormRefs : (bound: B) => FormRefs
  : unknown extends B ? EventRef : (bound: B) => EventRef;

/** References to a view's events, for its template. */
export type EventRefs<Names extends string, B = {}, F = {}> = {
  readonly [Name in Names]: RefOf<At<B, Name>, At<F, Name>>;
};

/** All keys of an event: no one of them is superfluous where another one is inferred. */
type EventKeys = { readonly [Key in keyof EventDefinition<object>]?: unknown };

/** What stands under a name of a record that has been inferred, or `unknown`. */
type At<Of, Name> = Name extends keyof Of ? Of[Name] : unknown;

/**
 * The `events` of a definition: `E` are the payloads, `B` the bound values, `F` the forms, `H` the
 * hooks' pushes and `I` what the schemas take, by name.
 */
export type EventDefinitions<A extends object, E, B, F, H, I, Names extends string> =
  // Names apart from payloads: a handler that takes its payload without a schema leaves nothing to infer `E` from.
  & { [Name in Names]: unknown }
  & { [Name in keyof E]: EventDefinition<A, E[Name], At<B, Name>, At<F, Name>, At<H, Name>> }
  & { [Name in keyof B]: { bind?: StandardSchemaV1<unknown, B[Name]> } }
  & { [Name in keyof F]: { form?: F[Name] } }
  & { [Name in keyof I]: EventKeys & { params?: StandardSchemaV1<I[Name], unknown> } }
  & { [Name in keyof H]: EventKeys & { from?: H[Name] & Pushed<H[Name], At<I, Name>, Name> } };

/** A name as it travels: `~` begins its bound values, and the client takes `[` for commands. */
const USABLE = /^(?!lv:)[^[~\s][^~\s]*$/;

/**
 * The declared events of a view or a component. A Map: an event's name is the client's word, and a property look-up would
 * find `constructor`.
 *
 * @throws HoldfastError `view_definition_invalid`
 */
export function declaredEvents(events: object | undefined, owner: string): ReadonlyMap<string, DeclaredEvent> {
  const declared = new Map<string, DeclaredEvent>();
  for (const [name, event] of Object.entries(events ?? {}) as [string, Partial<EventDefinition<object>> | undefined][]) {
    if (!USABLE.test(name) || typeof event?.handle !== "function") {
      throw new HoldfastError("view_definition_invalid", {
        what: `The event "${name}" of the ${owner} is invalid.`,
        expected: "a name without spaces and ~ that does not begin with lv: or [, and a definition with handle(socket, params)",
        fix: `${name.replace(/^(?:lv:|\[)|[~\s]/g, "") || "save"}: { params: schema, handle(socket, params) { … } }`,
      });
    }
    const { params, bind, form, from, strict = false, authorize, change, handle } = event;
    if (typeof from === "object" && from.name !== name) {
      throw new HoldfastError("view_definition_invalid", {
        what: `The event "${name}" of the ${owner} is pushed by its hook under another name.`,
        expected: `"${from.name}"`, got: `"${name}"`, fix: `${from.name}: { from: Hook.pushes.${from.name}, … }`,
      });
    }
    const parsed = {
      params, bind, declared: name, anywhere: from !== undefined, strict,
      authorize: authorize as DeclaredEvent["authorize"],
      change: change as DeclaredEvent["change"], handle: handle as DeclaredEvent["handle"],
    };
    if (typeof form !== "string") declared.set(name, { ...parsed, form: undefined });
    else for (const phase of PHASES) declared.set(`${name}.${phase}`, { ...parsed, form: { assign: form, phase } });
  }
  return declared;
}
