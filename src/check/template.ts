import type { ErrorParts } from "../errors/index.js";
import type { HtmlLiteral } from "./literals.js";
import type { Markup, MarkupElement } from "./markup.js";
import type { Project } from "./project.js";
import type { RuleCode } from "./rules.js";

/** A template as the rules look at it. */
export interface CheckedTemplate {
  readonly literal: HtmlLiteral;
  readonly markup: Markup;
  /** False if a fault of its markup ended the reading. */
  readonly complete: boolean;
  readonly project: Project;
  /** The template around it, if that is known. */
  readonly outer: CheckedTemplate | undefined;
  /** The literals that stand in its holes, by the hole. */
  readonly inner: ReadonlyMap<number, readonly CheckedTemplate[]>;
  /** Says what is wrong at an offset in the template. */
  report(code: RuleCode, at: number, parts: Pick<ErrorParts, "what" | "expected" | "fix">): void;
}

/** The element around one, across templates; undefined: it stands in none, or in one that is not known. */
export function parentOf(element: MarkupElement, template: CheckedTemplate): { readonly element: MarkupElement; readonly template: CheckedTemplate } | undefined {
  if (element.parent !== undefined) return { element: element.parent, template };
  const { outer, literal } = template;
  if (outer === undefined || literal.around === undefined) return undefined;
  const around = outer.markup.elementOf(literal.around.hole);
  return around && { element: around, template: outer };
}

/** The elements around one, across templates, the nearest first. */
export function* ancestorsOf(element: MarkupElement, template: CheckedTemplate): Generator<MarkupElement, void> {
  for (let at = parentOf(element, template); at !== undefined; at = parentOf(at.element, at.template)) yield at.element;
}

/** A rule: looks at one element. */
export type ElementRule = (element: MarkupElement, template: CheckedTemplate) => void;
