import type { CheerioAPI } from "cheerio";
import { HoldfastError } from "../errors/index.js";
import { isDisabled } from "./document.js";
import type { Found } from "./parser.js";

/** What a test enters into a form, by field name. Checkboxes take true and false; several choices are a list. */
export type FormValues = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** One name and value, in the document's order. */
export type Field = readonly [name: string, value: string];

/** Inputs that are never part of what a form sends. */
const BUTTONS = new Set(["submit", "button", "reset", "image"]);

/**
 * A form's fields as a browser would send them after the test has entered its values.
 *
 * @throws HoldfastError `kit_not_found` for a value that a user could not enter: no such field, disabled, read-only,
 * hidden, or an option that is not offered
 */
export function formFields($: CheerioAPI, form: Found, selector: string, values: FormValues, submitter?: Found): Field[] {
  const open = new Map<string, FormValues[string]>(Object.entries(values));
  const fields: Field[] = [];
  const id = form.attr("id");
  const associated = id === undefined ? "" : `, [form="${id}"]`;
  const scope = form.find("input, select, textarea, button").filter((_, element) => $(element).attr("form") === undefined);
  const elements = associated === "" ? scope : scope.add($(associated.slice(2)));
  const radios = new Map<string, boolean>();
  for (const element of elements.get()) {
    const input = $(element);
    const name = input.attr("name");
    const tag = String(input.prop("tagName")).toLowerCase();
    const type = tag === "input" ? (input.attr("type") ?? "text").toLowerCase() : tag;
    if (tag === "button" || BUTTONS.has(type)) {
      if (submitter !== undefined && submitter[0] === element && name !== undefined) fields.push([name, input.attr("value") ?? ""]);
      continue;
    }
    if (name === undefined || name === "") continue;
    const given = values[name];
    const entered = open.has(name) && Object.hasOwn(values, name);
    if (isDisabled(input)) continue;
    if (type === "checkbox" || type === "radio") {
      const value = input.attr("value") ?? "on";
      let checked = input.attr("checked") !== undefined;
      if (entered || radios.has(name)) checked = type === "radio" ? String(given) === value : isChosen(given, value);
      if (entered) {
        if (type === "radio") radios.set(name, (radios.get(name) ?? false) || checked);
      }
      if (checked) fields.push([name, value]);
      continue;
    }
    if (type === "select") {
      fields.push(...selectFields($, input, name, entered ? given : undefined, selector));
      continue;
    }
    if (type === "file") continue;
    if (entered && type !== "hidden") {
      if (input.attr("readonly") !== undefined) throw refused(selector, name, "it is read-only");
      fields.push([name, String(given)]);
      continue;
    }
    fields.push([name, tag === "textarea" ? input.text().replace(/^\n/, "") : (input.attr("value") ?? "")]);
  }
  for (const name of open.keys()) checkEnterable($, elements, selector, name, radios);
  return fields;
}

function isChosen(given: FormValues[string] | undefined, value: string): boolean {
  if (typeof given === "boolean") return given;
  return Array.isArray(given) ? given.includes(value) : String(given) === value;
}

function selectFields(
  $: CheerioAPI, select: Found, name: string, given: FormValues[string] | undefined, form: string,
): Field[] {
  const options = select.find("option").get().map((option) => {
    const element = $(option);
    return {
      value: element.attr("value") ?? element.text().trim(),
      selected: element.attr("selected") !== undefined,
      disabled: isDisabled(element) || element.closest("optgroup[disabled]").length > 0,
    };
  });
  const multiple = select.attr("multiple") !== undefined;
  if (given !== undefined) {
    const wanted = Array.isArray(given) ? (given as readonly string[]) : [String(given)];
    for (const value of wanted) {
      if (!options.some((option) => option.value === value && !option.disabled)) {
        throw refused(form, name, `the option ${JSON.stringify(value)} is not offered`);
      }
    }
    return wanted.map((value) => [name, value] as const);
  }
  const chosen = options.filter(({ selected, disabled }) => selected && !disabled);
  if (multiple) return chosen.map(({ value }) => [name, value] as const);
  const one = chosen.at(-1) ?? options.find(({ disabled }) => !disabled);
  return one === undefined ? [] : [[name, one.value]];
}

function checkEnterable(
  $: CheerioAPI, elements: Found, selector: string, name: string, radios: ReadonlyMap<string, boolean>,
): void {
  const same = elements.filter((_, element) => $(element).attr("name") === name);
  if (same.length === 0) throw refused(selector, name, "the form has no such field");
  const enabled = same.filter((_, element) => !isDisabled($(element)));
  if (enabled.length === 0) throw refused(selector, name, "it is disabled");
  const visible = enabled.filter((_, element) => $(element).attr("type") !== "hidden");
  if (visible.length === 0) throw refused(selector, name, "it is hidden");
  if (radios.get(name) === false) throw refused(selector, name, "no radio button has this value");
}

function refused(selector: string, name: string, got: string): HoldfastError {
  return new HoldfastError("kit_not_found", {
    what: `A user cannot enter this into the field "${name}" of "${selector}".`, expected: "a field that a user can fill in", got,
    fix: "enter what the form offers; to send what it does not, use pushRaw",
  });
}

/** The button that Enter would press. */
export function defaultButton($: CheerioAPI, form: Found): Found | undefined {
  const inside = form.find("button, input[type=submit], input[type=image]").filter((_, element) => {
    const type = $(element).attr("type");
    return $(element).is("input") || type === undefined || type.toLowerCase() === "submit";
  });
  return inside.length === 0 ? undefined : inside.first();
}

/** As the client encodes a form: fields that the user has not touched yet are announced as unused. */
export function encodeForm($: CheerioAPI, form: Found, fields: readonly Field[], used: ReadonlySet<string> | "all"): string {
  const params = new URLSearchParams();
  for (const [name, value] of fields) {
    if (used !== "all" && !used.has(name) && form.attr("phx-no-unused-field") === undefined) {
      const inputs = form.find("[name]").filter((_, element) => $(element).attr("name") === name);
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
