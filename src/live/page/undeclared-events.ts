import type { Template } from "../../html/index.js";
import { eventsOf, type ViewInit } from "./view-init.js";

/** By view: the templates whose names have been looked at. */
const seen = new WeakMap<object, WeakSet<Template>>();

/**
 * Looks at the events that a template names as text. The client sends such an event to the view, also from within a
 * live component, and the view's events with those of its hooks are all that there are: no other name can ever be handled. Where a
 * `phx-target` may stand it is another's.
 *
 * @param undeclared called for each name that no handler has, once for a view and a template
 */
export function checkNames(
  init: Pick<ViewInit, "view" | "hooks">, template: Template, undeclared: (details: Readonly<Record<string, unknown>>) => void,
): void {
  const templates = seen.get(init.view) ?? new WeakSet();
  seen.set(init.view, templates);
  if (templates.has(template)) return;
  templates.add(template);
  const events = eventsOf(init);
  for (const { attribute, elementIndex, value, excerpt } of template.bindings) {
    const { attributes, spreads } = template.elements[elementIndex]!;
    const isElsewhere = attributes.has("phx-target") || spreads.length > 0;
    // Commands are a list in JSON, and the framework's own events begin with lv:.
    if (isElsewhere || value === "" || value.startsWith("[") || value.startsWith("lv:") || events.has(value)) continue;
    undeclared({ event: value, attribute, template: excerpt, ...(template.site !== undefined && { at: template.site }) });
  }
}
