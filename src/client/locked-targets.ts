import { isUpload, LISTED } from "./uploads/files.js";
import { isAway, viewOf } from "./views.js";

/** The attribute of an element that waits for an answer, and the name under which the npm client keeps the element's copy. */
const LOCK = "data-phx-ref-lock";

/** What the npm client keeps on an element (`dom.ts`, `private`). */
interface Kept {
  readonly phxPrivate?: { [LOCK]?: Element };
}

/**
 * Drops the copies of what a view locked over a connection that it has lost.
 *
 * When the view has joined again, the npm client unlocks these elements (`view.ts`, `dropPendingRefs`) but keeps their copies. The
 * next answer that changes nothing would bring them to the page, with the texts from before.
 *
 * To be called before each join.
 *
 * @param id the id of the view's element
 */
export function dropCopies(id: string): void {
  for (const locked of document.querySelectorAll(`[data-phx-ref-src="${CSS.escape(id)}"]`)) delete (locked as Kept).phxPrivate?.[LOCK];
}

/**
 * Gives locked elements the component ids of a view that has mounted again.
 *
 * An element whose event has not been answered is locked: the npm client patches a copy of it, and brings the copy to the page
 * with the answer (`dom_patch.ts`, `maybeCloneLockedElement`). An event that is sent between the answer to a join and the join's
 * patch, while forms are recovered, leaves its form locked, with the component ids of the view that is gone. Until its answer
 * comes, whatever is entered into the form or submitted with it would find no component, or another one.
 *
 * To be called after each patch.
 *
 * @param prefix the prefix of the client's bindings, `phx-`
 */
export function retargetLocked(container: Element, prefix: string): void {
  if (!isAway(container)) return;
  for (const locked of document.querySelectorAll(`[${LOCK}]`)) {
    if (viewOf(locked) === container) retarget(locked, latestCopy(locked), prefix);
  }
}

/**
 * Lists the files of a locked upload, when its form is unlocked, before the upload itself is. The previews of these files are already
 * mounted in between (`element_ref.ts`, `undoLocks`), and would not find them.
 *
 * To be called before each update of an element; it changes what the element is updated to.
 */
export function listLocked(to: Element): void {
  const copy = (to as Kept).phxPrivate?.[LOCK];
  if (copy !== undefined && isUpload(to)) to.setAttribute(LISTED, copy.getAttribute(LISTED)!);
}

/** Takes over the targets of a copy. Where it has other elements, these come with the answer. */
function retarget(shown: Element, copy: Element, prefix: string): void {
  if (shown === copy) return;
  for (const { name, value } of copy.attributes) {
    if (shown.getAttribute(name) !== value && namesComponent(name, value, prefix)) shown.setAttribute(name, value);
  }
  for (const [at, inside] of [...shown.children].entries()) {
    const counterpart = copy.children[at];
    if (counterpart === undefined || counterpart.tagName !== inside.tagName) continue;
    if (counterpart.getAttribute("id") !== inside.getAttribute("id")) continue;
    if (!inside.hasAttribute("data-phx-session")) retarget(inside, latestCopy(counterpart), prefix);
  }
}

/** Whether an attribute's value may hold a component's id: commands, a JSON list of lists, name the targets of their pushes. */
function namesComponent(name: string, value: string, prefix: string): boolean {
  if (name === "data-phx-component" || name === `${prefix}target`) return true;
  return value.startsWith("[[") && (name.startsWith(prefix) || name.startsWith("data-js-"));
}

/** The copy that has been patched last: the copy of an element inside a locked one may have a copy of its own. */
function latestCopy(element: Element): Element {
  const copy = (element as Kept).phxPrivate?.[LOCK];
  return copy === undefined ? element : latestCopy(copy);
}
