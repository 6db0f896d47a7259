import { checkProps, OBJECT, type Kind } from "../errors/options.js";
import { classes, html, type Content, type Rendered } from "../html/index.js";
import type { Mistake } from "../errors/index.js";
import type { Attributes, AttributeValue } from "../components/index.js";

/** A field of a form, as `draft.field("title")` returns it. */
export interface AnyField {
  readonly id: string;
  readonly name: string;
  readonly value: unknown;
  readonly values: readonly unknown[];
  readonly errors: readonly string[];
}

/** A field that holds one value. */
export interface SingleField extends AnyField {
  readonly takesList?: false | Mistake<"the field holds a list: checkboxGroup, select({ multiple: true }) or inputsFor"> | undefined;
}

/** A field that holds a list of values. */
export interface ListField extends AnyField {
  readonly takesList?: true | Mistake<"the field holds one value: radioGroup, or select without multiple"> | undefined;
}

/** The source of a control's name and value: a field of a form, or explicit props. */
export type FieldSource<FormField extends AnyField = SingleField> =
  | {
    /** A field of a form: its name, id, value and errors. */
    readonly field: FormField;
    readonly name?: undefined;
    readonly id?: undefined;
    readonly value?: undefined;
    readonly errors?: undefined;
  }
  | {
    readonly field?: undefined;
    /** Without a form: the name that is sent. */
    readonly name: string;
    /** Unique on the page. Default: the name. */
    readonly id?: string | undefined;
    /** Its value. */
    readonly value?: unknown;
    /** What is wrong with it. Default: nothing. */
    readonly errors?: readonly string[] | undefined;
  };

/** The parts around a control. */
export interface Labelled {
  /** The control's label: always present, for screen readers too. */
  readonly label: Content;
  /** True: the label is hidden visually, but screen readers announce it. Default false. */
  readonly hideLabel?: boolean | undefined;
  /** A hint on how to fill it in. */
  readonly help?: Content;
}

/** Attributes of the control itself. */
export interface ControlAttributes extends Omit<Attributes, "id"> {
  readonly autocomplete?: AttributeValue;
  readonly disabled?: AttributeValue;
  readonly form?: AttributeValue;
  readonly required?: AttributeValue;
}

const A_FIELD: Kind = { called: "a field of a form, form.field(…), or a name instead", fits: OBJECT.fits };

/** Refuses a control without its field, and without a name that stands for one. */
export function checkControl(of: string, props: FieldSource<AnyField>, required: { readonly [name: string]: Kind } = {}): void {
  const place = { of, fix: `${of}({ field: form.field("title"), label: "Title" })` };
  checkProps<object>(place, props, required);
  if (typeof props.name !== "string") checkProps(place, props, { field: A_FIELD });
}

/** The field, however it was given. */
export function sourceOf(source: FieldSource<AnyField>): AnyField {
  if (source.field !== undefined) return source.field;
  const { name, id = name, value, errors = [] } = source;
  return { id, name, value, values: Array.isArray(value) ? value : [], errors };
}

/** The props without the field: what is left for the label and the control itself. */
export function withoutSource<P extends FieldSource<AnyField>>(props: P): Omit<P, "field" | "name" | "id" | "value" | "errors"> {
  const { field: _field, name: _name, id: _id, value: _value, errors: _errors, ...rest } = props;
  return rest;
}

/** What tells screen readers about a control's help and errors. */
interface Description {
  readonly "aria-invalid": string | undefined;
  readonly "aria-describedby": string | undefined;
}

/** The attributes that refer screen readers to help and errors. */
export function described({ id, errors }: AnyField, help: Content): Description {
  const ids = [help !== undefined && `${id}-help`, errors.length > 0 && `${id}-errors`].filter((part) => part !== false);
  return { "aria-invalid": errors.length > 0 ? "true" : undefined, "aria-describedby": ids.length > 0 ? ids.join(" ") : undefined };
}

/** Below a control: help and errors. The errors' element always exists, so that screen readers announce a new one. */
export function notes({ id, errors }: AnyField, help: Content): Rendered {
  return html`
    ${help !== undefined && html`<p class="hf-help" id="${id}-help">${help}</p>`}
    <div class="hf-errors" id="${id}-errors" aria-live="polite">${errors.map((error) => html`<p class="hf-error">${error}</p>`)}</div>`;
}

/** A control with its label, help and errors. */
export function labelled(source: AnyField, { label, hideLabel = false, help }: Labelled, required: unknown, control: Content): Rendered {
  return html`<div class="hf-field">
    <label class=${classes("hf-label", { "hf-hidden": hideLabel })} for=${source.id}>${label}${mark(required)}</label>
    ${control}
    ${notes(source, help)}
  </div>`;
}

/** Several controls under one question. */
export function grouped(
  source: AnyField, { label, hideLabel = false, help }: Labelled, required: unknown, role: string | undefined, controls: Content,
): Rendered {
  const { "aria-describedby": describedby } = described(source, help);
  return html`<fieldset class="hf-field hf-group" id=${source.id} role=${role} aria-describedby=${describedby}>
    <legend class=${classes("hf-label", { "hf-hidden": hideLabel })}>${label}${mark(required)}</legend>
    ${controls}
    ${notes(source, help)}
  </fieldset>`;
}

/** Visual only: screen readers get `required`. */
export function mark(required: unknown): Content {
  return required !== undefined && required !== null && required !== false && html`<span class="hf-required" aria-hidden="true">*</span>`;
}

/**
 * A value in the format that an input of this type requires. @see
 * https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#dates-and-times
 */
export function valueText(value: unknown, type: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!(value instanceof Date)) return typeof value === "object" ? undefined : String(value as string | number | boolean | bigint);
  if (Number.isNaN(value.getTime())) return undefined;
  const iso = value.toISOString();
  return type === "date" ? iso.slice(0, 10) : type === "time" ? iso.slice(11, 16) : type === "month" ? iso.slice(0, 7) : iso.slice(0, 16);
}
