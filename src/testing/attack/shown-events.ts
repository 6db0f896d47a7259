import { takesCommands } from "../../html/index.js";
import { commandsOf, isCid } from "../bindings.js";
import { parse } from "../parser.js";

/** An event that stands in a page. */
export interface ShownEvent {
  /** As it travels: with its bound values and its proof. */
  readonly name: string;
  readonly cid: number | undefined;
  /** Whether it is a form's: its payload is then the form's fields. */
  readonly form: boolean;
}

/** The events that the main view of a page shows: in bindings and in commands, of itself and of its components. */
export function shownEvents(html: string): ShownEvent[] {
  const $ = parse(html);
  const shown = new Map<string, ShownEvent>();
  for (const node of $("*").get()) {
    const element = $(node);
    // Another view's, or what a browser sends nothing of.
    if (element.closest("[data-phx-parent-id]").length > 0 || element.is("[disabled]") || element.closest("fieldset[disabled]").length > 0) continue;
    for (const [attribute, value] of Object.entries(element.attr() ?? {})) {
      if (!takesCommands(attribute)) continue;
      const form = attribute === "phx-change" || attribute === "phx-submit" || attribute === "phx-auto-recover";
      for (const [command, args] of commandsOf(value)) {
        const target = args["target"] ?? element.attr("phx-target");
        // A selector may lead into another view.
        if (command !== "push" || (target !== undefined && !isCid(target))) continue;
        const cid = target === undefined ? undefined : Number(target);
        const name = String(args["event"]);
        shown.set(`${cid ?? ""} ${name}`, { name, cid, form });
      }
    }
  }
  return [...shown.values()];
}

/** The declared name in one that travels. */
export function declaredName(name: string): string {
  return name.split("~", 1)[0]!;
}
