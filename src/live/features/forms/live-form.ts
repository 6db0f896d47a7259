import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Form, formParams, formState, type FormIssue } from "../../../components/index.js";

/** The fields of a schema's form. */
export type FieldsOf<S extends StandardSchemaV1> = StandardSchemaV1.InferOutput<S> & object;

/** What `form` may be told. */
export interface LiveFormOptions {
  /** The name that the fields stand under: with "post", the title's is `post[title]`. Default: none. */
  readonly as?: string;
  /** The form's id, and the beginning of its fields' ids. Default: `as`, else "form". */
  readonly id?: string;
  /** The fields that hold lists of objects; those inside an item behind a dot. Default: none. */
  readonly lists?: readonly string[];
}

/** What a client has sent of a form, and what is wrong with it. */
interface Received {
  readonly params: unknown;
  readonly issues: readonly FormIssue[];
  readonly action: "validate" | "submit";
}

/**
 * A form that knows its schema: an event that names it validates and hands over parsed data by itself.
 *
 * @see form
 */
export class LiveForm<S extends StandardSchemaV1> extends Form<FieldsOf<S>> {
  readonly schema: S;
  readonly #initial: Readonly<Partial<FieldsOf<S>>>;
  readonly #options: LiveFormOptions;

  /** Made by `form`. */
  constructor(schema: S, initial: Readonly<Partial<FieldsOf<S>>>, options: LiveFormOptions, received?: Received) {
    super(formState<FieldsOf<S>>(initial, { ...options, ...received }));
    this.schema = schema;
    this.#initial = initial;
    this.#options = options;
  }

  /** The form with what a client has sent, and the data, if nothing is wrong with it. */
  async received(payload: unknown, action: "validate" | "submit"): Promise<{ next: LiveForm<S>; data: { value: StandardSchemaV1.InferOutput<S> } | undefined }> {
    const params = formParams(payload, this.#options);
    const result = await this.schema["~standard"].validate(withoutMarks(params));
    const next = new LiveForm(this.schema, this.#initial, this.#options, { params, issues: result.issues ?? [], action });
    return { next, data: result.issues === undefined ? { value: result.value as StandardSchemaV1.InferOutput<S> } : undefined };
  }

  /**
   * The form with errors of the application's own, such as a name that is taken: shown as if the schema had found them.
   *
   * @example
   * socket.assign({ draft: draft.withErrors({ email: "is taken" }) });
   */
  withErrors(errors: Readonly<Record<string, string>>): LiveForm<S> {
    const issues = Object.entries(errors).map(([path, message]) => ({ path: path.split("."), message }));
    return new LiveForm(this.schema, this.#initial, this.#options, { params: this.params ?? this.#initial, issues, action: "submit" });
  }
}

/**
 * A form as a value: a schema and what its fields begin with. Return it from `mount`, and name it in an event: `on.save.change`
 * validates while somebody writes, `on.save.submit` gives the handler what the schema makes of it.
 *
 * @param schema any Standard Schema (zod, valibot, arktype)
 * @param initial what the fields begin with
 * @param options `as`: the name that the fields stand under; `id`; `lists`: the fields that hold lists of objects
 * @example
 * mount: async (socket, { params }) => ({ draft: form(PostInput, await blog.post(params.id)) }),
 * events: { save: { form: "draft", handle: (socket, post) => blog.save(post) } },
 * render: ({ draft }, on) => html`
 *   <form id="post" phx-change=${on.save.change} phx-submit=${on.save.submit}>
 *     <input name=${draft.field("title").name} value=${draft.field("title").value}> <button>Save</button>
 *   </form>`,
 */
export function form<S extends StandardSchemaV1>(
  schema: S, initial?: Readonly<Partial<FieldsOf<S>>>, options: LiveFormOptions = {},
): LiveForm<S> {
  return new LiveForm<S>(schema, initial ?? ({} as Partial<FieldsOf<S>>), options);
}

/** The client's own marks among the fields: which inputs were not used, which changed, what a nested form is known by. */
const MARK = /^_(?:unused_|target$|persistent_id$|csrf_token$)/;

function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !MARK.test(key)).map(([key, inner]) => [key, withoutMarks(inner)]));
}
