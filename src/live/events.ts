import { HoldfastError } from "../errors/index.js";
import type { EventDefinition } from "./types.js";

/**
 * The declared events of a view or a component. A Map: an event's name is the client's word, and a property look-up would
 * find `constructor`.
 *
 * @throws HoldfastError `view_definition_invalid`
 */
export function declaredEvents(events: object | undefined, owner: string): ReadonlyMap<string, EventDefinition<object, unknown>> {
  const declared = new Map(Object.entries(events ?? {}) as [string, EventDefinition<object, unknown>][]);
  for (const [name, event] of declared) {
    if (name.startsWith("lv:") || name.startsWith("[") || typeof event?.handle !== "function") {
      throw new HoldfastError("view_definition_invalid", {
        what: `The event "${name}" of the ${owner} is not usable.`,
        expected: "a name that does not begin with lv: or [, and a definition with handle(socket, params)",
        fix: `${name.replace(/^(?:lv:|\[)/, "")}: { params: schema, handle(socket, params) { … } }`,
      });
    }
  }
  return declared;
}
