import { EventRef, type BoundValues } from "../../js/index.js";
import type { DeclaredEvent, EventRefs, FormRefs } from "./events.js";

/**
 * The references passed to `render`. An event without bound values is a reference; one with them is a function that takes the
 * values. A form has two.
 *
 * @param target the live component's number; undefined for a view
 */
export function eventRefs(events: ReadonlyMap<string, DeclaredEvent>, target?: number): EventRefs<string> {
  const refs = Object.create(null) as Record<string, unknown>;
  for (const [name, { declared, bind, form }] of events) {
    if (form === undefined) {
      refs[name] = bind === undefined
        ? new EventRef(name, target) : (bound: BoundValues): EventRef => new EventRef(name, target, bound);
    } else if (form.phase === "change") {
      const both = (bound?: BoundValues): FormRefs => ({
        change: new EventRef(`${declared}.change`, target, bound), submit: new EventRef(`${declared}.submit`, target, bound),
      });
      refs[declared] = bind === undefined ? both() : both;
    }
  }
  return Object.freeze(refs) as EventRefs<string>;
}
