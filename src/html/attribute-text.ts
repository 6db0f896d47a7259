import { HoldfastError } from "../errors/index.js";
import { ANY_ELEMENT, attributeRefusal, wholeWriter } from "./contexts.js";
import { ATTRIBUTE_NAME } from "./elements.js";
import { Spot } from "./values.js";

/**
 * The text of an attribute that is set outside a template, under the rules that apply inside one. Its element is unknown, so
 * the strictest rule of any element applies.
 *
 * @param by who sets it, for the error: "JS.setAttribute"
 * @returns the text, not escaped
 * @throws HoldfastError `template_value_refused` for `on…` and the like, and for a value that the attribute cannot have
 * @example
 * attributeText("href", "java\tscript:alert(1)", "JS.setAttribute") // "about:invalid#blocked"
 */
export function attributeText(name: string, value: unknown, by: string): string {
  const attribute = name.toLowerCase();
  if (!ATTRIBUTE_NAME.test(attribute)) {
    throw new HoldfastError("template_value_refused", {
      what: `${by} sets something that is not an attribute name.`,
      expected: "letters, digits and . _ : -",
      got: "another text",
      fix: "write the name out",
    });
  }
  const refusal = attributeRefusal(attribute, ANY_ELEMENT);
  if (refusal !== undefined) {
    throw new HoldfastError("template_value_refused", {
      what: `${by} cannot set ${attribute}. ${refusal.what}`, expected: "another attribute", got: attribute, fix: refusal.fix,
    });
  }
  return wholeWriter(attribute, ANY_ELEMENT)(value, new Spot(`in the attribute ${attribute}, which ${by} sets`));
}
