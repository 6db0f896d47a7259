import type { TemplateElement } from "./place.js";
import { Spread } from "./spread.js";
import type { Template } from "./template.js";

/** Elements whose `disabled` has an effect in a browser and in the client. */
const CAN_BE_DISABLED: ReadonlySet<string> = new Set(["button", "fieldset", "input", "optgroup", "option", "select", "textarea"]);
/** Elements that an enclosing disabled `<fieldset>` disables. */
const CONTROLS: ReadonlySet<string> = new Set(["button", "fieldset", "input", "select", "textarea"]);

/**
 * Whether an element is disabled as rendered: by its own attribute, or by an enclosing `<fieldset>`, unless it is in that
 * fieldset's first `<legend>`. A browser sends no events from such an element.
 *
 * @param values what the template was rendered with
 * @param elementIndex the element, as a hole's place or a static binding names it
 * @param outside true if a `<fieldset>` around the whole template disables its content; default false
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-fe-disabled
 */
export function isDisabled(template: Template, values: readonly unknown[], elementIndex: number, outside = false): boolean {
  if (!template.disables && !outside) return false;
  const element = template.elements[elementIndex];
  if (element === undefined) return false;
  if (CAN_BE_DISABLED.has(element.tag) && hasDisabled(element, values)) return true;
  return CONTROLS.has(element.tag) && controlsDisabledIn(template, values, element.parent, outside);
}

/**
 * Whether the form controls inside an element are disabled by a `<fieldset>`: the element itself or an enclosing one. Use it
 * with the place of a hole to continue into the template in that hole.
 *
 * @param elementIndex the element that contains the controls; -1: none of this template
 */
export function controlsDisabledIn(template: Template, values: readonly unknown[], elementIndex: number, outside = false): boolean {
  const { elements, disables } = template;
  if (!disables) return outside;
  let child: TemplateElement | undefined;
  for (let element = elements[elementIndex]; element !== undefined; element = elements[element.parent]) {
    if (element.tag === "fieldset" && hasDisabled(element, values) && !isFirstLegend(child, elements)) return true;
    child = element;
  }
  return outside;
}

function hasDisabled({ attributes, spreads }: TemplateElement, values: readonly unknown[]): boolean {
  const own = attributes.get("disabled");
  if (own !== undefined) return own.holes.length === 0 || isPresent(values[own.holes[0]!]);
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
