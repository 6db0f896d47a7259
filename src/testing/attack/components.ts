import type { LiveView } from "../../live/index.js";
import type { SiteView } from "./site.js";

/** A live component on a page. */
export interface SiteComponent {
  readonly cid: number;
  readonly events: LiveView["events"];
  readonly assigns: object;
}

/** The components whose events a view shows, by the name of their definition; of several instances the first. */
export function componentsOf({ process, shown }: SiteView): ReadonlyMap<string, SiteComponent> {
  const found = new Map<string, SiteComponent>();
  for (const { cid } of shown) {
    const component = cid === undefined ? undefined : process.page.component(cid);
    if (component !== undefined && !found.has(component.definition.name)) found.set(component.definition.name, component);
  }
  return found;
}
