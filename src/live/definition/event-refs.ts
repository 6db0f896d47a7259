import { describeValue, HoldfastError, isDevelopment, nearest } from "../../errors/index.js";
import { callSite } from "../../html/index.js";
import { EventRef, type BoundValues } from "../../js/index.js";
import type { DeclaredEvent, EventRefs, FormRefs } from "./events.js";

/**
 * The references passed to `render`. An event without bound values is a reference; one with them is a function that takes the
 * values. A form has two.
 *
 * @param owner for errors: `view "Post"`
 * @param target the live component's number; undefined for a view
 */
export function eventRefs(events: ReadonlyMap<string, DeclaredEvent>, owner: string, target?: number): EventRefs<string> {
  const refs = Object.create(null) as Record<string, unknown>;
  for (const [name, { declared, bind, form }] of events) {
    if (form === undefined) {
      refs[name] = bind === undefined
        ? new EventRef(name, target) : (bound: BoundValues): EventRef => new EventRef(name, target, boundTo(name, bound));
    } else if (form.phase === "change") {
      const both = (bound?: BoundValues): FormRefs => ({
        change: new EventRef(`${declared}.change`, target, bound), submit: new EventRef(`${declared}.submit`, target, bound),
      });
      refs[declared] = bind === undefined ? both() : (bound: BoundValues): FormRefs => both(boundTo(declared, bound));
    }
  }
  Object.freeze(refs);
  return (isDevelopment() ? declaredOnly(refs, owner) : refs) as EventRefs<string>;
}

/**
 * The values that an event is bound to. An event written without them would be refused at each click.
 *
 * @throws HoldfastError `bound_value_invalid` if they are no object
 */
function boundTo(name: string, bound: BoundValues): BoundValues {
  if (typeof bound === "object" && bound !== null) return bound;
  const at = callSite();
  throw new HoldfastError("bound_value_invalid", {
    what: `The event "${name}" has a schema for bound values, and is rendered without them.`, expected: "an object of values",
    got: describeValue(bound), ...(at !== undefined && { at }), fix: `on.${name}({ id: item.id })`,
  });
}

/**
 * The references, but reading a name that is no event throws. Without a compiler, a misspelt name is `undefined`, and an attribute
 * of `undefined` is left out: the button would do nothing, without a word.
 */
function declaredOnly(refs: Readonly<Record<string, unknown>>, owner: string): Readonly<Record<string, unknown>> {
  return new Proxy(refs, {
    get(_, name) {
      if (typeof name === "symbol" || name in refs) return Reflect.get(refs, name);
      const names = Object.keys(refs);
      const at = callSite();
      throw new HoldfastError("template_value_refused", {
        what: `The ${owner} renders on.${name}, and declares no such event.`,
        expected: names.length === 0 ? "an event of `events`, which is empty" : names.map((known) => `on.${known}`).join(", "),
        got: "undefined",
        ...(at !== undefined && { at }),
        fix:
          names.length === 0
            ? `events: { ${name}: { handle(socket) { … } } }`
            : `on.${nearest(name, names) ?? names[0]}, or declare ${name} in \`events\``,
      });
    },
  });
}
