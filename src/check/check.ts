import { withoutIgnored } from "./ignores.js";
import type { HtmlLiteral } from "./literals.js";
import { Findings, type Problem } from "./problem.js";
import { Project, type CheckedFile } from "./project.js";
import { accessibility } from "./rule-accessibility.js";
import { changedAssigns } from "./rule-assigns.js";
import { csrfTokens } from "./rule-csrf.js";
import { eventsAsText, pushedEvents, unsentEvents } from "./rule-events.js";
import { unreadableFields } from "./rule-forms.js";
import { duplicateIds, missingIds } from "./rule-ids.js";
import { fields, labels } from "./rule-labels.js";
import { linksInCode, linksInTemplates } from "./rule-links.js";
import { names } from "./rule-names.js";
import { nesting } from "./rule-nesting.js";
import { outline } from "./rule-outline.js";
import { droppedResults } from "./rule-promises.js";
import { missingTags } from "./rule-tags.js";
import { cancelledTasks } from "./rule-tasks.js";
import { topicsAndMessages } from "./rule-topics.js";
import { shownValues } from "./rule-values.js";
import type { CheckedTemplate, ElementRule } from "./template.js";

/** Rules that check a start tag alone. */
const TAG_RULES: readonly ElementRule[] = [names, eventsAsText, unsentEvents, linksInTemplates];
/** Rules that check what is inside an element, or around it. */
const TREE_RULES: readonly ElementRule[] = [nesting, missingIds, csrfTokens, fields, labels, accessibility];

/**
 * Checks files together, because one may use what another declares.
 *
 * @returns the problems, by file and line
 */
export function check(files: readonly CheckedFile[]): Problem[] {
  const project = new Project(files);
  return files.flatMap((file) => checkFile(file, project));
}

function checkFile(file: CheckedFile, project: Project): Problem[] {
  const { source } = file;
  const findings = new Findings();
  if (source.fault !== undefined) {
    findings.inCode(source, "source_unreadable", source.fault.at, {
      what: source.fault.what,
      fix: "correct it: what cannot be read is not checked",
    });
    return findings.all.map(({ problem }) => problem);
  }
  checkTemplates(file, project, findings);
  droppedResults(source, findings);
  pushedEvents(source, project, findings);
  linksInCode(source, project, findings);
  topicsAndMessages(source, findings);
  cancelledTasks(source, project, findings);
  unreadableFields(source, findings);
  changedAssigns(source, findings);
  return withoutIgnored(source, [...findings.all], findings).toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function checkTemplates({ source, literals }: CheckedFile, project: Project, findings: Findings): void {
  const templates = new Map<HtmlLiteral, CheckedTemplate>();
  const innerOf = new Map<HtmlLiteral, Map<number, CheckedTemplate[]>>();
  for (const [literal, { markup, complete, refused, skipped }] of literals) {
    for (const { code, at, parts } of refused) findings.inLiteral(literal, code, at, parts);
    const inner = new Map<number, CheckedTemplate[]>();
    innerOf.set(literal, inner);
    const template: CheckedTemplate = {
      literal, markup, complete, skipped, project, inner, outer: literal.around && templates.get(literal.around.literal),
      report: (code, at, parts) => findings.inLiteral(literal, code, at, { ...parts, got: markup.excerpt(at) }),
    };
    templates.set(literal, template);
    if (literal.around === undefined) continue;
    const siblings = innerOf.get(literal.around.literal);
    siblings?.set(literal.around.hole, [...(siblings.get(literal.around.hole) ?? []), template]);
  }
  for (const template of templates.values()) {
    const rules = template.complete ? [...TAG_RULES, ...TREE_RULES] : TAG_RULES;
    for (const element of template.markup.elements) for (const rule of rules) rule(element, template);
    if (template.complete) outline(template);
    duplicateIds(template);
    shownValues(template, findings);
  }
  missingTags(source, templates.values(), findings);
}
