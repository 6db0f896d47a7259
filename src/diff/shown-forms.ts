import {
  ClientCommand, controlsDisabledIn, elementValue, FORM_BINDINGS, isDisabled, Rendered, Spread, type Template, type TemplateElement,
} from "../html/index.js";
import type { Wanted } from "./find-event.js";
import { ComponentNode, ListNode, TemplateNode, type Slot } from "./nodes.js";

/** A form as it was rendered. */
export interface ShownForm {
  /** What a browser sends of the fields that its user cannot change, by name; undefined: it sends nothing, because they are disabled. */
  readonly locked: ReadonlyMap<string, string | undefined>;
  /** If the event submits the form: the refs of its uploads, whose files a browser sends before it. */
  readonly uploads: readonly string[];
}

/** Where a piece of the page stands. */
interface Around {
  /** The form around it, if it is one that pushes the event. */
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

  /** @param submits whether the event submits the form, and is not its change as well */
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
    // Of several fields of one name the last counts; disabled ones send nothing.
    if (value !== undefined || !this.locked.has(name)) this.locked.set(name, value);
  }
}

/**
 * The forms of a page that push an event, each with the fields that its user cannot change: hidden ones, read-only ones and
 * disabled ones. Left out are fields that client code may change, those with a hook of their own or in
 * `phx-update="ignore"`; lists, `name[]`; and names that begin with `_`, which are the framework's own marks.
 *
 * @param page what the browser has, or had: a tree's node, or a page's HTML with its lists rendered
 * @param component what the browser has of a live component
 */
export function formsOf(page: Slot, wanted: Wanted, component: (cid: number) => Slot): readonly ShownForm[] {
  const walk = new FormWalk(wanted, component);
  walk.slot(page, { form: undefined, disabled: false, ignored: false });
  return walk.end();
}

class FormWalk {
  readonly #wanted: Wanted;
  readonly #component: (cid: number) => Slot;
  readonly #forms: FormFields[] = [];
  /** Fields that name their form: `<input form="post">`. */
  readonly #elsewhere: { readonly form: string; readonly add: (form: FormFields) => void }[] = [];

  constructor(wanted: Wanted, component: (cid: number) => Slot) {
    this.#wanted = wanted;
    this.#component = component;
  }

  end(): readonly ShownForm[] {
    for (const form of this.#forms) for (const field of this.#elsewhere) if (field.form === form.id) field.add(form);
    return this.#forms;
  }

  slot(slot: Slot, around: Around): void {
    if (slot instanceof TemplateNode) this.#template(slot.template, slot.slots, around);
    else if (slot instanceof Rendered) this.#template(slot.template, slot.values, around);
    // A list of a page's HTML.
    else if (Array.isArray(slot)) for (const item of slot as readonly Slot[]) this.slot(item, around);
    else if (slot instanceof ComponentNode) this.slot(this.#component(slot.cid), around);
    else if (slot instanceof ListNode) {
      const { template, slots } = slot;
      const width = template.holes.length;
      for (let from = 0; from < slots.length; from += width) this.#template(template, slots.slice(from, from + width), around);
    }
  }

  #template(template: Template, values: readonly Slot[], outer: Around): void {
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
      if (content && typeof values[at] === "object" && values[at] !== null) this.slot(values[at], around(place.elementIndex));
    }
  }

  /** The form, if it pushes the event. */
  #form(element: TemplateElement, values: readonly Slot[]): FormFields | undefined {
    const pushing = FORM_BINDINGS.filter((binding) => this.#pushes(element, values, binding));
    if (pushing.length === 0) return undefined;
    const form = new FormFields(elementValue(element, values, "id"), pushing.every((binding) => binding === "phx-submit"));
    this.#forms.push(form);
    return form;
  }

  #pushes({ attributes, spreads }: TemplateElement, values: readonly Slot[], binding: string): boolean {
    const { name, target } = this.#wanted;
    const own = attributes.get(binding);
    if (own !== undefined && own.holes.length === 0) return own.value === name && target === undefined;
    const spread = own === undefined ? values[spreads[0] ?? -1] : undefined;
    const command = spread instanceof Spread ? spread.entries.find(([attribute]) => attribute === binding)?.[1] : values[own?.holes[0] ?? -1];
    return command instanceof ClientCommand && command.find(name, target) !== undefined;
  }

  #field(template: Template, element: TemplateElement, values: readonly Slot[], outside: boolean, around: (index: number) => Around): void {
    const name = elementValue(element, values, "name");
    const upload = element.tag === "input" ? elementValue(element, values, "data-phx-upload-ref") : undefined;
    if (upload === undefined && (name === undefined || !isCounted(name))) return;
    const { form, ignored } = around(element.index);
    const add = (to: FormFields): void => {
      if (upload !== undefined) to.upload(upload);
      else if (name === undefined) return;
      else if (isDisabled(template, values, element.index, outside)) to.lock(name, undefined);
      else {
        const value = !ignored && isLocked(element, values) ? valueOf(template, element, values) : undefined;
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

function isLocked(element: TemplateElement, values: readonly Slot[]): boolean {
  if (elementValue(element, values, "phx-hook") !== undefined) return false;
  const readOnly = elementValue(element, values, "readonly") !== undefined;
  if (element.tag !== "input") return readOnly && element.tag === "textarea";
  const type = elementValue(element, values, "type")?.toLowerCase() ?? "text";
  return type === "hidden" || (readOnly && !NEVER_READ_ONLY.has(type));
}

/** What a browser sends for a field that nobody changes; undefined for a textarea whose content is not one hole. */
function valueOf({ statics, holes }: Template, element: TemplateElement, values: readonly Slot[]): string | undefined {
  if (element.tag === "input") return elementValue(element, values, "value") ?? "";
  const at = holes.findIndex(({ place }) => place.elementIndex === element.index && place.context === "rcdata");
  const alone = at !== -1 && statics[at]!.endsWith(">") && statics[at + 1]!.startsWith("</");
  const text = values[at];
  return alone && (typeof text === "string" || typeof text === "number" || typeof text === "bigint") ? String(text) : undefined;
}
