import type { Hole } from "./place.js";
import type { Template } from "./template.js";

const FIELDS: readonly string[] = ["input", "textarea"];

/**
 * The attributes that decide which events an element sends, and which fields a form sends that its user cannot change; with the elements
 * on which they do, if not on all.
 */
const TELLING: Readonly<Record<string, readonly string[] | undefined>> = {
  "data-phx-upload-ref": ["input"], disabled: undefined, form: undefined, id: ["form"], name: undefined, "phx-hook": FIELDS,
  "phx-update": undefined, readonly: FIELDS, type: ["input"], value: ["input"],
};

const known = new WeakMap<Template, readonly boolean[]>();

/**
 * For each hole of a template: whether text in it matters to its events and to the fields of its forms. All other text is only shown.
 */
export function tellingHoles(template: Template): readonly boolean[] {
  let telling = known.get(template);
  if (telling === undefined) known.set(template, (telling = template.holes.map((hole) => isTelling(template, hole))));
  return telling;
}

/** Whether an attribute of this name matters on an element. */
export function tells(attribute: string, tag: string): boolean {
  return Object.hasOwn(TELLING, attribute) && TELLING[attribute]?.includes(tag) !== false;
}

function isTelling({ elements }: Template, { place: { context, attribute, elementIndex } }: Hole): boolean {
  const element = elements[elementIndex];
  if (element === undefined) return false;
  if (context === "attribute") return attribute !== undefined && tells(attribute, element.tag);
  // A read-only textarea sends its content.
  if (context === "rcdata") return element.tag === "textarea" && (element.attributes.has("readonly") || element.spreads.length > 0);
  return context === "spread";
}
