import type { CheerioAPI } from "cheerio";
import { sendsForm, takesCommands } from "../../html/index.js";
import { parseEventName } from "../../live/index.js";
import { commandsOf, isCid } from "../bindings.js";
import { isDisabled } from "../document.js";
import { parse, type Found } from "../parser.js";

/** An event on a page. */
export interface ShownEvent {
  /** As on the wire: with its bound values and its proof. */
  readonly name: string;
  readonly cid: number | undefined;
  /** Whether it is a form's: its payload is then the form's fields. */
  readonly form: boolean;
}

/** The target of an event: a view, by the id of its element, or a component in it. */
export interface ShownTarget {
  readonly view: string;
  readonly cid: number | undefined;
}

/**
 * The events that a page shows, by the id of their target view: in bindings and in commands, of views and of their
 * components. A selector as target may match several elements, in other views too.
 *
 * @param main the page's own view, the target of everything outside other views
 */
export function shownEvents(html: string, main: string): ReadonlyMap<string, readonly ShownEvent[]> {
  const $ = parse(html);
  const shown = new Map<string, Map<string, ShownEvent>>();
  for (const node of $("*").get()) {
    const element = $(node);
    // A browser sends nothing from it.
    if (isDisabled(element)) continue;
    for (const [attribute, value] of Object.entries(element.attr() ?? {})) {
      if (!takesCommands(attribute)) continue;
      const form = sendsForm(attribute);
      for (const [command, args] of commandsOf(value)) {
        if (command !== "push") continue;
        const name = String(args["event"]);
        for (const { view, cid } of shownTargets($, element, args["target"], main)) {
          if (!shown.has(view)) shown.set(view, new Map());
          shown.get(view)!.set(`${cid ?? ""} ${name}`, { name, cid, form });
        }
      }
    }
  }
  return new Map([...shown].map(([view, events]) => [view, [...events.values()]]));
}

/** The targets of an element's event, from its command or its `phx-target`. */
export function shownTargets($: CheerioAPI, element: Found, commanded: unknown, main: string): ShownTarget[] {
  const target = commanded ?? element.attr("phx-target");
  const viewAround = (of: Found): string => of.closest("[data-phx-session]").attr("id") ?? main;
  if (target === undefined || isCid(target)) return [{ view: viewAround(element), cid: target === undefined ? undefined : Number(target) }];
  return $(String(target)).get().map((node) => {
    const found = $(node);
    const component = found.closest("[data-phx-component], [data-phx-session]").attr("data-phx-component");
    return { view: viewAround(found), cid: component === undefined ? undefined : Number(component) };
  });
}

/** The declared name within a name from the wire. */
export function declaredName(name: string): string {
  return parseEventName(name).declared;
}

/** The event of another visit to the same page: in a stream each visit proves its events anew. */
export function eventAmong(shown: readonly ShownEvent[], event: ShownEvent): ShownEvent {
  const { rendered } = parseEventName(event.name);
  return shown.find(({ name, cid }) => cid === event.cid && parseEventName(name).rendered === rendered) ?? event;
}
