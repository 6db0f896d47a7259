import { LIST } from "../errors/options.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";
import {
  checkControl, described, grouped, notes, sourceOf, withoutSource,
  type AnyField, type ControlAttributes, type FieldSource, type Labelled, type ListField, type SingleField,
} from "./field.js";
import { optionOf, type Option } from "./options.js";

/** Props of `checkbox`; all other attributes of an `<input>` pass through. */
export type CheckboxProps = FieldSource & Labelled & ControlAttributes & {
  /** The value sent when it is ticked. Default "true", which a form's schema receives as `true` where it takes a boolean. */
  readonly ticked?: string | undefined;
  /**
   * The value sent when it is not, such as "false". Default: nothing; a form's schema receives `false` where it requires a boolean, and
   * otherwise its default applies.
   */
  readonly unticked?: string | undefined;
};

/**
 * A check box, with its label beside it.
 *
 * @example
 * checkbox({ field: draft.field("newsletter"), label: "Send me news", help: "Once a month" })
 */
export function checkbox(props: CheckboxProps): Rendered {
  checkControl("checkbox", props);
  const { label, hideLabel = false, help, ticked = "true", unticked, class: given, ...attributes } = withoutSource(props);
  const source = sourceOf(props);
  return html`<div class="hf-field">
    ${unticked !== undefined && html`<input type="hidden" name=${source.name} value=${unticked}>`}
    <label class="hf-choice">
      <input class=${classes("hf-box", given)} type="checkbox" id=${source.id} name=${source.name} value=${ticked}
        checked=${isTicked(source.value, ticked)} ${spread({ ...described(source, help), ...attributes })}>
      <span class=${classes({ "hf-hidden": hideLabel })}>${label}</span>
    </label>
    ${notes(source, help)}
  </div>`;
}

function isTicked(value: unknown, ticked: string): boolean {
  return value === true || (value !== undefined && value !== null && value !== false && String(value as string) === ticked);
}

/** Props of `checkboxGroup` and `radioGroup`; all other attributes go to each input. */
export type GroupProps<F extends AnyField = SingleField> = FieldSource<F> & Labelled & ControlAttributes & {
  /** The choices, from first to last. */
  readonly options: readonly (Option | string | number)[];
  /** True: side by side. Default false. */
  readonly inline?: boolean | undefined;
};

/**
 * Check boxes of which several may be ticked: the field is a list.
 *
 * @example
 * checkboxGroup({ field: draft.field("days"), label: "Days", options: ["Mon", "Tue", "Wed"] })
 */
export function checkboxGroup(props: GroupProps<ListField>): Rendered {
  checkControl("checkboxGroup", props, { options: LIST });
  const source = sourceOf(props);
  return group(props, source, { type: "checkbox", name: `${source.name}[]`, chosen: source.values });
}

/**
 * Radio buttons, of which one is chosen.
 *
 * @example
 * radioGroup({ field: draft.field("size"), label: "Size", options: [{ value: "s", label: "Small" }, { value: "l", label: "Large" }] })
 */
export function radioGroup(props: GroupProps): Rendered {
  checkControl("radioGroup", props, { options: LIST });
  const source = sourceOf(props);
  return group(props, source, { type: "radio", name: source.name, chosen: [source.value], role: "radiogroup" });
}

/** In what check boxes and radio buttons differ. */
interface Choices {
  readonly type: "checkbox" | "radio";
  readonly name: string;
  readonly chosen: readonly unknown[];
  readonly role?: string;
}

function group(props: GroupProps<AnyField>, source: AnyField, { type, name, chosen, role }: Choices): Rendered {
  const { label, hideLabel, help, options, inline = false, class: given, ...attributes } = withoutSource(props);
  const values = new Set(chosen.map(String));
  const { "aria-invalid": invalid } = described(source, help);
  // A group is required as a whole: `required` on each box would ask for all of them.
  const { required, ...each } = attributes;
  const own = type === "radio" ? attributes : each;
  const controls = options.map((option, index): Content => {
    const { value, label: text, disabled } = optionOf(option);
    return html`<label class="hf-choice">
      <input class=${classes("hf-box", given)} type=${type} id="${source.id}-${index}" name=${name} value=${value}
        checked=${values.has(String(value))} ${spread({ disabled, "aria-invalid": invalid, ...own })}>
      <span>${text}</span>
    </label>`;
  });
  const choices = html`<div class=${classes("hf-choices", { "hf-inline": inline })}>${controls}</div>`;
  return grouped(source, { label, hideLabel, help }, required, role, choices);
}
