import type { StandardSchemaV1 } from "@standard-schema/spec";
import { HoldfastError, type Inferred, type Mistake, type Parsed } from "../../errors/index.js";
import type { HookPush } from "../../hooks/index.js";
import type { EventRef } from "../../js/index.js";
import type { BaseAssigns, Frozen, MaybePromise, NamesOf, Redirect, Simplify } from "../socket/index.js";
import { knownKeys, knownSchema } from "./known-keys.js";
import type { Reply } from "./reply.js";
import type { Socket } from "./socket.js";

/** An assign that an event's `form` may name. The schema is `unknown`, so that it may be a type parameter. */
interface FormValue<Output = unknown> {
  readonly schema: unknown;
  readonly submissionId: string;
  readonly output?: Output;
}

/** The names of the assigns that are forms. */
type FormNames<A> = NamesOf<A, FormValue>;

/** The output of the schema of form `Name`; `any` where the assigns are: `mount` is misspelt. */
type FormOutput<A, Name> = unknown extends A ? A : Name extends keyof A ? A[Name] extends FormValue<infer Output> ? Output : never : never;

/** A name in both schemas: a client could send what the page has bound. */
type Clash<P, B> = unknown extends P ? never : unknown extends B ? never : keyof P & keyof B & string;

/** What a handler receives: a form's data, or the parameters together with the bound values. */
type EventData<A, P, B, F> =
  F extends string
    ? F extends FormNames<A>
      ? unknown extends B ? FormOutput<A, F> : Simplify<FormOutput<A, F> & B>
      : Mistake<`mount returns no form "${F}"`>
  : unknown extends B ? Parsed<P> : unknown extends P ? B : Simplify<P & B>;

/** The reply that a hook's push waits for; without a push, any. */
type ReplyTo<H> = H extends HookPush<unknown, infer R> ? R extends object ? Reply<R> : void : void | Reply;

/** What a handler may return; an error sentence if the definition cannot be right. */
type Handled<A, P, B, F, H> = F extends string
  ? F extends FormNames<A>
    ? MaybePromise<void | Reply | Redirect>
    : Mistake<`mount returns no form "${F}"`>
  : unknown extends F
    ? [Clash<P, B>] extends [never]
      ? MaybePromise<ReplyTo<H> | Redirect>
      : Mistake<`"${Clash<P, B>}" stands in params and in bind: a client could send what the page has bound`>
    : Mistake<"form is the name of an assign that mount returns">;

/** A push under its own name whose payload the schema accepts; an error sentence if either differs. */
type Pushed<H, I, Name> = H extends HookPush<infer Payload, unknown, infer Own>
  ? Own extends Name
    ? [Payload] extends [I] ? H : Mistake<"the hook pushes another payload than params take">
    : Mistake<`the hook pushes this as "${Own}"`>
  : H;

/** One event of a view or a live component. */
export interface EventDefinition<A extends object, P = unknown, B = unknown, F = unknown, H = unknown, Action extends string = string> {
  /** The schema of what the client sends: any Standard Schema (zod, valibot, arktype). Without it the payload is as good as `unknown`. */
  params?: StandardSchemaV1<unknown, P>;
  /**
   * The schema of the values bound where the event is rendered: `on.remove({ id })`. They reach the handler as they were
   * rendered, with their types; nothing that the client sends can replace them.
   */
  bind?: StandardSchemaV1<unknown, B>;
  /** The assign with the event's form: `on.save.change` validates, `on.save.submit` passes on parsed data only. */
  form?: F;
  /**
   * What may send it. By default an event is accepted only if the page shows it. A push of a client hook (`from:
   * Chart.pushes.picked`): the hook sends it by name; its payload must match `params`, and what `handle` replies must match
   * what the hook waits for. `"anywhere"`: any client that knows its name. An event with `bind` counts only as the page shows it,
   * whatever `from` says: nobody else knows its values.
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
   * True: refused as soon as the page no longer shows it. Default false: it counts for a moment longer, because clicks and
   * diffs cross. The server must know what is shown, so in a stream's items a strict event counts only in a live component,
   * which the server keeps for as long as the client does.
   */
  strict?: boolean;
  // Properties, not methods: for methods TypeScript would accept parameters of any narrower type.
  /** Who may send it, in addition to the view's own policy. For a form it runs before the fields are validated. */
  authorize?: (assigns: Frozen<A & BaseAssigns<Action>>, params: F extends string ? B : EventData<A, P, B, F>) => MaybePromise<boolean>;
  /**
   * For a form: called after it was validated on a change, with the new form. For values derived from a field that must be
   * loaded, such as the cities of the chosen country; other derived values belong in `render`.
   */
  change?: (
    socket: Socket<A, Action>,
    form: F extends keyof A ? A[F] : Mistake<"only an event with a form has changes">,
  ) => MaybePromise<void>;
  /** Called once session, page, payload and policies have been checked. */
  handle: (socket: Socket<A, Action>, params: EventData<A, Inferred<P>, B, F>) => Handled<A, P, B, F, H>;
}

/** The two events of a form: `change` validates what was typed so far, `submit` passes on what was sent. */
type FormPhase = "change" | "submit";
const PHASES = ["change", "submit"] as const;

/** A declared event, with its types erased. */
export interface DeclaredEvent {
  readonly params: StandardSchemaV1 | undefined;
  readonly bind: StandardSchemaV1 | undefined;
  /** The assign with its form, and which of the form's two events it is. */
  readonly form: { readonly assign: string; readonly phase: FormPhase } | undefined;
  /** The name under which it was declared: a form's two events share it. */
  readonly declared: string;
  readonly anywhere: boolean;
  readonly strict: boolean;
  readonly authorize: ((assigns: object, params: unknown) => MaybePromise<boolean>) | undefined;
  /** The `change` hook of its form. */
  readonly change: ((socket: object, form: unknown) => MaybePromise<unknown>) | undefined;
  readonly handle: (socket: object, params: unknown) => MaybePromise<unknown>;
}

/** A form's two references: both belong on its `<form>`. */
export interface FormRefs {
  /** For `phx-change`: validates the form with what was typed so far. */
  readonly change: EventRef;
  /** For `phx-submit`: passes the parsed data to the handler once it is valid. */
  readonly submit: EventRef;
}

type RefOf<B, F> = F extends string
  ? unknown extends B ? FormRefs : (bound: B) => FormRefs
  : unknown extends B ? EventRef : (bound: B) => EventRef;

/** References to a view's events, for its template. */
export type EventRefs<Names extends string, B = {}, F = {}> = {
  readonly [Name in Names]: RefOf<At<B, Name>, At<F, Name>>;
};

/** All keys of an event, so that none counts as excess while another one is inferred. */
type EventKeys = { readonly [Key in keyof EventDefinition<object>]?: unknown };

/** The property of this name in an inferred record, or `unknown`. */
type At<Of, Name> = Name extends keyof Of ? Of[Name] : unknown;

/**
 * The `events` of a definition. By event name: `E` are the payloads, `B` the bound values, `F` the forms, `H` the hooks'
 * pushes, and `I` what the schemas accept.
 */
export type EventDefinitions<A extends object, E, B, F, H, I, Names extends string, Action extends string = string> =
  // Names are inferred separately, because a handler that takes its payload without a schema leaves nothing to infer `E`
  // from.
  & { [Name in Names]: unknown }
  & { [Name in keyof E]: EventDefinition<A, E[Name], At<B, Name>, At<F, Name>, At<H, Name>, Action> }
  & { [Name in keyof B]: { bind?: StandardSchemaV1<unknown, B[Name]> } }
  & { [Name in keyof F]: { form?: F[Name] } }
  & { [Name in keyof I]: EventKeys & { params?: StandardSchemaV1<I[Name], unknown> } }
  & { [Name in keyof H]: EventKeys & { from?: H[Name] & Pushed<H[Name], At<I, Name>, Name> } };

const EVENT_KEYS: readonly (keyof EventDefinition<object>)[] = [
  "params", "bind", "form", "from", "strict", "authorize", "change", "handle",
];

/** A name on the wire: `~` begins its bound values, and the client reads `[` as commands. */
const USABLE = /^(?!lv:)[^[~\s][^~\s]*$/;

/**
 * The declared events of a view or a component. A Map, because the client chooses the name, and a property lookup would find
 * `constructor`.
 *
 * @throws HoldfastError `view_definition_invalid`
 */
export function declaredEvents(events: object | undefined, owner: string): ReadonlyMap<string, DeclaredEvent> {
  const declared = new Map<string, DeclaredEvent>();
  for (const [name, event] of Object.entries(events ?? {}) as [string, Partial<EventDefinition<object>> | undefined][]) {
    if (typeof event === "object" && event !== null) knownKeys(event, EVENT_KEYS, `event "${name}" of the ${owner}`);
    if (!USABLE.test(name) || typeof event?.handle !== "function") {
      throw new HoldfastError("view_definition_invalid", {
        what: `The event "${name}" of the ${owner} is invalid.`,
        expected: "a name without spaces and ~ that does not begin with lv: or [, and a definition with handle(socket, params)",
        got: USABLE.test(name) ? `a definition of type ${typeof event}, without handle` : JSON.stringify(name),
        fix: `${name.replace(/^(?:lv:|\[)|[~\s]/g, "") || "save"}: { params: schema, handle(socket, params) { … } }`,
      });
    }
    const { params, bind, form, from, strict = false, authorize, change, handle } = event;
    knownSchema(params, "params", `event "${name}" of the ${owner}`);
    knownSchema(bind, "bind", `event "${name}" of the ${owner}`);
    if (form !== undefined && typeof form !== "string") {
      throw new HoldfastError("view_definition_invalid", {
        what: `The event "${name}" of the ${owner} has a form that is not a name.`,
        expected: "the name of the assign with the form",
        got: `a ${typeof form}`,
        fix: `mount: () => ({ post: form(schema, {}) }), and ${name}: { form: "post", … }`,
      });
    }
    if (form !== undefined && params !== undefined) {
      throw new HoldfastError("view_definition_invalid", {
        what: `The event "${name}" of the ${owner} has a form and params.`, expected: "either: a form has its own schema",
        got: "both", fix: "add the fields to the form's schema, or bind what the page knows: bind: schema",
      });
    }
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
