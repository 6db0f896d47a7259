/** The element of the live view that contains an element; inside a portal, the view that teleported it. */
export function viewOf(element: Element): Element | null {
  const closest = element.closest("[data-phx-session], [data-phx-teleported]");
  const owner = closest?.getAttribute("data-phx-teleported");
  return typeof owner === "string" ? document.getElementById(owner) : (closest ?? null);
}

/** What the npm client keeps on a view's element (`dom.ts`, `private`). */
interface Kept {
  readonly phxPrivate?: { readonly view?: { readonly joinPending: boolean } };
}

/**
 * Whether an element is that of a live view that has been away, and that the patch of its join shows now. The npm client marks it as
 * connected only when it has also shown what came meanwhile, such as the answers of recovered forms (`view.ts`, `applyJoinPatch`).
 */
export function isAway(element: Element): boolean {
  return element.matches("[data-phx-session]:not(.phx-connected)") && (element as Kept).phxPrivate?.view?.joinPending !== false;
}

/** The form with this id, if it is on the page. */
export function formById(id: string): HTMLFormElement | undefined {
  const found = document.getElementById(id);
  return found instanceof HTMLFormElement ? found : undefined;
}

/** Submits the form once more, with the same button if it is still there. */
export function submitAgain(form: HTMLFormElement, submitter: HTMLElement | null | undefined): void {
  form.requestSubmit(submitter?.isConnected === true ? submitter : null);
}

/** The form's id. Not `form.id`, which may be an input of that name. */
export function formId(form: HTMLFormElement): string {
  return form.getAttribute("id") ?? "";
}
