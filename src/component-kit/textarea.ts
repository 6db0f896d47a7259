import type { AttributeValue } from "../components/index.js";
import { classes, html, spread, type Rendered } from "../html/index.js";
import {
  checkControl, described, labelled, sourceOf, valueText, withoutSource, type ControlAttributes, type FieldSource, type Labelled,
} from "./field.js";

/** Props of `textarea`; all other attributes of a `<textarea>` pass through. */
export type TextareaProps = FieldSource & Labelled & ControlAttributes & {
  readonly cols?: AttributeValue;
  readonly maxlength?: AttributeValue;
  readonly minlength?: AttributeValue;
  readonly placeholder?: AttributeValue;
  readonly readonly?: AttributeValue;
  /** Its initial height in lines; it grows with its text in browsers that support that. Default 4. */
  readonly rows?: number | undefined;
  readonly wrap?: AttributeValue;
};

/**
 * A field for a longer text, with its label, help and errors.
 *
 * @example
 * textarea({ field: draft.field("body"), label: "Text", rows: 12, help: "An empty line begins a new paragraph." })
 */
export function textarea(props: TextareaProps): Rendered {
  checkControl("textarea", props);
  const { label, hideLabel, help, rows = 4, class: given, ...attributes } = withoutSource(props);
  const source = sourceOf(props);
  // A parser drops a textarea's first newline, so one is written before the text (HTML, 13.1.2.5).
  return labelled(source, { label, hideLabel, help }, attributes.required, html`
    <textarea class=${classes(["hf-input", "hf-textarea"], given)} id=${source.id} name=${source.name} rows=${rows}
      ${spread({ ...described(source, help), ...attributes })}>
${valueText(source.value, "text")}</textarea>`);
}
