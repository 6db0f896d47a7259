import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Mistake } from "../../../errors/index.js";
import { ANYTHING, checkOptions, checkValue, LIST, SCHEMA, TEXT } from "../../../errors/options.js";
import {
  Form, formParams, formState, isRecord, withEmptyLists, type FieldPath, type FormIssue, type ListPath,
} from "../../../components/index.js";
import { html, type Content } from "../../../html/index.js";
import { isPromise } from "../../../mailbox/index.js";
import { SUBMISSION_FIELD } from "../../../protocol/index.js";
import { randomText } from "../../../security/index.js";
import { becomesAssign, type NamedValue, type Owner } from "../../socket/index.js";
import { withBooleans } from "./check-boxes.js";

/** The fields of a schema's form. */
type FieldsOf<S extends StandardSchemaV1> = StandardSchemaV1.InferOutput<S> & object;

/** What a form's schema yields: neither a text nor a list. */
type FieldsByName = object & { readonly [Symbol.iterator]?: never };

/** An error sentence if the schema yields something else. Nothing is known of `unknown`. */
type Fitting<Output> = unknown extends Output ? unknown
  : [NonNullable<Output>] extends [FieldsByName] ? unknown : Mistake<"a form needs a schema of an object, such as z.object({ … })">;

/** Values of some fields. Mapped once, because only then `{}` fits a schema that is a type parameter. */
type SomeFields<S extends StandardSchemaV1> = { readonly [K in keyof FieldsOf<S>]?: FieldsOf<S>[K] };

/** Names a form and its fields. */
interface FormNaming {
  /** The prefix of the fields' names: with "post", the title's is `post[title]`. Default: none. */
  readonly as?: string;
  /**
   * The form's id, and the prefix of its fields' ids; `undefined` writes none. Default: `as`, else the assign's name; in a
   * live component prefixed with the component's id.
   */
  readonly id?: string | undefined;
  /** The fields that hold lists of objects; fields inside an item are written after a dot. Default: none. */
  readonly lists?: readonly string[];
}

/** Options of `form`. */
export interface LiveFormOptions<Fields> extends FormNaming {
  readonly lists?: readonly (ListPath<Fields> & string)[];
}

/** The application's own errors, by field. */
export type FormErrors<S extends StandardSchemaV1> = { readonly [Path in FieldPath<FieldsOf<S>>]?: string | readonly string[] };

/** What a client has sent of a form, with its errors. */
interface Received {
  readonly params: unknown;
  readonly issues: readonly FormIssue[];
  readonly action: "validate" | "submit";
}

const SUBMISSION_BYTES = 16;
/** The format of our submission ids. One that a client made up is only ever compared within its session. */
const SUBMISSION_ID = /^[\w-]{22}$/;

/**
 * A form that knows its schema, so that an event that names it validates and parses by itself.
 *
 * @see form
 */
export class LiveForm<S extends StandardSchemaV1> extends Form<FieldsOf<S>, StandardSchemaV1.InferInput<S>> implements NamedValue {
  /** Types only. */
  declare readonly output?: StandardSchemaV1.InferOutput<S>;
  readonly schema: S;
  readonly #initial: SomeFields<S>;
  readonly #options: FormNaming;
  readonly #received: Received | undefined;
  #submissionId: string | undefined;

  /** Called by `form`. */
  constructor(schema: S, initial: SomeFields<S>, options: FormNaming, received?: Received, submissionId?: string) {
    super(formState<FieldsOf<S>>(initial, { ...options, ...received }));
    this.schema = schema;
    this.#initial = initial;
    this.#options = options;
    this.#received = received;
    this.#submissionId = submissionId;
  }

  /**
   * Identifies the next submission of this form. The page carries it in a hidden field, so it survives whatever the text
   * survives: a lost connection, a crash, a restart.
   */
  get submissionId(): string {
    return (this.#submissionId ??= randomText(SUBMISSION_BYTES));
  }

  /** Whether it shows its initial values: nothing that a client has sent, and no errors. */
  get fresh(): boolean {
    return this.#received === undefined;
  }

  /** The hidden field with the submission's id. `formTag` writes it; put it into a `<form>` of your own. */
  override get hidden(): Content {
    return html`<input type="hidden" name=${SUBMISSION_FIELD} value=${this.submissionId}>`;
  }

  /** The form with what a client has sent, its data if it is valid, and whether its schema had to wait to know that. */
  async received(
    payload: unknown,
    action: "validate" | "submit",
  ): Promise<{
    next: LiveForm<S>;
    data: { value: StandardSchemaV1.InferOutput<S> } | undefined;
    issues: readonly StandardSchemaV1.Issue[];
    waited: boolean;
  }> {
    const params = withEmptyLists(formParams(payload, this.#options), this.params, this.#options.lists ?? []);
    const validated = this.schema["~standard"].validate(withBooleans(withoutMarks(params), this.schema));
    const result = await validated;
    const issues = result.issues ?? [];
    const next = new LiveForm(
      this.schema,
      this.#initial,
      this.#options,
      { params, issues, action },
      submissionOf(payload) ?? this.submissionId,
    );
    const data = result.issues === undefined ? { value: result.value as StandardSchemaV1.InferOutput<S> } : undefined;
    return { next, data, issues, waited: isPromise(validated) };
  }

  /**
   * The form with the application's own errors, such as a name that is taken, shown as if the schema had found them. The submission
   * counts as refused, and may be sent again.
   *
   * @param errors messages by field; fields inside an object are written after a dot
   * @example
   * socket.assign({ draft: socket.assigns.draft.withErrors({ email: "is taken" }) });
   */
  withErrors(errors: FormErrors<S>): LiveForm<S> {
    const issues = Object.entries(errors as Readonly<Record<string, string | readonly string[] | undefined>>).flatMap(([path, messages]) =>
      [messages ?? []].flat().map((message) => ({ path: path.split("."), message })));
    const received: Received = { params: this.params ?? this.#initial, issues, action: "submit" };
    return new LiveForm(this.schema, this.#initial, this.#options, received, this.submissionId);
  }

  /**
   * The form in its initial state, for use after a submission.
   *
   * @param values the new initial values. Default: the previous ones
   * @example
   * socket.assign({ draft: socket.assigns.draft.reset() });
   */
  reset(values: SomeFields<S> = this.#initial): LiveForm<S> {
    return new LiveForm(this.schema, values, this.#options);
  }

  /** The same form, without errors and with an id for its next submission. */
  answered(): LiveForm<S> {
    return new LiveForm(this.schema, this.#initial, this.#options, this.#received && { ...this.#received, issues: [] });
  }

  /** Two forms of a page need two ids: the default is the name of the assign. */
  [becomesAssign](owner: Owner, name: string): LiveForm<S> {
    if ("id" in this.#options) return this;
    const own = this.#options.as ?? name;
    const id = owner === owner.view.root ? own : `${String(owner.assigns["id"])}_${own}`;
    return new LiveForm(this.schema, this.#initial, { ...this.#options, id }, this.#received, this.#submissionId);
  }
}

/**
 * A form as a value: a schema and initial values. Return it from `mount`, and name it in an event: `on.save.change` validates
 * while the user types, `on.save.submit` passes the parsed data to the handler.
 *
 * @param schema any Standard Schema (zod, valibot, arktype). It receives text; where it takes a boolean, as its JSON Schema says, it
 * receives the check box as one
 * @param initial the fields' initial values
 * @param options `as`: prefix of the fields' names; `id`; `lists`: the fields that hold lists of objects
 * @example
 * mount: async (socket, { params }) => ({ draft: form(PostInput, await blog.post(params.id)) }),
 * events: { save: { form: "draft", handle: (socket, post) => blog.save(post) } },
 * render: ({ draft }, on) => formTag({
 *   for: draft, "phx-change": on.save.change, "phx-submit": on.save.submit,
 *   inner: html`${input({ field: draft.field("title"), label: "Title" })} ${button({ label: "Save" })}`,
 * }),
 */
export function form<S extends StandardSchemaV1<unknown, FieldsByName>>(
  schema: S, initial?: SomeFields<S>, options?: LiveFormOptions<FieldsOf<S>>,
): LiveForm<S>;
// It comes last, because the compiler reports the errors of the last one: a sentence instead of thirteen lines of generics.
export function form<S extends StandardSchemaV1>(
  schema: S & Fitting<StandardSchemaV1.InferOutput<S>>, initial?: SomeFields<S>, options?: LiveFormOptions<FieldsOf<S>>,
): LiveForm<S>;
export function form<S extends StandardSchemaV1>(
  schema: S, initial?: SomeFields<S>, options: LiveFormOptions<FieldsOf<S>> = {},
): LiveForm<S> {
  const place = { of: "form", fix: "form(PostInput, post), with PostInput = z.object({ … })" };
  checkValue("view_definition_invalid", place, "the schema", schema, SCHEMA);
  checkOptions("view_definition_invalid", { of: "form", fix: 'form(PostInput, post, { lists: ["tags"] })' }, options, {
    as: TEXT, id: ANYTHING, lists: LIST,
  });
  return new LiveForm<S>(schema, initial ?? {}, options);
}

/** The submission's id in a payload. */
function submissionOf(payload: unknown): string | undefined {
  const sent = typeof payload === "object" && payload !== null && Object.hasOwn(payload, SUBMISSION_FIELD)
    ? (payload as { readonly [SUBMISSION_FIELD]: unknown })[SUBMISSION_FIELD] : undefined;
  return typeof sent === "string" && SUBMISSION_ID.test(sent) ? sent : undefined;
}

/** Marker fields, the client's and ours: which inputs were not used, which one changed, how nested forms are identified. */
const MARK = /^_(?:unused_|target$|persistent_id$|csrf_token$)/;

/** The fields without markers, as a schema receives them. */
export function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== SUBMISSION_FIELD && !MARK.test(key))
      .map(([key, inner]) => [key, withoutMarks(inner)]),
  );
}
