import type { AttributeValue } from "../components/index.js";
import { classes, html, spread, type Rendered } from "../html/index.js";
import { described, labelled, sourceOf, valueText, type ControlAttributes, type FieldSource, type Labelled } from "./field.js";

/** Props of `textarea`; every other attribute of a `<textarea>` goes to it. */
export type TextareaProps = FieldSource & Labelled & ControlAttributes & {
  readonly cols?: AttributeValue;
  readonly maxlength?: AttributeValue;
  readonly minlength?: AttributeValue;
  readonly placeholder?: AttributeValue;
  readonly readonly?: AttributeValue;
  /** Lines to begin with; it grows with its text where the browser can. Default 4. */
  readonly rows?: number;
  readonly wrap?: AttributeValue;
};

/**
 * A field for a longer text, with its label, its help and what is wrong with it.
 *
 * @example
 * textarea({ field: draft.field("body"), label: "Text", rows: 12, help: "An empty line begins a new paragraph." })
 */
export function textarea(props: TextareaProps): Rendered {
  const { field: _field, name: _name, id: _id, value: _value, errors: _errors, label, hideLabel, help, rows = 4, class: given, ...attributes } = props;
  const source = sourceOf(props);
  // A parser drops the first newline of a textarea, so one stands before the text's own (HTML, 13.1.2.5).
  return labelled(source, { label, ...(hideLabel !== undefined && { hideLabel }), help }, attributes.required, html`
    <textarea class=${classes(["hf-input", "hf-textarea"], given)} id=${source.id} name=${source.name} rows=${rows} ${spread({ ...described(source, help), ...attributes })}>
${valueText(source.value, "text")}</textarea>`);
}
