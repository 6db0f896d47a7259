import { editDistance, nearest } from "../errors/index.js";
import { optionFault, type OptionFault } from "../html/index.js";
import { ARIA_ATTRIBUTES, NATIVE_ROLES, REQUIRED, ROLES } from "./aria-names.js";
import { attributesOf, HTML_ELEMENTS, isHtmlElement, valuesOf } from "./html-names.js";
import { mayHave, staticValue, type MarkupAttribute, type MarkupElement } from "./markup.js";
import type { CheckedTemplate, ElementRule } from "./template.js";

/** JSX names of HTML attributes. */
const JSX_NAMES: ReadonlyMap<string, string> = new Map([["classname", "class"], ["htmlfor", "for"]]);

/** What Phoenix's `phoenix_html.js` reads, and what does its work here. */
const OF_PHOENIX_HTML: ReadonlyMap<string, string> = new Map([
  ["data-confirm", 'ask in a dialog, phx-click=${JS.show({ to: "#really" })}, whose button sends the event'],
  ["data-method", 'render a form that is posted: link({ href, method: "post", … })'],
]);

/** Unknown elements, attributes and attribute values. Custom elements, SVG and MathML have their own names. */
export const names: ElementRule = (element, template) => {
  const { tag, namespace, at } = element;
  for (const attribute of element.attributes.values()) {
    if (attribute.name.startsWith("aria-")) aria(attribute, template);
  }
  role(element, template);
  if (namespace !== "html" || tag.includes("-")) return;
  if (!isHtmlElement(tag)) {
    template.report("element_unknown", at, {
      what: `HTML has no element <${tag}>.`,
      fix: `write <${nearest(tag, HTML_ELEMENTS) ?? "span"}>, or a name with a hyphen for an element of your own`,
    });
    return;
  }
  for (const attribute of element.attributes.values()) {
    unknownAttribute(element, attribute, template);
    unknownValue(element, attribute, template);
    blockedScript(attribute, template);
    unreadAttribute(attribute, template);
  }
};

function unknownAttribute(element: MarkupElement, { name, rawName, at }: MarkupAttribute, template: CheckedTemplate): void {
  const known = attributesOf(element.tag);
  if (known.has(name) || isOfOthers(name, known) || element.attributes.has("is")) return;
  const instead = JSX_NAMES.get(name) ?? nearest(name, known) ?? "data-…";
  template.report("attribute_unknown", at, {
    what: `<${element.tag}> has no attribute ${rawName}.`, fix: `write ${instead}, or data-${name} for an attribute of your own`,
  });
}

function unreadAttribute({ name, at }: MarkupAttribute, template: CheckedTemplate): void {
  const fix = OF_PHOENIX_HTML.get(name);
  if (fix === undefined) return;
  template.report("attribute_never_read", at, {
    what: `${name} does nothing: the script that reads it belongs to Phoenix, and is not loaded here.`,
    fix: `${fix}; a script of your own reads it by another name`,
  });
}

/**
 * Attributes whose names HTML leaves to others: `data-*`, ARIA, the client's, and those of scripts such as `x-show` or
 * `@click`.
 */
function isOfOthers(name: string, known: ReadonlySet<string>): boolean {
  if (/^(?:data-|aria-|phx-|on[a-z])/.test(name)) return true;
  if (!/[-:@.]/.test(name)) return false;
  return ![...known].some((other) => other.includes("-") && editDistance(name, other) <= 2);
}

function unknownValue({ tag }: MarkupElement, { name, value, at }: MarkupAttribute, template: CheckedTemplate): void {
  if (value === undefined) return;
  const fault = name.startsWith("phx-") ? optionFault(name, value) : wordFault(value, valuesOf(tag, name));
  if (fault === undefined) return;
  const { expected, instead } = fault;
  template.report("attribute_value_unknown", at, {
    what: `${name}="${value}" means nothing.`,
    expected,
    fix: instead === "" ? `write ${name} without a value, or leave it out` : `write ${name}="${instead}"`,
  });
}

function wordFault(value: string, known: ReadonlySet<string> | undefined): OptionFault | undefined {
  if (known === undefined || known.has(value.trim().toLowerCase())) return undefined;
  return { expected: [...known].join(", "), instead: nearest(value, known) ?? [...known][0]! };
}

function blockedScript({ name, value, at }: MarkupAttribute, template: CheckedTemplate): void {
  if (value === undefined) return;
  if (/^on[a-z]+$/.test(name)) {
    template.report("script_blocked", at, {
      what: `${name} holds code, which the default Content-Security-Policy does not let run.`,
      fix: "bind a declared event, phx-click=${on.save}, or write a client hook",
    });
  } else if (/^\s*javascript:/i.test(value)) {
    template.report("script_blocked", at, {
      what: `${name} holds code, which the default Content-Security-Policy does not let run.`, fix: "use a <button> with phx-click",
    });
  }
}

// ---- ARIA ----

function aria({ name, value, at }: MarkupAttribute, template: CheckedTemplate): void {
  if (!ARIA_ATTRIBUTES.has(name)) {
    template.report("aria_unknown", at, {
      what: `ARIA has no attribute ${name}.`,
      fix: `write ${nearest(name, ARIA_ATTRIBUTES.keys()) ?? "aria-label"}`,
    });
    return;
  }
  const known = ARIA_ATTRIBUTES.get(name);
  if (known === undefined || value === undefined || value === "") return;
  for (const word of value.trim().split(/\s+/)) {
    if (known.has(word)) continue;
    template.report("aria_value_unknown", at, {
      what: `${name}="${value}" means nothing.`,
      expected: [...known].join(", "),
      fix: `write ${name}="${nearest(word, known) ?? "true"}"`,
    });
    return;
  }
}

function role(element: MarkupElement, template: CheckedTemplate): void {
  const value = staticValue(element, "role");
  if (value === undefined) return;
  const { at } = element.attributes.get("role")!;
  const words = value.trim().toLowerCase().split(/\s+/);
  const unknown = words.find((word) => !ROLES.has(word));
  if (unknown !== undefined) {
    template.report("role_unknown", at, {
      what: `ARIA has no role "${unknown}".`,
      fix: unknown === "" ? "leave the attribute out" : `write role="${nearest(unknown, ROLES) ?? "group"}"`,
    });
    return;
  }
  if (NATIVE_ROLES.get(element.tag) === words[0] && words.length === 1 && !mayHave(element, "aria-level")) {
    template.report("role_redundant", at, {
      what: `<${element.tag}> has the role "${words[0]}" by itself.`,
      fix: "leave the attribute out",
    });
    return;
  }
  // Native elements provide the state of their own role: <input type="checkbox" role="switch">.
  if (element.tag === "input" || /^h[1-6]$/.test(element.tag)) return;
  const missing = (REQUIRED.get(words[0]!) ?? []).filter((name) => !mayHave(element, name));
  if (missing.length > 0) {
    template.report("role_incomplete", at, {
      what: `role="${words[0]}" says nothing without ${missing.join(" and ")}.`,
      fix: `add ${missing.join(" and ")}, or use the HTML element that has this role`,
    });
  }
}
