import { booleanValue } from "./boolean-attributes.js";
import type { TemplateElement } from "./place.js";
import { Spread } from "./spread.js";

/**
 * The text of an element's attribute as a template was rendered; undefined if the element does not have it, or if its value is
 * no text.
 *
 * @param values what the template was rendered with
 */
export function elementValue({ attributes, spreads }: TemplateElement, values: readonly unknown[], name: string): string | undefined {
  const own = attributes.get(name);
  if (own === undefined) {
    for (const hole of spreads) {
      const spread = values[hole];
      const entry = spread instanceof Spread ? spread.entries.find(([written]) => written === name) : undefined;
      if (entry !== undefined) return whole(name, entry[1]);
    }
    return undefined;
  }
  if (own.holes.length === 0) return own.value;
  if (!own.quoted) return whole(name, values[own.holes[0]!]);
  return own.parts.reduce((text, part, index) => `${text}${partText(values[own.holes[index - 1]!])}${part}`);
}

/** The value of `name=${value}`; undefined if the value leaves the attribute out, or is no text. */
function whole(name: string, value: unknown): string | undefined {
  return typeof value === "boolean" ? booleanValue(name, value) : text(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
}

function partText(value: unknown): string {
  return text(value) ?? "";
}
