import { classes, html, spread, type Rendered } from "../html/index.js";
import {
  checkControl, described, mark, notes, sourceOf, valueText, withoutSource, type ControlAttributes, type FieldSource, type Labelled,
} from "./field.js";

/** Props of `editable`; all other attributes go to the editable element. */
export type EditableProps =
  & FieldSource & Labelled & Omit<ControlAttributes, "autocomplete" | "contenteditable" | "disabled" | "form" | "role">;

/**
 * A text field without a box: an element, such as a heading or a paragraph, whose text is edited in place. Its content is
 * plain text, kept in a hidden textarea of the form. Needs `holdfast/client`, which has its hook.
 *
 * @example
 * editable({ field: draft.field("headline"), label: "Headline", hideLabel: true, class: "headline" })
 */
export function editable(props: EditableProps): Rendered {
  checkControl("editable", props);
  const { label, hideLabel = false, help, required, class: given, ...attributes } = withoutSource(props);
  const source = sourceOf(props);
  const { id, name } = source;
  const text = valueText(source.value, "text") ?? "";
  const aria = described(source, help);
  // Not a hidden input: the npm client counts those as used, and an error would appear before the user has visited the field.
  return html`<div class="hf-field">
    <span class=${classes("hf-label", { "hf-hidden": hideLabel })} id="${id}-label">${label}${mark(required)}</span>
    <div id="${id}-text" class=${classes(["hf-input", "hf-editable"], given)} contenteditable="plaintext-only"
      role="textbox" aria-multiline="true" aria-labelledby="${id}-label" aria-required=${required === true && "true"}
      phx-hook="Holdfast.Editable" phx-update="ignore"
      data-for=${id} data-text=${text} data-invalid=${aria["aria-invalid"]} data-describedby=${aria["aria-describedby"]}
      ${spread({ ...aria, ...attributes })}></div>
    <textarea id=${id} name=${name} hidden>
${text}</textarea>
    ${notes(source, help)}
  </div>`;
}
