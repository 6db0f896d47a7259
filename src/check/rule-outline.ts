import { staticValue, type MarkupElement } from "./markup.js";
import type { CheckedTemplate } from "./template.js";

/** The page as a screen reader lists it, by headings and landmarks: skipped levels, and a second `<main>`. */
export function outline(template: CheckedTemplate): void {
  const shown = template.markup.elements.filter((element) => element.namespace === "html" && !element.attributes.has("hidden"));
  const [, ...more] = shown.filter(({ tag }) => tag === "main");
  for (const { at } of more) {
    template.report("main_duplicate", at, {
      what: "The template has a second <main>.",
      fix: "keep one for what the page is about, and use <section> for its parts",
    });
  }
  const headings = shown.filter(({ tag }) => /^h[1-6]$/.test(tag));
  for (const [index, heading] of headings.entries()) {
    const before = headings[index - 1];
    const level = levelOf(heading);
    if (
      before === undefined ||
      level === undefined ||
      level <= (levelOf(before) ?? level) + 1 ||
      mayStandBetween(before, heading, template)
    )
      continue;
    template.report("heading_skipped", heading.at, {
      what: `<${heading.tag}> follows <${before.tag}>: a level is skipped.`,
      fix: `write <h${Number(levelOf(before)) + 1}>, and size it with CSS`,
    });
  }
}

/** Undefined if a hole decides it. */
function levelOf({ tag, attributes }: MarkupElement): number | undefined {
  const level = attributes.get("aria-level");
  if (level === undefined) return Number(tag[1]);
  return level.value === undefined ? undefined : Number(level.value);
}

/** Whether a hole may contain a heading between two others. */
function mayStandBetween(one: MarkupElement, other: MarkupElement, { markup }: CheckedTemplate): boolean {
  return staticValue(one, "role") !== undefined || markup.holes.slice(one.holesBefore, other.holesBefore).some((hole, index) =>
    hole.content && !one.holes.includes(one.holesBefore + index));
}
