import { checkProps } from "../errors/options.js";
import { HoldfastError, type Mistake } from "../errors/index.js";
import { clientAttributeKind, nearestClientAttribute, VALUE, valueAttribute, type CommandBinding, type OptionBinding } from "./bindings.js";
import type { ClassList } from "./class-list.js";
import type { ClientCommand } from "./command.js";
import { ATTRIBUTE_NAME } from "./elements.js";
import type { StyleMap, Styles } from "./style-map.js";

/** The argument of `spread`: attributes by their HTML names. */
export interface SpreadAttributes {
  readonly [name: string]: SpreadValue;
}

type SpreadValue = string | number | bigint | boolean | null | undefined | ClientCommand | ClassList | StyleMap | Styles;

/** A `Mistake` for what `spread` refuses as it is written: `on…`, `phx-*` that the client does not know, and text in a binding. */
type Spreadable<Name, Value> =
  Name extends `on${string}` ? Mistake<"the browser's own events run code in the page: bind a declared event, phx-click">
    : Name extends CommandBinding
      ? [Extract<Value, string>] extends [never] ? unknown : Mistake<"a binding takes an event or commands: on.save, JS.hide()">
    : Name extends "phx-hook" ? [Value] extends [string] ? Mistake<"a hook's name stands in the template: phx-hook=\"Chart\""> : unknown
    : Name extends OptionBinding ? unknown
    : Name extends `phx-value-${infer Value}`
      ? string extends Value ? unknown
        : Value extends Lowercase<Value> ? unknown : Mistake<"a browser makes attribute names lower-case: phx-value-user-id">
    : Name extends `phx-${infer Misspelt}` ? (string extends Misspelt ? unknown : Mistake<`the client knows no attribute ${Name}`>)
    : unknown;

/** Attributes with their names, for a hole in a start tag. */
export class Spread {
  readonly #entries: readonly (readonly [name: string, value: unknown])[];

  constructor(entries: readonly (readonly [name: string, value: unknown])[]) {
    this.#entries = entries;
  }

  get entries(): readonly (readonly [name: string, value: unknown])[] {
    return this.#entries;
  }
}

/**
 * Attributes for a hole in a start tag, like `{...props}` in JSX. Each is checked and written as `name=${value}` would be;
 * all form one slot, which is sent again when one of them changes.
 *
 * @param attributes names as in HTML; `false`, `null` and `undefined` leave one out
 * @throws HoldfastError `template_malformed` for an invalid name; when it is rendered, `template_value_refused` for a value
 * that the attribute cannot have, for `on…`, and for an attribute that the template already has
 * @example
 * html`<input id="title" ${spread({ type: "text", required: true, "aria-invalid": errors.length > 0 })}>`
 */
export function spread<A extends object & { readonly [Name in keyof A]: SpreadValue }>(
  attributes: A & { readonly [Name in keyof A]: Spreadable<Name, A[Name]> } & { readonly [Symbol.iterator]?: never },
): Spread {
  checkProps({ of: "spread", fix: 'spread({ title: post.title })' }, attributes);
  const seen = new Set<string>();
  return new Spread(Object.entries(attributes).map(([written, value]) => {
    const name = written.toLowerCase();
    if (!ATTRIBUTE_NAME.test(name)) {
      throw malformed("spread was given something that is not an attribute's name.", "letters, digits and . _ : -", "other characters",
        "write attributes as in HTML; never take their names from a user");
    }
    if (name.startsWith(VALUE) && written !== name) {
      throw malformed(`${written} arrives as "${name.slice(VALUE.length)}": a browser makes attribute names lower-case.`,
        valueAttribute(written), written, "write it in lower case, with hyphens");
    }
    if (name.startsWith("phx-") && clientAttributeKind(name) === undefined) {
      throw malformed(`The client knows no attribute ${name}.`, nearestClientAttribute(name), name, "correct the name, or use data-*");
    }
    if (seen.has(name)) throw malformed(`The attribute ${name} is spread twice.`, "each once", name, "leave one out");
    seen.add(name);
    return [name, value] as const;
  }));
}

function malformed(what: string, expected: string, got: string, fix: string): HoldfastError {
  return new HoldfastError("template_malformed", { what, expected, got, fix });
}
