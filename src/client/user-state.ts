/** What the server rendered last of the state that a user changes without the server: see `stateOf`. */
const rendered = new WeakMap<Element, string>();

/** Elements whose state the user changes without the server. */
const KINDS = "details, dialog, [contenteditable]";

/**
 * The state of an element that the user changes without the server: whether a `<details>` or `<dialog>` is open, and the content of
 * an editable element. Undefined for other elements.
 */
function stateOf(element: Element): string | undefined {
  if (isOpenable(element)) return String(element.open);
  return isEditable(element) ? element.innerHTML : undefined;
}

/** Notes how the server has rendered the elements that a patch has brought. To be called after each patch. */
export function noteUserState(container: Element): void {
  for (const element of container.querySelectorAll(KINDS)) {
    if (!rendered.has(element)) rendered.set(element, stateOf(element) ?? "");
  }
}

/**
 * Keeps what the user has opened, closed or written in an element while the server renders the element as before. The npm client
 * would set it back with every patch, and by removing the `open` of a modal dialog it would leave the page inert.
 *
 * To be called before each update of an element; it changes what the element is updated to.
 */
export function keepUserState(from: Element, to: Element): void {
  const now = stateOf(to);
  // The npm client patches a copy of an element that waits for an answer. It brings the copy to the page later.
  if (now === undefined || !from.isConnected) return;
  const before = rendered.get(from) ?? now;
  rendered.set(from, now);
  if (isOpenable(from) && isOpenable(to)) {
    if (now === before) to.toggleAttribute("open", from.open);
    // Only this also ends the state of a modal dialog (HTML standard, 4.11.4).
    else if (from instanceof HTMLDialogElement && from.open) from.close();
  } else if (isEditable(from) && (now === before || from === document.activeElement)) {
    to.replaceChildren(...from.cloneNode(true).childNodes);
  }
}

function isOpenable(element: Element): element is HTMLDetailsElement | HTMLDialogElement {
  return element instanceof HTMLDetailsElement || element instanceof HTMLDialogElement;
}

function isEditable(element: Element): element is HTMLElement {
  return element instanceof HTMLElement && element.contentEditable !== "inherit" && element.contentEditable !== "false";
}
