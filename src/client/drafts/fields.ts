/** A control for user input. */
export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The content of one control: its text, whether it is checked, or the values of the selected options. */
type ControlState = string | boolean | readonly string[];

/** The contents of all controls of one name, in document order: radio buttons and check boxes share a name. */
export type FieldState = readonly ControlState[];

/** Types whose value is not the user's own text, or must not be kept. */
const NEVER_KEPT = new Set(["password", "search", "file", "submit", "button", "reset", "image"]);
/** Elements around search fields, whose text is not writing, and around anything that opts out. */
const NOT_KEPT = 'search, [role="search"], [data-draft="off"]';
/** Autofill fields (HTML standard, 4.10.18.7) that hold secrets, beside `cc-*`. */
const SECRET_AUTOFILL = new Set(["one-time-code", "current-password", "new-password"]);

/** Controls that have been password fields: a "show password" button turns them into text fields. */
const passwords = new WeakSet<Control>();

/** Notes the password fields of a page, which stay passwords: a button may make one visible before anything is typed. */
export function notePasswords(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[type=password]")) passwords.add(input);
}

/** The control that an event came from. */
export function controlOf(target: EventTarget | null): Control | undefined {
  const control = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
  return control ? target : undefined;
}

/**
 * Whether a draft may keep the control: never passwords, files, card data, one-time codes or search fields, nor anything with
 * `data-draft="off"` on itself or an element around it.
 */
export function mayKeep(control: Control): boolean {
  if (control.type === "password") passwords.add(control);
  if (control.name === "" || NEVER_KEPT.has(control.type) || passwords.has(control)) return false;
  const tokens = control.autocomplete.toLowerCase().split(/\s+/);
  if (tokens.some((token) => token.startsWith("cc-") || SECRET_AUTOFILL.has(token))) return false;
  // A control may belong to a form without being inside it.
  return control.closest(NOT_KEPT) === null && control.form?.closest(NOT_KEPT) === null;
}

/**
 * The controls of a name. The hidden input that often accompanies a check box is left out, unless there are only hidden
 * inputs: then a hook writes into one, for its own editor.
 */
export function controlsOf(form: HTMLFormElement, name: string): readonly Control[] {
  const all = [...form.elements].map(controlOf).filter((control): control is Control => control?.name === name && mayKeep(control));
  const shown = all.filter(({ type }) => type !== "hidden");
  return shown.length > 0 ? shown : all;
}

/** What the controls hold now. */
export function currentState(controls: readonly Control[]): FieldState {
  return controls.map((control) => {
    if (control instanceof HTMLSelectElement) return selected(control, (option) => option.selected);
    return checkable(control) ? control.checked : control.value;
  });
}

/** The contents as the server rendered them: attributes, which typing does not change. */
export function renderedState(controls: readonly Control[]): FieldState {
  return controls.map((control) => {
    if (control instanceof HTMLSelectElement) return renderedOptions(control);
    if (checkable(control)) return control.defaultChecked;
    return control.type === "hidden" ? control.value : sanitized(control);
  });
}

/** Whether it is a control that holds something else than the server has rendered. */
export function isChanged(element: Element): boolean {
  const control = controlOf(element);
  return control !== undefined && !sameState(currentState([control]), renderedState([control]));
}

/** Controls that have told of what was entered. */
const told = new WeakSet<Control>();

/** Notes that a control has told of what was entered. */
export function noteTold(control: Control): void {
  told.add(control);
}

/**
 * Lets a patch leave a text alone that no draft knows, if the patch renders the field as before: one that it may not keep, such as a
 * password, or one that a password manager has put there without an event. Changes what the field is updated to.
 *
 * @param joined false while the view joins: then an untold text is what the browser itself has restored after a reload
 */
export function leaveUnknown(from: Element, to: Element, joined = false): void {
  if (!(from instanceof HTMLInputElement && to instanceof HTMLInputElement) || checkable(from) || from.type === "file") return;
  if (from.name !== to.name || from.defaultValue !== to.defaultValue || !isChanged(from)) return;
  if (!((told.has(from) || !joined) && mayKeep(from))) to.value = from.value;
}

/**
 * What patches rendered into text areas. The npm client sets the value alone of one that was empty at first, and its `defaultValue` stays
 * empty (`morphdom`, `specialElHandlers`).
 */
const renderedTexts = new WeakMap<HTMLTextAreaElement, string>();
/** What patches rendered into a control while it had the focus. */
const withheld = new WeakMap<Control, ControlState>();
/** What had the focus when the patch began. A patch may move it elsewhere on the page; then nothing has the focus for a moment. */
let focused: Element | null = null;

/** Notes where the focus is. To be called before each patch. */
export function noteFocus(): void {
  focused = document.activeElement;
}

/**
 * Notes what a patch is about to render into an element. The npm client keeps the value of a focused control, and its `value`
 * attribute and options with it: what the server rendered there can be read at no other time.
 */
export function noteRendering(from: Element, to: Element): void {
  const control = controlOf(from);
  const rendered = controlOf(to);
  if (control === undefined || rendered === undefined) return;
  const [state] = renderedState([rendered]);
  if (control === focused) withheld.set(control, state!);
  else {
    withheld.delete(control);
    if (control instanceof HTMLTextAreaElement) renderedTexts.set(control, state as string);
  }
}

/** The contents as the server rendered them last, in the focused control too. */
export function latestState(controls: readonly Control[]): FieldState {
  return renderedState(controls).map((state, at) => withheld.get(controls[at]!) ?? state);
}

/** Puts contents back into the controls and returns those that changed. Does nothing if the controls are no longer the same. */
export function putState(controls: readonly Control[], state: FieldState): readonly Control[] {
  const now = currentState(controls);
  if (!sameShape(now, state)) return [];
  return controls.filter((control, at) => {
    const value = state[at]!;
    if (sameState([now[at]!], [value])) return false;
    if (control instanceof HTMLSelectElement) {
      for (const option of control.options) option.selected = (value as readonly string[]).includes(option.value);
    } else if (checkable(control)) control.checked = value as boolean;
    else control.value = value as string;
    return true;
  });
}

/** Whether two states are the same. */
export function sameState(a: FieldState, b: FieldState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether a state can be put into controls that now hold another one. */
export function sameShape(a: FieldState, b: FieldState): boolean {
  return a.length === b.length && a.every((state, at) => typeof state === typeof b[at]);
}

/**
 * Whether patches leave the control alone, since it has the focus. They set even a focused check box back (`dom.ts`,
 * `syncAttrsToProps`).
 */
export function isLeftAlone(control: Control): boolean {
  return control === document.activeElement && !checkable(control);
}

function checkable(control: Control): control is HTMLInputElement & { readonly type: "checkbox" | "radio" } {
  return control.type === "checkbox" || control.type === "radio";
}

function selected(select: HTMLSelectElement, which: (option: HTMLOptionElement) => boolean): readonly string[] {
  return [...select.options].filter(which).map(({ value }) => value);
}

/**
 * If no option has `selected`, a single select shows its first one that is not disabled (HTML standard, 4.10.7, "ask for a
 * reset").
 */
function renderedOptions(select: HTMLSelectElement): readonly string[] {
  const rendered = selected(select, (option) => option.defaultSelected);
  if (select.multiple || select.size > 1) return rendered;
  if (rendered.length > 0) return rendered.slice(-1);
  const first = [...select.options].find(({ disabled }) => !disabled);
  return first === undefined ? [] : [first.value];
}

/** The rendered value as the control would hold it: browsers drop line breaks, and invalid dates. */
function sanitized(control: HTMLInputElement | HTMLTextAreaElement): string {
  if (control instanceof HTMLTextAreaElement) return renderedTexts.get(control) ?? control.defaultValue.replace(/\r\n?/g, "\n");
  if (control.defaultValue === control.value) return control.value;
  const copy = document.createElement("input");
  copy.type = control.type;
  for (const name of ["min", "max", "step"]) if (control.hasAttribute(name)) copy.setAttribute(name, control.getAttribute(name)!);
  copy.value = control.defaultValue;
  return copy.value;
}
