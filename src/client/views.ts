/** The element of the live view that contains an element; inside a portal, the view that teleported it. */
export function viewOf(element: Element): Element | null {
  const closest = element.closest("[data-phx-session], [data-phx-teleported]");
  const owner = closest?.getAttribute("data-phx-teleported");
  return typeof owner === "string" ? document.getElementById(owner) : (closest ?? null);
}

/**
 * Whether an element is that of a live view that is away. Only a join's patch finds its view in this state: the npm client
 * marks it as connected after that (`view.ts`, `applyJoinPatch`).
 */
export function isAway(element: Element): boolean {
  return element.matches("[data-phx-session]:not(.phx-connected)");
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
