import type { CheerioAPI } from "cheerio";
import { HoldfastError } from "../errors/index.js";
import type { Found } from "./document.js";
import { closest, type DomElement } from "./dom.js";
import type { LiveClient } from "./live-client.js";
import { findComponent } from "./patch.js";
import { viewIdOf } from "./stream-changes.js";
import type { KitView } from "./view.js";

/** One command of a JS binding. */
export type Command = readonly [name: string, args: Readonly<Record<string, unknown>>];

/** Who an event is for. */
export interface Target {
  readonly view: KitView;
  readonly cid?: number;
}

/** The commands of a binding: an event's name is the command to push it. */
export function commandsOf(binding: string): readonly Command[] {
  return binding.startsWith("[") ? (JSON.parse(binding) as Command[]) : [["push", { event: binding }]];
}

/**
 * Whom the client sends an event to: what `phx-target` of the bound element or the command says, a component's number or
 * a selector, which may find several; the view that the element belongs to if neither says anything.
 *
 * @param form the form whose event it is: then its `phx-target` decides whether a component is meant
 */
export function targetsOf($: CheerioAPI, client: LiveClient, bound: Found, commanded: unknown, form: Found = bound): Target[] {
  const target = commanded ?? bound.attr("phx-target");
  const owner = ownerOf(client, bound);
  const inForm = commanded ?? form.attr("phx-target");
  if (target === undefined) return [{ view: owner, ...(inForm !== undefined && componentFor(client, owner, bound, inForm)) }];
  if (isCid(target)) return [{ view: owner, cid: presentComponent(client, owner, target) }];
  const found = $(String(target));
  if (found.length === 0) throw noTarget(String(target), "nothing");
  return found.get().map((node) => {
    const element = $(node);
    const view = ownerOf(client, element);
    return { view, ...(inForm !== undefined && componentFor(client, view, element, inForm)) };
  });
}

/** Where a hook's `pushEventTo` goes: the component around each of what is found. */
export function hookTargets($: CheerioAPI, client: LiveClient, from: KitView, to: string | number | undefined): Target[] {
  if (to === undefined) return [{ view: from }];
  if (isCid(to)) return [{ view: from, cid: presentComponent(client, from, to) }];
  const found = $(String(to));
  if (found.length === 0) throw noTarget(String(to), "nothing");
  return found.get().map((node) => {
    const view = ownerOf(client, $(node));
    return { view, ...componentFor(client, view, $(node), to) };
  });
}

/** The view that an element belongs to: the nearest around it, or the page's own. */
export function ownerOf(client: LiveClient, element: Found): KitView {
  const node = element.get(0) as unknown as DomElement | undefined;
  const view = (node === undefined ? undefined : client.view(viewIdOf(node))) ?? client.main;
  if (view !== undefined) return view;
  throw noTarget("the element's view", "a page without a live view");
}

function componentFor(client: LiveClient, view: KitView, element: Found, target: unknown): { cid?: number } {
  if (isCid(target)) return { cid: presentComponent(client, view, target) };
  const around = closest(element.get(0) as unknown as DomElement, ({ attribs }) => "data-phx-component" in attribs || "data-phx-teleported-src" in attribs);
  if (around === undefined) return {};
  if ("data-phx-component" in around.attribs) {
    return viewIdOf(around) === view.id ? { cid: Number(around.attribs["data-phx-component"]) } : {};
  }
  // What a portal has moved belongs to the component that the portal is in.
  const source = client.elements(({ attribs }) => attribs["id"] === around.attribs["data-phx-teleported-src"])[0];
  return source === undefined ? {} : componentFor(client, view, client.document(source as never), target);
}

function isCid(value: unknown): value is number | string {
  return typeof value === "number" || (typeof value === "string" && /^(0|[1-9]\d*)$/.test(value));
}

function presentComponent(client: LiveClient, view: KitView, cid: number | string): number {
  if (findComponent(client.root, view.id, cid) === undefined) throw noTarget(`component ${cid}`, "a page without it");
  return Number(cid);
}

function noTarget(target: string, got: string): HoldfastError {
  return new HoldfastError("kit_not_found", {
    what: `The event's target is not on the page: ${target}.`, expected: "a component or an element that the view renders", got,
    fix: "look at phx-target and at the target of JS.push: the client sends nothing to what is not there",
  });
}

/** What an element sends with its event, as the client gathers it. */
export function elementValues(element: Found): Record<string, unknown> {
  const values = phxValues(element);
  if (element.is("button, input, select, textarea, option")) {
    const checkable = element.is("[type=checkbox], [type=radio]");
    if (!checkable) values["value"] = element.attr("value") ?? "";
    else if (element.attr("checked") !== undefined) values["value"] = element.attr("value") ?? "on";
  }
  // In the DOM a list item has a value too: its number.
  if (element.is("li")) values["value"] = Number(element.attr("value") ?? 0);
  return values;
}

export function phxValues(element: Found): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(element.attr() ?? {})) {
    if (name.startsWith("phx-value-")) values[name.slice("phx-value-".length)] = value;
  }
  return values;
}
