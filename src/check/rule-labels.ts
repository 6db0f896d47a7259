import { mayHave, staticValue, type MarkupElement } from "./markup.js";
import { ancestorsOf, parentOf, type CheckedTemplate, type ElementRule } from "./template.js";

const LABELABLE: ReadonlySet<string> = new Set(["button", "input", "meter", "output", "progress", "select", "textarea"]);
/** Inputs that name themselves, or that are not shown. */
const NAMED_INPUTS: ReadonlySet<string> = new Set(["button", "hidden", "image", "reset", "submit"]);

/** Fields without an accessible name. */
export const fields: ElementRule = (element, template) => {
  const { tag, at } = element;
  if (tag !== "input" && tag !== "select" && tag !== "textarea") return;
  const type = element.attributes.get("type");
  if (type !== undefined && (type.value === undefined || NAMED_INPUTS.has(type.value.toLowerCase()))) return;
  if (["aria-label", "aria-labelledby", "title", "placeholder"].some((name) => mayHave(element, name))) return;
  // A field at the top of a template may be inside another template's label, and one with an id from a hole may have its
  // label anywhere.
  if (template.literal.handedOver || parentOf(element, template) === undefined) return;
  const id = element.attributes.get("id");
  if (
    id !== undefined &&
    (id.value === undefined || template.project.labelledIds.has(id.value) || template.project.mentions(template.literal.file, id.value))
  )
    return;
  for (const { tag: outer } of ancestorsOf(element, template)) if (outer === "label" || outer.includes("-")) return;
  template.report("field_without_label", at, {
    what: `Nothing names this <${tag}>${type === undefined ? "" : ` of type ${type.value}`}: a screen reader cannot say what it is for.`,
    fix: "put it into a <label>, or give it an id and write <label for=\"…\">; aria-label names it without showing",
  });
};

/** Labels without a field. */
export const labels: ElementRule = (element, template) => {
  if (element.tag !== "label" || element.spread) return;
  const target = element.attributes.get("for");
  if (target === undefined ? holdsField(element) : target.value === undefined || isTarget(target.value, template)) return;
  template.report("label_without_field", target?.at ?? element.at, {
    what:
      target === undefined
        ? "This <label> holds no field, and names none with for."
        : `No field has the id "${target.value}", which this <label> is for.`,
    fix: 'write for="…" with the field\'s id, or put the field into the label',
  });
};

/** Whether it contains a field, or may. */
function holdsField({ children, holes }: MarkupElement): boolean {
  return holes.length > 0 || children.some((child) => LABELABLE.has(child.tag) || child.tag.includes("-") || holdsField(child));
}

/** Whether an element has the id, or may: in the file, or from a hole beside the label. */
function isTarget(id: string, template: CheckedTemplate): boolean {
  if (template.project.mentions(template.literal.file, id)) return true;
  for (let each: CheckedTemplate | undefined = template; each !== undefined; each = each.outer) if (mayBring(each)) return true;
  return template.literal.handedOver;
}

/** Whether a hole of the template may contain a field with any id. */
function mayBring(template: CheckedTemplate): boolean {
  const { markup, inner, literal } = template;
  if (markup.elements.some((element) => element.spread || (element.attributes.has("id") && staticValue(element, "id") === undefined))) {
    return true;
  }
  return markup.holes.some(
    ({ content }, hole) => content && (inner.get(hole)?.some((nested) => mayBring(nested)) ?? !isText(literal.holes[hole]!.type)),
  );
}

function isText(type: string): boolean {
  return type === "Literal" || type === "TemplateLiteral";
}
