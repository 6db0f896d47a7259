import type { CheerioAPI } from "cheerio";
import { HoldfastError } from "../errors/index.js";
import { isCid } from "./bindings.js";
import { closest, elementOf, type DomElement, type DomParent } from "./dom.js";
import { foundOf, type Found } from "./parser.js";
import { findComponent } from "./patch.js";
import { viewIdOf } from "./stream-changes.js";
import type { KitView } from "./view.js";

/** A page whose elements send events. */
export interface TargetPage {
  readonly document: CheerioAPI;
  readonly root: DomParent;
  readonly main: KitView | undefined;
  readonly views: { get(id: string | undefined): KitView | undefined };
  elements(test: (element: DomElement) => boolean): DomElement[];
}

/** The receiver of an event: a view, or a live component in it. */
export interface Target {
  readonly view: KitView;
  readonly cid?: number;
}

/**
 * The receivers of an event. The target of the command or `phx-target` of the bound element is a component's cid, or a
 * selector, which may find several elements; without either it is the view around the element.
 *
 * @param form the form that the event belongs to: its `phx-target` decides whether a component is meant
 * @throws HoldfastError `kit_not_found` if the target is not on the page
 */
export function targetsOf(page: TargetPage, bound: Found, commanded: unknown, form: Found = bound): Target[] {
  const target = commanded ?? bound.attr("phx-target");
  const owner = ownerOf(page, bound);
  const inForm = commanded ?? form.attr("phx-target");
  if (target === undefined) return [{ view: owner, ...(inForm !== undefined && componentFor(page, owner, bound, inForm)) }];
  if (isCid(target)) return [{ view: owner, cid: presentComponent(page, owner, target) }];
  return selected(page, String(target)).map((element) => {
    const view = ownerOf(page, element);
    return { view, ...(inForm !== undefined && componentFor(page, view, element, inForm)) };
  });
}

/**
 * The receivers of a hook's `pushEventTo`: the component around each element that the selector finds.
 *
 * @throws HoldfastError `kit_not_found` if the target is not on the page
 */
export function hookTargets(page: TargetPage, from: KitView, to: string | number | undefined): Target[] {
  if (to === undefined) return [{ view: from }];
  if (isCid(to)) return [{ view: from, cid: presentComponent(page, from, to) }];
  return selected(page, String(to)).map((element) => {
    const view = ownerOf(page, element);
    return { view, ...componentFor(page, view, element, to) };
  });
}

/** The view that an element belongs to: the nearest one around it, or the page's own. */
export function ownerOf(page: TargetPage, element: Found): KitView {
  const node = element.get(0);
  const view = (node === undefined ? undefined : page.views.get(viewIdOf(elementOf(node)))) ?? page.main;
  if (view !== undefined) return view;
  throw noTarget("the element's view", "a page without a live view");
}

function selected({ document: $ }: TargetPage, selector: string): Found[] {
  const found = $(selector);
  if (found.length === 0) throw noTarget(selector, "nothing");
  return found.get().map((node) => $(node));
}

function componentFor(page: TargetPage, view: KitView, element: Found, target: unknown): { cid?: number } {
  if (isCid(target)) return { cid: presentComponent(page, view, target) };
  const around = closest(
    elementOf(element.get(0)),
    ({ attribs }) => "data-phx-component" in attribs || "data-phx-teleported-src" in attribs,
  );
  if (around === undefined) return {};
  if ("data-phx-component" in around.attribs) {
    return viewIdOf(around) === view.id ? { cid: Number(around.attribs["data-phx-component"]) } : {};
  }
  // Teleported content belongs to the component around its portal.
  const source = page.elements(({ attribs }) => attribs["id"] === around.attribs["data-phx-teleported-src"])[0];
  return source === undefined ? {} : componentFor(page, view, foundOf(page.document, source), target);
}

function presentComponent(page: TargetPage, view: KitView, cid: number | string): number {
  if (findComponent(page.root, view.id, cid) === undefined) throw noTarget(`component ${cid}`, "a page without it");
  return Number(cid);
}

function noTarget(target: string, got: string): HoldfastError {
  return new HoldfastError("kit_not_found", {
    what: `The event's target is not on the page: ${target}.`, expected: "a component or an element that the view renders", got,
    fix: "check phx-target and the target of JS.push: the client sends nothing to an element that is not there",
  });
}
