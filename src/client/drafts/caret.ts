import { controlOf, controlsOf, type Control } from "./fields.js";

/** Where the focus is in a form, with the selection in the focused field. */
export interface Caret {
  readonly name: string;
  /** The index among the controls of that name. */
  readonly index: number;
  readonly start: number | null;
  readonly end: number | null;
}

/**
 * The control that an element edits: itself, or the one that an editor names in `data-for`, such as the component kit's
 * `editable`.
 */
export function editedControl(target: EventTarget | null): Control | undefined {
  const control = controlOf(target);
  if (control !== undefined || !(target instanceof HTMLElement) || !target.isContentEditable) return control;
  return controlOf(document.getElementById(target.dataset["for"] ?? ""));
}

/** The caret, if it is in a field that a draft may keep. */
export function caretIn(form: HTMLFormElement): Caret | undefined {
  const active = document.activeElement;
  const control = editedControl(active);
  if (control === undefined || control.form !== form) return undefined;
  const index = controlsOf(form, control.name).indexOf(control);
  if (index < 0) return undefined;
  const [start, end] = control === active ? selectionOf(control) : selectionInside(active!);
  return { name: control.name, index, start, end };
}

/** Restores the caret, unless the user has moved elsewhere. */
export function putCaret(form: HTMLFormElement, { name, index, start, end }: Caret): void {
  const control = controlsOf(form, name)[index];
  if (control === undefined) return;
  const editor = editorOf(control);
  const active = document.activeElement;
  if (active !== null && active !== document.body && active !== control && active !== editor) return;
  if (editor !== undefined) {
    editor.focus({ preventScroll: true });
    if (start !== null && end !== null) selectInside(editor, start, end);
    return;
  }
  control.focus({ preventScroll: true });
  if (start !== null && !(control instanceof HTMLSelectElement)) control.setSelectionRange(start, end);
}

/** The element in which the user edits a hidden control. */
function editorOf(control: Control): HTMLElement | undefined {
  const id = control.getAttribute("id");
  if (id === null || id === "" || !control.hidden) return undefined;
  const editor = document.querySelector(`[contenteditable][data-for="${CSS.escape(id)}"]`);
  return editor instanceof HTMLElement ? editor : undefined;
}

type Selected = readonly [start: number | null, end: number | null];

function selectionOf(control: Control): Selected {
  // Null for types without a selection, such as a date.
  return control instanceof HTMLSelectElement ? [null, null] : [control.selectionStart, control.selectionEnd];
}

/** The selection inside an element, as offsets in its text. */
function selectionInside(element: Element): Selected {
  const selection = getSelection();
  if (selection === null || selection.rangeCount === 0) return [null, null];
  const range = selection.getRangeAt(0);
  if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return [null, null];
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return [start, start + range.toString().length];
}

/** Selects a part of an element's text. */
function selectInside(element: Element, start: number, end: number): void {
  const range = document.createRange();
  range.selectNodeContents(element);
  range.collapse();
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let passed = 0;
  let begun = false;
  while (texts.nextNode() !== null) {
    const text = texts.currentNode as Text;
    if (!begun && passed + text.length >= start) {
      range.setStart(text, start - passed);
      begun = true;
    }
    if (begun && passed + text.length >= end) {
      range.setEnd(text, end - passed);
      break;
    }
    passed += text.length;
  }
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}
