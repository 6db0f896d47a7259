import type { ErrorParts } from "../errors/index.js";
import type { HtmlLiteral } from "./literals.js";
import type { Markup, MarkupElement } from "./markup.js";
import type { Project } from "./project.js";
import type { Span } from "./read-markup.js";
import type { RuleCode } from "./rules.js";

/** A template as the rules see it. */
export interface CheckedTemplate {
  readonly literal: HtmlLiteral;
  readonly markup: Markup;
  /** False if an error in its markup ended the reading. */
  readonly complete: boolean;
  /** The attributes that could not be read, as offsets in the template: what they hold is not judged a second time. */
  readonly skipped: readonly Span[];
  readonly project: Project;
  /** The enclosing template, if known. */
  readonly outer: CheckedTemplate | undefined;
  /** The templates in its holes, by hole. */
  readonly inner: ReadonlyMap<number, readonly CheckedTemplate[]>;
  /** Reports a problem at an offset in the template. */
  report(code: RuleCode, at: number, parts: Pick<ErrorParts, "what" | "expected" | "fix">): void;
}

/** The enclosing element, across templates; undefined if there is none, or it is unknown. */
export function parentOf(
  element: MarkupElement,
  template: CheckedTemplate,
): { readonly element: MarkupElement; readonly template: CheckedTemplate } | undefined {
  if (element.parent !== undefined) return { element: element.parent, template };
  const { outer, literal } = template;
  if (outer === undefined || literal.around === undefined) return undefined;
  const around = outer.markup.elementOf(literal.around.hole);
  return around && { element: around, template: outer };
}

/** The enclosing elements, across templates, nearest first. */
export function* ancestorsOf(element: MarkupElement, template: CheckedTemplate): Generator<MarkupElement, void> {
  for (let at = parentOf(element, template); at !== undefined; at = parentOf(at.element, at.template)) yield at.element;
}

/** A rule that checks one element. */
export type ElementRule = (element: MarkupElement, template: CheckedTemplate) => void;
