import { LIST } from "../errors/options.js";
import { classes, html, spread, type Rendered } from "../html/index.js";
import {
  checkControl, described, labelled, sourceOf, withoutSource,
  type ControlAttributes, type FieldSource, type Labelled, type ListField,
} from "./field.js";
import { optionTags, type Options } from "./options.js";

/** Props of `select`; all other attributes of a `<select>` pass through. */
export type SelectProps = Labelled & ControlAttributes & {
  /** The choices, from first to last. */
  readonly options: Options;
  /** The first option, which chooses nothing. Default: none. */
  readonly prompt?: string | undefined;
  /** How many options are visible. Default: one; for a multiple select as many as there are, at most 8. */
  readonly size?: number | undefined;
  /** True: several may be chosen, and the field is a list. Default false. */
  readonly multiple?: boolean | undefined;
} & OneOrSeveral;

/** The field that fits `multiple`. */
type OneOrSeveral = (FieldSource & { readonly multiple?: false | undefined }) | (FieldSource<ListField> & { readonly multiple: true });

/**
 * A list to choose from, with its label, help and errors.
 *
 * @example
 * select({
 *   field: draft.field("country"), label: "Country", prompt: "Choose …",
 *   options: [{ value: "nz", label: "New Zealand" }, "Peru"],
 * })
 */
export function select(props: SelectProps): Rendered {
  checkControl("select", props, { options: LIST });
  const {
    label, hideLabel, help, options, prompt, multiple = false, size = multiple ? Math.min(options.length, 8) : undefined,
    class: given, ...attributes
  } = withoutSource(props);
  const source = sourceOf(props);
  const chosen = multiple ? source.values : [source.value ?? ""];
  const name = multiple ? `${source.name}[]` : source.name;
  return labelled(source, { label, hideLabel, help }, attributes.required, html`
    <div class=${classes("hf-select", { "hf-select-many": multiple })}>
      <select class=${classes("hf-input", given)} id=${source.id} name=${name} multiple=${multiple} size=${size}
        ${spread({ ...described(source, help), ...attributes })}>
        ${prompt !== undefined && html`<option value="">${prompt}</option>`}
        ${optionTags(options, chosen)}
      </select>
    </div>`);
}
