import type { TemplateElement } from "./place.js";
import { Spread } from "./spread.js";
import type { Template } from "./template.js";

/** Elements whose `disabled` means something to a browser and to the client. */
const CAN_BE_DISABLED: ReadonlySet<string> = new Set(["button", "fieldset", "input", "optgroup", "option", "select", "textarea"]);
/** Elements that a disabled `<fieldset>` around them disables. */
const CONTROLS: ReadonlySet<string> = new Set(["button", "fieldset", "input", "select", "textarea"]);

/**
 * Whether an element is disabled as a template was rendered: by its own attribute, or by a `<fieldset>` around it, unless it
 * stands in that fieldset's first `<legend>`. A browser sends no events of such an element.
 *
 * @param values what the template was rendered with
 * @param elementIndex the element, as a hole's place or a static binding names it
 * @param outside true if a `<fieldset>` around the whole template disables what stands in it; default false
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-fe-disabled
 */
export function isDisabled(template: Template, values: readonly unknown[], elementIndex: number, outside = false): boolean {
  const element = template.elements[elementIndex];
  if (element === undefined) return false;
  if (CAN_BE_DISABLED.has(element.tag) && hasDisabled(element, values)) return true;
  return CONTROLS.has(element.tag) && controlsDisabledIn(template, values, element.parent, outside);
}

/**
 * Whether form controls are disabled that stand in an element, because a `<fieldset>` is: the element itself or one around
 * it. Use it with the place of a hole to go on into the template that the hole holds.
 *
 * @param elementIndex the element that the controls stand in; -1: none of this template
 */
export function controlsDisabledIn(template: Template, values: readonly unknown[], elementIndex: number, outside = false): boolean {
  const { elements } = template;
  let child: TemplateElement | undefined;
  for (let element = elements[elementIndex]; element !== undefined; element = elements[element.parent]) {
    if (element.tag === "fieldset" && hasDisabled(element, values) && !isFirstLegend(child, elements)) return true;
    child = element;
  }
  return outside;
}

function hasDisabled({ attributes, spreads }: TemplateElement, values: readonly unknown[]): boolean {
  const own = attributes.get("disabled");
  // Within quotes the attribute is there, whatever its value is.
  if (own !== undefined) return own.holes.length === 0 || own.quoted || isPresent(values[own.holes[0]!]);
  return spreads.some((hole) => {
    const value = values[hole];
    return value instanceof Spread && value.entries.some(([name, part]) => name === "disabled" && isPresent(part));
  });
}

function isPresent(value: unknown): boolean {
  return value !== false && value !== null && value !== undefined;
}

function isFirstLegend(child: TemplateElement | undefined, elements: readonly TemplateElement[]): boolean {
  return child?.tag === "legend" && elements.find(({ tag, parent }) => tag === "legend" && parent === child.parent) === child;
}
