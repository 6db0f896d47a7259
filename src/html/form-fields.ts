import { controlsDisabledIn, isDisabled } from "./disabled.js";
import { elementValue } from "./element-value.js";
import type { LockedFields } from "./locked-fields.js";
import type { TemplateElement } from "./place.js";
import type { Template } from "./template.js";

/** A form as it was rendered. */
export interface ShownForm {
  readonly locked: LockedFields;
  /** If the event submits the form: the refs of its uploads, whose files a browser sends before it. */
  readonly uploads: readonly string[];
}

/** Receives a template and what it was rendered with. */
export type TemplateVisitor = (template: Template, values: readonly unknown[]) => void;

/** What a walk looks for, and how it descends: what a hole holds depends on the caller. */
export interface FormSearch {
  /** Whether a form is looked for, and if so whether for its submit alone, not for its change as well. */
  wants(element: TemplateElement, values: readonly unknown[]): { readonly submits: boolean } | undefined;
  /** Visits the templates in the place of a hole. */
  parts(content: unknown, visit: TemplateVisitor): void;
}

/** Where a piece of the page stands. */
interface Around {
  /** The form around it, if it is looked for. */
  readonly form: FormFields | undefined;
  /** A `<fieldset>` disables it. */
  readonly disabled: boolean;
  /** The browser keeps it as it was first rendered. */
  readonly ignored: boolean;
}

/** Inputs that ignore `readonly`. @see https://html.spec.whatwg.org/multipage/input.html#the-readonly-attribute */
const NEVER_READ_ONLY: ReadonlySet<string> = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

/** The fields of one form, while they are collected. */
class FormFields implements ShownForm {
  readonly id: string | undefined;
  readonly locked = new Map<string, string | undefined>();
  readonly uploads: string[] = [];
  readonly #submits: boolean;
  readonly #open = new Set<string>();

  constructor(id: string | undefined, submits: boolean) {
    this.id = id;
    this.#submits = submits;
  }

  upload(ref: string): void {
    if (this.#submits) this.uploads.push(ref);
  }

  /** The user can change this field: from now on no field of its name is locked. */
  open(name: string): void {
    this.#open.add(name);
    this.locked.delete(name);
  }

  lock(name: string, value: string | undefined): void {
    if (this.#open.has(name)) return;
    // If several fields have one name, the last counts; disabled ones send nothing.
    if (value !== undefined || !this.locked.has(name)) this.locked.set(name, value);
  }
}

/**
 * The forms of rendered content that a search wants, each with the fields that its user cannot change: hidden ones, read-only
 * ones and disabled ones. Left out are fields that client code may change, those with a hook of their own or in
 * `phx-update="ignore"`; lists, `name[]`; and names that begin with `_`, which are the framework's own marks.
 *
 * @param begin visits the templates with which the search begins
 */
export function formsIn(begin: (visit: TemplateVisitor) => void, search: FormSearch): readonly ShownForm[] {
  const walk = new FormWalk(search);
  begin((template, values) => walk.template(template, values, NOTHING_AROUND));
  return walk.end();
}

const NOTHING_AROUND: Around = { form: undefined, disabled: false, ignored: false };

class FormWalk {
  readonly #search: FormSearch;
  readonly #forms: FormFields[] = [];
  /** Fields that name their form: `<input form="post">`. */
  readonly #elsewhere: { readonly form: string; readonly add: (form: FormFields) => void }[] = [];

  constructor(search: FormSearch) {
    this.#search = search;
  }

  end(): readonly ShownForm[] {
    for (const form of this.#forms) for (const field of this.#elsewhere) if (field.form === form.id) field.add(form);
    return this.#forms;
  }

  template(template: Template, values: readonly unknown[], outer: Around): void {
    const own = new Map<number, FormFields | undefined>();
    const { elements, holes } = template;
    const around = (index: number): Around => {
      let { form, ignored } = outer;
      let known = false;
      for (let element = elements[index]; element !== undefined; element = elements[element.parent]) {
        ignored ||= elementValue(element, values, "phx-update") === "ignore";
        if (known || element.tag !== "form") continue;
        form = own.get(element.index);
        known = true;
      }
      return { form, ignored, disabled: controlsDisabledIn(template, values, index, outer.disabled) };
    };
    for (const element of elements) {
      if (element.tag === "form") own.set(element.index, this.#form(element, values));
      else this.#field(template, element, values, outer.disabled, around);
    }
    for (let at = 0; at < holes.length; at++) {
      const { content, place } = holes[at]!;
      if (!content || typeof values[at] !== "object" || values[at] === null) continue;
      const inside = around(place.elementIndex);
      this.#search.parts(values[at], (part, its) => this.template(part, its, inside));
    }
  }

  #form(element: TemplateElement, values: readonly unknown[]): FormFields | undefined {
    const wanted = this.#search.wants(element, values);
    if (wanted === undefined) return undefined;
    const form = new FormFields(elementValue(element, values, "id"), wanted.submits);
    this.#forms.push(form);
    return form;
  }

  #field(
    template: Template,
    element: TemplateElement,
    values: readonly unknown[],
    outside: boolean,
    around: (index: number) => Around,
  ): void {
    const name = elementValue(element, values, "name");
    const upload = element.tag === "input" ? elementValue(element, values, "data-phx-upload-ref") : undefined;
    if (upload === undefined && (name === undefined || !isCounted(name))) return;
    const { form, ignored } = around(element.index);
    const add = (to: FormFields): void => {
      if (upload !== undefined) to.upload(upload);
      else if (name === undefined) return;
      else if (ignored) to.open(name);
      else if (isDisabled(template, values, element.index, outside)) to.lock(name, undefined);
      else {
        const value = isLocked(element, values) ? valueOf(template, element, values) : undefined;
        if (value === undefined) to.open(name);
        else to.lock(name, value);
      }
    };
    const elsewhere = elementValue(element, values, "form");
    if (elsewhere !== undefined) this.#elsewhere.push({ form: elsewhere, add });
    else if (form !== undefined) add(form);
  }
}

/** Whether a name is an application's field of one value. */
function isCounted(name: string): boolean {
  return name !== "" && !name.endsWith("[]") && !/(?:^|\[)_[^[\]]*\]?$/.test(name);
}

/** An input's type as a browser reads it, as far as it matters here. */
function typeOf(element: TemplateElement, values: readonly unknown[]): string {
  return elementValue(element, values, "type")?.toLowerCase() ?? "text";
}

function isLocked(element: TemplateElement, values: readonly unknown[]): boolean {
  if (elementValue(element, values, "phx-hook") !== undefined) return false;
  const readOnly = elementValue(element, values, "readonly") !== undefined;
  if (element.tag !== "input") return readOnly && element.tag === "textarea";
  const type = typeOf(element, values);
  return type === "hidden" || (readOnly && !NEVER_READ_ONLY.has(type));
}

/**
 * What a browser sends for a field that nobody changes; undefined for a textarea whose content is not one hole. Of what an input
 * of one line shows it strips the line breaks.
 *
 * @see https://html.spec.whatwg.org/multipage/input.html#value-sanitization-algorithm
 */
function valueOf({ statics, holes }: Template, element: TemplateElement, values: readonly unknown[]): string | undefined {
  if (element.tag === "input") {
    const value = elementValue(element, values, "value") ?? "";
    return typeOf(element, values) === "hidden" ? value : value.replace(/[\r\n]/g, "");
  }
  const at = holes.findIndex(({ place }) => place.elementIndex === element.index && place.context === "rcdata");
  const alone = at !== -1 && statics[at]!.endsWith(">") && statics[at + 1]!.startsWith("</");
  const text = values[at];
  return alone && (typeof text === "string" || typeof text === "number" || typeof text === "bigint") ? String(text) : undefined;
}
