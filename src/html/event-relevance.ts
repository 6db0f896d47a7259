import type { Hole } from "./place.js";
import type { Template } from "./template.js";

const FIELDS: readonly string[] = ["input", "textarea"];

/**
 * The attributes that decide which events an element sends, and which fields a form sends that its user cannot change; with the elements
 * on which they do, if not on all.
 */
const RELEVANT: Readonly<Record<string, readonly string[] | undefined>> = {
  "data-phx-upload-ref": ["input"], disabled: undefined, form: undefined, id: ["form"], name: undefined, "phx-hook": FIELDS,
  "phx-update": undefined, readonly: FIELDS, type: ["input"], value: ["input"],
};

const known = new WeakMap<Template, readonly boolean[]>();

/**
 * For each hole of a template: whether text in it matters to its events and to the fields of its forms. All other text is only shown.
 */
export function relevantHoles(template: Template): readonly boolean[] {
  let relevant = known.get(template);
  if (relevant === undefined) known.set(template, (relevant = template.holes.map((hole) => holeIsRelevant(template, hole))));
  return relevant;
}

/** Whether an attribute of this name matters to an element's events, or to the fields of its form. */
export function isRelevant(attribute: string, tag: string): boolean {
  return Object.hasOwn(RELEVANT, attribute) && RELEVANT[attribute]?.includes(tag) !== false;
}

function holeIsRelevant({ elements }: Template, { place: { context, attribute, elementIndex } }: Hole): boolean {
  const element = elements[elementIndex];
  if (element === undefined) return false;
  if (context === "attribute") return attribute !== undefined && isRelevant(attribute, element.tag);
  // A read-only textarea sends its content.
  if (context === "rcdata") return element.tag === "textarea" && (element.attributes.has("readonly") || element.spreads.length > 0);
  return context === "spread";
}
