import { checkValue, FUNCTION, ITERABLE, LIST } from "../errors/options.js";
import { html, type Content } from "../html/index.js";

/** One option. */
export interface Option {
  /** What the form sends. */
  readonly value: string | number;
  /** The text shown. Default: the value. */
  readonly label?: string | undefined;
  /** True: it is shown, and cannot be chosen. Default false. */
  readonly disabled?: boolean | undefined;
}

/** Options under a heading. */
export interface OptionGroup {
  /** The heading. */
  readonly label: string;
  /** The options below it. */
  readonly options: readonly (Option | string | number)[];
}

/** The choices: values, values with labels, or groups of them. */
export type Options = readonly (Option | OptionGroup | string | number)[];

/**
 * Options from a list of records.
 *
 * @param items the records
 * @param value an item's value
 * @param label an item's label
 * @example
 * select({ field: draft.field("country"), label: "Country", options: optionsOf(countries, (c) => c.code, (c) => c.name) })
 */
export function optionsOf<T>(items: Iterable<T>, value: (item: T) => string | number, label: (item: T) => string): readonly Option[] {
  const place = { of: "optionsOf", fix: "optionsOf(authors, ({ id }) => id, ({ name }) => name)" };
  checkValue("template_value_refused", place, "the list", items, ITERABLE);
  checkValue("template_value_refused", place, "the value", value, FUNCTION);
  checkValue("template_value_refused", place, "the label", label, FUNCTION);
  return Array.from(items, (item) => ({ value: value(item), label: label(item) }));
}

/** An option in its long form. */
export function optionOf(option: Option | string | number): Required<Option> {
  const { value, label = String(value), disabled = false } = typeof option === "object" ? option : { value: option };
  return { value, label, disabled };
}

/**
 * The `<option>`s of a `<select>` of your own.
 *
 * @param options the choices
 * @param chosen the chosen values
 * @example
 * html`<select name="kind">${optionTags(["note", "letter"], [kind])}</select>`
 */
export function optionTags(options: Options, chosen: readonly unknown[]): Content {
  const place = { of: "optionTags", fix: "optionTags(options, [post.state])" };
  checkValue("template_value_refused", place, "the options", options, LIST);
  checkValue("template_value_refused", place, "what is chosen", chosen, LIST);
  const values = new Set(chosen.map(String));
  const tag = (given: Option | string | number): Content => {
    const { value, label, disabled } = optionOf(given);
    return html`<option value=${value} selected=${values.has(String(value))} disabled=${disabled}>${label}</option>`;
  };
  return options.map((option) => typeof option === "object" && "options" in option
    ? html`<optgroup label=${option.label}>${option.options.map(tag)}</optgroup>` : tag(option));
}
