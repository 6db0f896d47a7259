import { controlOf, controlsOf } from "./fields.js";

/** Where the focus is in a form, with the selection in the focused field. */
export interface Caret {
  readonly name: string;
  /** The index among the controls of that name. */
  readonly index: number;
  readonly start: number | null;
  readonly end: number | null;
}

/** The caret, if it is in a field that a draft may keep. */
export function caretIn(form: HTMLFormElement): Caret | undefined {
  const control = controlOf(document.activeElement);
  if (control === undefined || control.form !== form) return undefined;
  const index = controlsOf(form, control.name).indexOf(control);
  if (index < 0) return undefined;
  // Null for types without a selection, such as a date.
  const [start, end] = control instanceof HTMLSelectElement ? [null, null] : [control.selectionStart, control.selectionEnd];
  return { name: control.name, index, start, end };
}

/** Restores the caret, unless the user has moved elsewhere. */
export function putCaret(form: HTMLFormElement, { name, index, start, end }: Caret): void {
  const control = controlsOf(form, name)[index];
  const active = document.activeElement;
  if (control === undefined || (active !== null && active !== document.body && active !== control)) return;
  control.focus({ preventScroll: true });
  if (start !== null && !(control instanceof HTMLSelectElement)) control.setSelectionRange(start, end);
}
