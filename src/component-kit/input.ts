import type { AttributeValue } from "../components/index.js";
import { classes, html, spread, type Rendered } from "../html/index.js";
import {
  checkControl, described, labelled, sourceOf, valueText, withoutSource, type ControlAttributes, type FieldSource, type Labelled,
} from "./field.js";

/** The types of an input that hold one text. Check boxes and radio buttons have separate components. */
export type InputType =
  | "color" | "date" | "datetime-local" | "email" | "file" | "month" | "number" | "password" | "range" | "search" | "tel" | "text" | "time"
  | "url" | "week";

/** Props of `input`; all other attributes of an `<input>` pass through. */
export type InputProps = FieldSource & Labelled & ControlAttributes & {
  /** Default "text". */
  readonly type?: InputType | undefined;
  readonly accept?: AttributeValue;
  readonly list?: AttributeValue;
  readonly max?: AttributeValue;
  readonly maxlength?: AttributeValue;
  readonly min?: AttributeValue;
  readonly minlength?: AttributeValue;
  readonly multiple?: AttributeValue;
  readonly pattern?: AttributeValue;
  readonly placeholder?: AttributeValue;
  readonly readonly?: AttributeValue;
  readonly size?: AttributeValue;
  readonly step?: AttributeValue;
};

/**
 * An input with its label, help and errors. A `Date` is written as the input's type requires, in UTC.
 *
 * @example
 * input({ field: draft.field("title"), label: "Title", help: "At most 60 characters", maxlength: 60, required: true })
 * @example
 * input({ field: draft.field("due"), label: "Due", type: "date" })
 */
export function input(props: InputProps): Rendered {
  checkControl("input", props);
  const { label, hideLabel, help, type = "text", class: given, ...attributes } = withoutSource(props);
  const source = sourceOf(props);
  // A browser does not accept a file's name from a page.
  const value = type === "file" ? undefined : valueText(source.value, type);
  return labelled(source, { label, hideLabel, help }, attributes.required, html`
    <input class=${classes("hf-input", given)} id=${source.id} name=${source.name} type=${type} value=${value}
      ${spread({ ...described(source, help), ...attributes })}>`);
}
