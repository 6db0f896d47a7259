import { closest, descendants, parentElement, type DomElement, type DomParent } from "./dom.js";
import { findComponent } from "./patch.js";

/**
 * Which live components of a view the document has: their roots are marked with the view and with their number.
 *
 * @module
 */

/** The numbers of a view's components, in the document's order. */
export function componentsOf(root: DomParent, viewId: string): number[] {
  return [...descendants(root)].filter((element) => isOf(element, viewId)).map(({ attribs }) => Number(attribs["data-phx-component"]));
}

/** Of components that are on the page those that are in none of the others, so that each is drawn once. */
export function outermostComponents(root: DomParent, viewId: string, cids: readonly string[]): string[] {
  const named = new Set(cids);
  return cids.filter((cid) => {
    const element = findComponent(root, viewId, cid);
    const parent = element && parentElement(element);
    const around = parent && closest(parent, (one) => isOf(one, viewId) && named.has(one.attribs["data-phx-component"] ?? ""));
    return element !== undefined && around === undefined;
  });
}

/** Those that the page does not have any more. */
export function missingComponents(root: DomParent, viewId: string, cids: readonly number[]): number[] {
  return cids.filter((cid) => findComponent(root, viewId, cid) === undefined);
}

function isOf({ attribs }: DomElement, viewId: string): boolean {
  return attribs["data-phx-view"] === viewId && "data-phx-component" in attribs;
}
