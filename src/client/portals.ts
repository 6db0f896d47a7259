import { isAway, viewOf } from "./views.js";

/** The npm client's view (`view.ts`). */
interface NpmView {
  readonly id: string;
  readonly el: Element;
  /** The nested views of each view of the page, by the ids of both. */
  readonly root: { readonly children: Readonly<Record<string, Readonly<Record<string, NpmView>>>> };
  destroy(): void;
}

/** What the npm client keeps on a view's element (`dom.ts`, `private`). */
interface Kept {
  readonly phxPrivate?: { readonly view?: NpmView };
}

/**
 * Puts the items of streams in portals where the npm client looks for them when their view joins again.
 *
 * It empties the streams of such a view, and gives back the items that are rendered again, but only those in the view's own element
 * (`dom_patch.ts`, `perform`): in a portal the items of before stay, and the list grows with each reconnect.
 *
 * To be called before each patch.
 *
 * @param prefix the prefix of the client's bindings, `phx-`
 */
export function gatherItems(container: Element, prefix: string): void {
  if (!isAway(container)) return;
  for (const list of document.querySelectorAll(`[data-phx-teleported] [${prefix}update="stream"]`)) {
    if (viewOf(list) !== container) continue;
    const gathered: Element & { moveBefore?(node: Element, child: null): void } = document.createElement("div");
    // No element of the page has this id, so that the patch removes this one, and does not turn it into another.
    gathered.id = `${list.id}-gathered`;
    gathered.setAttribute(`${prefix}update`, "stream");
    container.append(gathered);
    for (const item of [...list.children]) {
      // Where the browser can, the focus in an item moves along: by it the npm client knows what is being typed.
      if (gathered.moveBefore === undefined) gathered.append(item);
      else gathered.moveBefore(item, null);
    }
  }
}

/**
 * Ends the nested views that have left the page with a portal.
 *
 * When a portal is no longer rendered, the npm client removes what it had moved elsewhere, and forgets the nested views in it
 * (`dom_patch.ts`, `perform`). If the portal comes back, it believes that they have joined, and they stay empty.
 *
 * To be called after each patch.
 */
export function endRemovedViews(container: Element): void {
  const view = (viewOf(container) as Kept | null)?.phxPrivate?.view;
  for (const nested of Object.values(view?.root.children[view.id] ?? {})) {
    // A view that is still joining may have an element that has not been on the page yet, outside of any portal.
    if (!nested.el.isConnected && nested.el.closest("[data-phx-teleported]") !== null) nested.destroy();
  }
}
