import type { CheerioAPI } from "cheerio";
import { descendants, detach, insertBefore, removeChildren, type DomElement, type DomParent } from "./dom.js";

/**
 * How a join changes the view's own element and the page's title.
 *
 * @module
 */

/** The element of a view after a live navigation: tag and attributes. */
export type ViewContainer = readonly [tag: string, attrs: Readonly<Record<string, string>>];

/** The attributes that the element keeps when the server changes its tag and attributes. */
const KEPT = ["id", "data-phx-session", "data-phx-static", "data-phx-main", "data-phx-root-id"];

/** Empties the element for the view that a live navigation leads to. Sticky views stay; teleported content of the old view goes. */
export function emptyForNavigation(root: DomParent, element: DomElement): void {
  const all = [...descendants(root)];
  const sticky = all.filter(({ attribs }) => "data-phx-sticky" in attribs);
  for (const one of all.filter(({ attribs }) => attribs["data-phx-teleported"] === element.attribs["id"])) detach(one);
  removeChildren(element);
  for (const one of sticky) insertBefore(element, one, null);
}

/** Gives a view's element the tag and attributes of the join reply. */
export function replaceContainer(element: DomElement, [tag, attrs]: ViewContainer): void {
  const kept = KEPT.filter((name) => name in element.attribs).map((name) => [name, element.attribs[name]!] as const);
  element.name = tag;
  element.attribs = { ...attrs, ...Object.fromEntries(kept) };
}

/** A view's title with the prefix and suffix of the document's `<title>`; undefined without a title and a default. */
export function titleFrom($: CheerioAPI, title: string | undefined): string | undefined {
  const element = $("title").first();
  const given = title === undefined || title.trim() === "" ? element.attr("data-default") : title;
  return given === undefined ? undefined : `${element.attr("data-prefix") ?? ""}${given}${element.attr("data-suffix") ?? ""}`;
}
