import { controlOf } from "./drafts/fields.js";
import { isAway } from "./views.js";

/** What the npm client keeps on an element (`dom.ts`, `private`). */
interface Marked {
  readonly phxPrivate?: { destroyed?: boolean };
}

/**
 * Lets a nested view's element outlive the rejoin of the page around it while somebody types in it.
 *
 * When the page's view is away, the npm client ends its nested views and marks their elements as destroyed (`view.ts`,
 * `destroy`); the page's next join then replaces them with empty ones (`dom_patch.ts`, `getNodeKey`), which each nested view fills
 * after a join of its own. Until then there is no field: the focus is lost, and so is what is typed. An element without the mark
 * is kept as it is, takes the new view's session, and is patched when the nested view has joined.
 *
 * Views with hooks are left to the npm client: their hooks have been destroyed and mount again, which only new elements allow.
 *
 * To be called before each patch.
 *
 * @param prefix the prefix of the client's bindings, `phx-`
 */
export function keepNestedFocus(container: Element, prefix: string): void {
  // Only the patch of a join joins nested views whose elements are not new.
  if (!isAway(container)) return;
  const control = controlOf(document.activeElement);
  if (control === undefined || !container.contains(control)) return;
  let view = control.closest("[data-phx-parent-id]");
  while (view !== null && view !== container && container.contains(view)) {
    const { phxPrivate } = view as Marked;
    if (phxPrivate?.destroyed === true && view.querySelector(`[${prefix}hook], [data-phx-hook]`) === null) phxPrivate.destroyed = false;
    view = view.parentElement?.closest("[data-phx-parent-id]") ?? null;
  }
}
