const LOCKED = "[data-phx-ref-lock]";
const ITEMS = "[data-phx-stream]";

/** The items of streams that the page shows as a patch begins, if anything is locked then. */
let shown: ReadonlySet<string>;

/** Notes what the page shows. To be called before each patch. */
export function noteItems(): void {
  shown = new Set(document.querySelector(LOCKED) && [...document.querySelectorAll(ITEMS)].map(({ id }) => id));
}

/**
 * Takes the items of streams out of a locked element's copy that this patch has taken out of the page.
 *
 * While an element awaits an answer, the npm client patches a copy of it (`dom_patch.ts`, `maybeCloneLockedElement`). But it removes a
 * stream's items from the page alone (`perform`), so the copy would bring them back with the answer: deleted ones, and the whole list
 * that a reset was to replace.
 *
 * To be called before each update of an element. It acts at the copy's root, because morphdom then indexes the whole copy by ids.
 */
export function dropRemoved(from: Element): void {
  if (from.isConnected || !from.matches(LOCKED)) return;
  for (const item of from.querySelectorAll(ITEMS)) if (shown.has(item.id) && !document.getElementById(item.id)) item.remove();
}
