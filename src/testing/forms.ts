import type { CheerioAPI } from "cheerio";
import { HoldfastError } from "../errors/index.js";
import { checkValue, OBJECT } from "../errors/options.js";
import { isDisabled } from "./document.js";
import type { Found } from "./parser.js";

/** What a test enters into a form, by field name. Checkboxes take booleans; a list selects several options. */
export type FormValues = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** One name and its value, in document order. */
export type Field = readonly [name: string, value: string];

/** Input types that a form does not send. */
const BUTTONS = new Set(["submit", "button", "reset", "image"]);

/** A form's controls in document order, including those outside that refer to it with `form="…"`. */
export function formControls($: CheerioAPI, form: Found): Found {
  const inside = form.find("input, select, textarea, button").filter((_, element) => $(element).attr("form") === undefined);
  const id = form.attr("id");
  return id === undefined ? inside : inside.add($(`[form="${id}"]`));
}

/** The form that a control belongs to: the one that its `form="…"` names, or the one around it. */
export function formOf($: CheerioAPI, control: Found): Found | undefined {
  const id = control.attr("form");
  const form = id === undefined ? control.closest("form") : $(`form[id="${id}"]`);
  return form.length === 0 ? undefined : form;
}

/** @throws HoldfastError `kit_not_found` for what is no object of values */
export function checkValues(selector: string, values: FormValues): void {
  const place = { of: `The form "${selector}"`, fix: 'page.submit("#post", { title: "Hello" }), by the names of its fields' };
  checkValue("kit_not_found", place, "what is entered", values, OBJECT);
}

/**
 * A form's fields as a browser sends them once the test's values have been entered.
 *
 * @throws HoldfastError `kit_not_found` for a value that a user could not enter: no such field, disabled, read-only,
 * hidden, or an option that is not offered
 */
export function formFields($: CheerioAPI, form: Found, selector: string, values: FormValues, submitter?: Found): Field[] {
  const controls = formControls($, form);
  checkValues(selector, values);
  for (const [name, value] of Object.entries(values)) {
    const reason = whyNotEnterable($, controls, name, value);
    if (reason !== undefined) throw refused(selector, name, reason);
  }
  return fieldsOf($, form, values, submitter);
}

/** The same without the check: values that the form cannot take are ignored. */
export function fieldsOf($: CheerioAPI, form: Found, values: FormValues, submitter?: Found): Field[] {
  return formControls($, form).get().flatMap((element) => {
    const control = $(element);
    const name = control.attr("name");
    if (name === undefined || name === "" || isDisabled(control)) return [];
    if (isButton(control)) return submitter?.[0] === element ? [[name, control.attr("value") ?? ""] as const] : [];
    return valuesOf($, control, Object.hasOwn(values, name) ? values[name] : undefined).map((value) => [name, value] as const);
  });
}

/** What one control sends: nothing, one value, or several. */
function valuesOf($: CheerioAPI, control: Found, given: FormValues[string] | undefined): string[] {
  const type = typeOf(control);
  switch (type) {
    case "file":
      return [];
    case "checkbox":
    case "radio": {
      const value = valueOf(control);
      const checked =
        given === undefined ? control.attr("checked") !== undefined : type === "radio" ? String(given) === value : isChosen(given, value);
      return checked ? [value] : [];
    }
    case "select":
      return selected($, control, given);
    case "textarea":
      return [isWritable(control) && given !== undefined ? String(given) : control.text().replace(/^\n/, "")];
    default:
      return [isWritable(control) && given !== undefined ? String(given) : (control.attr("value") ?? "")];
  }
}

function selected($: CheerioAPI, select: Found, given: FormValues[string] | undefined): string[] {
  const options = optionsOf($, select).filter(({ disabled }) => !disabled);
  const wanted = given === undefined ? undefined : chosen(given);
  if (wanted?.every((value) => options.some((option) => option.value === value))) return wanted;
  const marked = options.filter((option) => option.selected).map(({ value }) => value);
  if (select.attr("multiple") !== undefined) return marked;
  // A browser shows the last of several selected options, and the first one if none is selected.
  return [marked.at(-1) ?? options[0]?.value].filter((value) => value !== undefined);
}

function optionsOf($: CheerioAPI, select: Found): { value: string; selected: boolean; disabled: boolean }[] {
  return select.find("option").get().map((node) => {
    const option = $(node);
    return {
      value: option.attr("value") ?? option.text().trim(), selected: option.attr("selected") !== undefined,
      disabled: isDisabled(option) || option.closest("optgroup[disabled]").length > 0,
    };
  });
}

/** Why a user cannot enter a value into the controls of a name; undefined if they can. */
function whyNotEnterable($: CheerioAPI, controls: Found, name: string, value: FormValues[string]): string | undefined {
  const all = controls.filter((_, element) => !isButton($(element)));
  const fields = all.filter((_, element) => $(element).attr("name") === name);
  if (fields.length === 0) {
    const visible = all.filter((_, element) => typeOf($(element)) !== "hidden").get().flatMap((element) => $(element).attr("name") || []);
    return `the form has no such field${visible.length === 0 ? "" : `, but ${[...new Set(visible)].join(", ")}`}`;
  }
  const enabled = fields.filter((_, element) => !isDisabled($(element)));
  if (enabled.length === 0) return "it is disabled";
  const visible = enabled.get().map((element) => $(element)).filter((control) => typeOf(control) !== "hidden");
  if (visible.length === 0) return "it is hidden";
  const radios = visible.filter((control) => typeOf(control) === "radio");
  if (radios.length > 0 && !radios.some((radio) => valueOf(radio) === String(value))) return "no radio button has this value";
  if (typeof value !== "boolean" && visible.every((control) => typeOf(control) === "checkbox")) {
    // The hidden field beside a box says what is sent while it is not ticked.
    const missing = chosen(value).find((one) => !enabled.get().some((element) => valueOf($(element)) === one));
    if (missing !== undefined) return `no checkbox has the value ${JSON.stringify(missing)}`;
  }
  for (const control of visible) {
    if (typeOf(control) === "select") {
      const missing = chosen(value).find((one) => !optionsOf($, control).some((option) => option.value === one && !option.disabled));
      if (missing !== undefined) return `the option ${JSON.stringify(missing)} is not offered`;
    } else if (!isWritable(control)) {
      return "it is read-only";
    }
  }
  return undefined;
}

function isButton(control: Found): boolean {
  const type = typeOf(control);
  return type === "button" || BUTTONS.has(type);
}

/** The type of an input, or the tag name of any other control. */
function typeOf(control: Found): string {
  return control.is("input") ? (control.attr("type") ?? "text").toLowerCase() : String(control.prop("tagName")).toLowerCase();
}

/** Hidden and read-only fields keep their value. For checkboxes and radio buttons `readonly` has no effect (HTML, 4.10.5.3.3). */
function isWritable(control: Found): boolean {
  const type = typeOf(control);
  return type === "checkbox" || type === "radio" || type === "file" || (type !== "hidden" && control.attr("readonly") === undefined);
}

/** The value that a checkbox or a radio button sends if it is ticked. */
function valueOf(control: Found): string {
  return control.attr("value") ?? "on";
}

function chosen(given: FormValues[string]): string[] {
  return Array.isArray(given) ? [...(given as readonly string[])] : [String(given)];
}

function isChosen(given: FormValues[string], value: string): boolean {
  return typeof given === "boolean" ? given : chosen(given).includes(value);
}

function refused(selector: string, name: string, got: string): HoldfastError {
  return new HoldfastError("kit_not_found", {
    what: `A user cannot enter this into the field "${name}" of "${selector}".`, expected: "a field that a user can fill in", got,
    fix: "enter what the form offers; to send what it does not, use pushRaw",
  });
}

/**
 * The form's default button, which Enter presses: the first of its controls that submits, wherever it stands.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#default-button
 */
export function defaultButton($: CheerioAPI, form: Found): Found | undefined {
  const submitting = submitButtons($, form);
  return submitting.length === 0 ? undefined : submitting.first();
}

/** The controls that submit a form, wherever they stand. */
export function submitButtons($: CheerioAPI, form: Found): Found {
  return formControls($, form).filter((_, element) => isSubmitButton($(element)));
}

/** A `<button>` whose type is missing or unknown submits. */
function isSubmitButton(control: Found): boolean {
  const type = control.attr("type")?.toLowerCase();
  return control.is("button") ? type !== "button" && type !== "reset" : control.is("input") && (type === "submit" || type === "image");
}

/** Encodes a form as the client does: fields that the user has not touched are announced as `_unused_…`. */
export function encodeForm($: CheerioAPI, form: Found, fields: readonly Field[], used: ReadonlySet<string> | "all"): string {
  const params = new URLSearchParams();
  for (const [name, value] of fields) {
    if (used !== "all" && !used.has(name) && form.attr("phx-no-unused-field") === undefined) {
      const inputs = formControls($, form).filter((_, element) => $(element).attr("name") === name);
      const hidden = inputs.length > 0 && inputs.get().every((element) => $(element).attr("type") === "hidden");
      const skipped = inputs.is("[phx-no-unused-field]");
      if (!hidden && !skipped) params.append(unusedName(name), "");
    }
    params.append(name, value);
  }
  return params.toString();
}

/** `title` → `_unused_title`, `post[title]` → `post[_unused_title]`. */
function unusedName(name: string): string {
  const bracket = name.endsWith("[]") ? name.slice(0, -2).lastIndexOf("[") : name.lastIndexOf("[");
  return bracket === -1 ? `_unused_${name}` : `${name.slice(0, bracket + 1)}_unused_${name.slice(bracket + 1)}`;
}
