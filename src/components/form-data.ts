import { issuePath } from "../errors/index.js";
import { checkValue, OBJECT, type OptionsPlace } from "../errors/options.js";
import { html, keyed, type Content } from "../html/index.js";
import { FormIssues } from "./form-issues.js";
import { isUsed, lookUp, nestedItems, scalar, scalars, type Item } from "./form-values.js";
import type { Field, FieldPath, FormIssue, NestedFields, NestedKey, ValueAt } from "./form-types.js";

/** Options of `toForm`. */
export interface FormOptions<S extends object> {
  /** The prefix of the fields' names: with "post", the title's is `post[title]`. Default: none. */
  readonly as?: string | undefined;
  /** The form's id, and the prefix of its fields' ids; `undefined` writes none. Default: `as`, else "form". */
  readonly id?: string | undefined;
  /**
   * The fields as the client has sent them, see `formParams`. If given, every value comes from them; a field that is not
   * among them, such as an unticked check box, has none. Pass them unparsed: they say which inputs were used.
   */
  readonly params?: unknown;
  /** Issues from a Standard Schema validator. */
  readonly issues?: readonly FormIssue[] | undefined;
  /** Errors of your own, by field. */
  readonly errors?: { readonly [Path in FieldPath<S>]?: string | readonly string[] } | undefined;
  /**
   * The action. "validate", the default: only used fields show their errors. Anything else, such as "submit": all do.
   */
  readonly action?: string | undefined;
}

/** The parts of a form. */
interface FormState {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly source: object;
  readonly issues: FormIssues;
  readonly action: string;
}

/** A name and a value, for a button or a hidden input. */
export interface Submitted {
  readonly name: string;
  readonly value: string;
}

/**
 * A form: its fields with names, values and errors. Created by `toForm`.
 *
 * @typeParam S its fields
 * @typeParam Sent the fields as its schema takes them
 */
export class Form<S extends object = Record<string, unknown>, Sent = S> {
  /** The `<form>`'s id; undefined if it has none. */
  readonly id: string | undefined;
  /** The prefix of the fields' names. */
  readonly name: string | undefined;
  /** The action: "validate" or a word of your own. */
  readonly action: string;
  /** Types only: they let the compiler find the fields of a form's subclass. */
  declare readonly fields?: S;
  readonly #state: FormState;

  /** Called by `toForm`. */
  constructor(state: FormState) {
    this.id = state.id;
    this.name = state.name;
    this.action = state.action;
    this.#state = state;
  }

  /** Hidden inputs that `formTag` writes into the form. */
  get hidden(): Content {
    return undefined;
  }

  /** The fields as they are shown: sent values, or else initial ones. */
  get params(): unknown {
    return this.#state.source;
  }

  /** Whether there are no errors, including those not shown yet. */
  get valid(): boolean {
    return this.#state.issues.empty;
  }

  /** The errors of the form as a whole: issues without a path. */
  get errors(): readonly string[] {
    const { source, issues, action } = this.#state;
    if (action === "validate" && !Object.keys(source).some((key) => isUsed(source, key))) return [];
    return issues.own;
  }

  /**
   * One field.
   *
   * @param path its name; after dots, the names inside an object
   * @example
   * const title = form.field("title");
   * html`<input id=${title.id} name=${title.name} value=${title.value}> ${title.errors.map((e) => html`<p>${e}</p>`)}`
   */
  field<const Path extends FieldPath<S>>(path: Path): Field<ValueAt<S, Path>, ValueAt<Sent, Path>> {
    const { id, name, source, issues, action } = this.#state;
    const keys = path.split(".");
    const last = keys.at(-1)!;
    let parent: unknown = source;
    for (const key of keys.slice(0, -1)) parent = lookUp(parent, key);
    const value = lookUp(parent, last);
    const used = action !== "validate" || isUsed(parent, last);
    const mine = issues.at(keys);
    // An error of one value in a list has no field of its own.
    const isList = Array.isArray(value) && scalars(value).length > 0;
    return {
      id: joined(id, keys),
      name: nameOf(name, keys),
      value: scalar(value),
      values: scalars(value),
      errors: !used ? [] : isList ? mine.all : mine.own,
      used,
    } as Field<ValueAt<S, Path>, ValueAt<Sent, Path>>;
  }

  /**
   * The forms of a list of objects, or of one object. For a list each gets two hidden inputs, `_persistent_id`, by which the
   * browser recognizes it, and `…_sort[]`, its position; after them all comes an empty `…_drop[]`. `formParams` reads them.
   *
   * @param key the field that holds them
   * @param render a nested form's content
   * @param options `hidden`: false to place `nested.hidden` yourself, for instance in a table's cell; default true
   * @example
   * form.inputsFor("comments", (comment, index) => html`
   *   <input name=${comment.field("body").name} value=${comment.field("body").value}>
   *   <button type="button" name=${comment.drop.name} value=${comment.drop.value} phx-click=${JS.dispatch("change")}>Remove</button>`)
   */
  inputsFor<const Key extends NestedKey<S>>(
    key: Key,
    render: (nested: NestedForm<NestedFields<S[Key]> & object>, index: number) => Content,
    options: { readonly hidden?: boolean } = {},
  ): Content {
    // Only the types know which fields a nested form has.
    const nested = (index: number | undefined, item: Item): NestedForm<NestedFields<S[Key]> & object> =>
      this.#nested(key, index, item);
    const { hidden = true } = options;
    const found = nestedItems(lookUp(this.#state.source, key));
    if (found === undefined) return undefined;
    if (!Array.isArray(found)) return render(nested(undefined, found as Item), 0);
    const forms = (found as readonly Item[]).map((item) => nested(item.index, item));
    const items = keyed(forms, (form) => form.persistentId, (form) => {
      const content = render(form, form.index);
      return hidden ? html`${form.hidden}${content}` : content;
    });
    return hidden ? html`${items}<input type="hidden" name="${nameOf(this.name, [`${key}_drop`])}[]" value="">` : items;
  }

  /**
   * Name and value of a button that adds an item to a list.
   *
   * @example
   * const add = form.add("comments");
   * html`<button type="button" name=${add.name} value=${add.value} phx-click=${JS.dispatch("change")}>Add</button>`
   */
  add(key: NestedKey<S>): Submitted {
    return { name: `${nameOf(this.name, [`${key}_sort`])}[]`, value: "new" };
  }

  #nested<T extends object>(key: string, index: number | undefined, item: Item): NestedForm<T> {
    const { id, name, issues, action } = this.#state;
    const keys = index === undefined ? [key] : [key, String(index)];
    const path = index === undefined ? [key] : [key, item.key];
    const state: FormState = {
      id: joined(id, [key, ...(index === undefined ? [] : [item.persistentId])]),
      name: nameOf(name, keys),
      source: item.fields,
      issues: issues.at(path),
      action,
    };
    return new NestedForm<T>(state, index ?? 0, item.persistentId, nameOf(name, [key]));
  }
}

/** One of the forms nested in a form. */
export class NestedForm<S extends object = Record<string, unknown>> extends Form<S> {
  /** Its position in the list, from 0. */
  readonly index: number;
  /** The id by which the browser recognizes it, wherever it moves. */
  readonly persistentId: string;
  readonly #list: string;

  /** Called by `form.inputsFor`. */
  constructor(state: FormState, index: number, persistentId: string, list: string) {
    super(state);
    this.index = index;
    this.persistentId = persistentId;
    this.#list = list;
  }

  /** Its two hidden inputs. */
  override get hidden(): Content {
    return html`<input type="hidden" name="${this.name}[_persistent_id]" value=${this.persistentId}><input type="hidden" name=${
      suffixed(this.#list, "_sort")} value=${this.index}>`;
  }

  /** Name and value of a button that removes it. */
  get drop(): Submitted {
    return { name: suffixed(this.#list, "_drop"), value: String(this.index) };
  }

  /** Name and value of a button that moves it one place up; the first stays where it is. */
  get up(): Submitted {
    return { name: suffixed(this.#list, "_up"), value: String(this.index) };
  }

  /** Name and value of a button that moves it one place down; the last stays where it is. */
  get down(): Submitted {
    return { name: suffixed(this.#list, "_down"), value: String(this.index) };
  }
}

const TO_FORM: OptionsPlace = { of: "toForm", fix: 'toForm({ title: "" }, { as: "post" })' };

/**
 * A form's fields, from initial values or from what the client has sent, and from its errors.
 *
 * @param values the initial values: a record, or the defaults of a new one
 * @param options the form's name, what was sent, the errors
 * @example
 * mount: () => ({ form: toForm({ title: "", comments: [] as Comment[] }, { as: "post" }) })
 * @example
 * async handle(socket, payload) {
 *   const params = formParams(payload, { as: "post", lists: ["comments"] });
 *   const { issues } = await PostForm["~standard"].validate(params);
 *   socket.assign({ form: toForm(post, { as: "post", params, issues }) });
 * }
 */
export function toForm<S extends object>(values: S | Readonly<Partial<S>>, options: FormOptions<S> = {}): Form<S> {
  checkValue("template_value_refused", TO_FORM, "the object of values", values, OBJECT);
  checkValue("template_value_refused", TO_FORM, "the object of options", options, OBJECT);
  return new Form<S>(formState(values, options));
}

/** The parts that `toForm` makes a form from. */
export function formState<S extends object>(values: S | Readonly<Partial<S>>, options: FormOptions<S>): FormState {
  const { as, params, issues: given = [], errors = {}, action = "validate" } = options;
  const id = "id" in options ? options.id : (as ?? "form");
  const issues = new FormIssues();
  for (const issue of given) issues.add(issuePath(issue).map(String), issue.message);
  for (const [path, messages] of Object.entries(errors as Record<string, string | readonly string[] | undefined>)) {
    if (messages === undefined) continue;
    for (const message of typeof messages === "string" ? [messages] : messages) issues.add(path.split("."), message);
  }
  const source = params === undefined ? values : typeof params === "object" && params !== null ? params : {};
  return { id, name: as, source, issues, action };
}

function joined(id: string | undefined, keys: readonly string[]): string {
  return (id === undefined ? keys : [id, ...keys]).join("_");
}

function nameOf(name: string | undefined, keys: readonly string[]): string {
  const [first = "", ...rest] = name === undefined ? keys : [name, ...keys];
  return first + rest.map((key) => `[${key}]`).join("");
}

/** `post[comments]` → `post[comments_sort][]` */
function suffixed(list: string, suffix: string): string {
  return list.endsWith("]") ? `${list.slice(0, -1)}${suffix}][]` : `${list}${suffix}[]`;
}
