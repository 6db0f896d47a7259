import { closest, descendants, parentElement, type DomElement, type DomParent } from "./dom.js";
import { findComponent } from "./patch.js";

/**
 * The live components of a view in the document. Their root elements carry the view's id and their number (cid).
 *
 * @module
 */

/** The cids of a view's components, in document order. */
export function componentsOf(root: DomParent, viewId: string): number[] {
  return [...descendants(root)].filter((element) => isOf(element, viewId)).map(({ attribs }) => Number(attribs["data-phx-component"]));
}

/** Those of the given components that are not inside another of them, so that each is drawn once. */
export function outermostComponents(root: DomParent, viewId: string, cids: readonly string[]): string[] {
  const named = new Set(cids);
  return cids.filter((cid) => {
    const element = findComponent(root, viewId, cid);
    const parent = element && parentElement(element);
    const around = parent && closest(parent, (one) => isOf(one, viewId) && named.has(one.attribs["data-phx-component"] ?? ""));
    return element !== undefined && around === undefined;
  });
}

/** Those of the given components that are no longer in the document. */
export function missingComponents(root: DomParent, viewId: string, cids: readonly number[]): number[] {
  return cids.filter((cid) => findComponent(root, viewId, cid) === undefined);
}

function isOf({ attribs }: DomElement, viewId: string): boolean {
  return attribs["data-phx-view"] === viewId && "data-phx-component" in attribs;
}
