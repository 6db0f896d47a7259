import type { MarkupElement } from "./markup.js";
import { ancestorsOf, parentOf, type CheckedTemplate, type ElementRule } from "./template.js";

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** Start tags that end an open `<p>`. */
const ENDS_P =
  words(`address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form h1 h2 h3
  h4 h5 h6 header hgroup hr li listing main menu nav ol p pre search section summary table ul`);
/** Elements beyond which an open `<p>`, `<li>` or `<button>` is not looked for: the standard's "scope". */
const SCOPE = words("applet button caption html marquee object table td template th");
/** Elements that end the search for an open list item: the standard's "special" ones, except `address`, `div` and `p`. */
const ITEM_SCOPE =
  words(`article aside blockquote body button caption center details dir dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
  header hgroup html main menu nav ol pre search section select summary table tbody td template tfoot th thead tr ul`);
/** The parents that these elements require. */
const PARENTS: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries({
  tr: words("table tbody tfoot thead template"), td: words("tr template"), th: words("tr template"),
  tbody: words("table template"), thead: words("table template"), tfoot: words("table template"),
  caption: words("table template"), colgroup: words("table template"), col: words("colgroup table template"),
  head: words("html"), body: words("html"),
}));
/** What may be in a part of a table; a browser moves anything else before the table. */
const TABLE_CONTENT: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries({
  table: words("caption col colgroup thead tbody tfoot tr script style template"),
  tbody: words("tr script style template"), thead: words("tr script style template"), tfoot: words("tr script style template"),
  tr: words("td th script style template"), colgroup: words("col template"),
}));
/** Elements whose end tags a part of a `<ruby>` implies. */
const IMPLIED_END = words("dd dt li optgroup option p rp rt");
/** What may be in a select's list. For anything else some browsers drop the tags, and others do not. */
const SELECT_CONTENT: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries({
  select: words("button div hr noscript optgroup option script template"),
  optgroup: words("div hr legend noscript option script template"),
}));
/** What users click or type in: not allowed inside a link or a button. */
const INTERACTIVE = words("a button details embed iframe input label select textarea");

/**
 * Elements that a browser would move elsewhere, and links or buttons inside one another.
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody
 */
export const nesting: ElementRule = (element, template) => {
  if (element.namespace !== "html") return;
  const broken = brokenBy(element, template);
  if (broken !== undefined) template.report("nesting_invalid", element.at, broken);
  strayText(element, template);
};

function brokenBy(element: MarkupElement, template: CheckedTemplate): { what: string; fix: string } | undefined {
  const { tag } = element;
  const parent = parentOf(element, template)?.element;
  if (parent !== undefined && parent.namespace === "html") {
    const parents = PARENTS.get(tag);
    if (parents !== undefined && !parents.has(parent.tag)) {
      return {
        what: `<${tag}> is in a <${parent.tag}>, where a browser drops the tag.`,
        fix: `put it into a ${[...parents]
          .filter((name) => name !== "template")
          .map((name) => `<${name}>`)
          .join(" or ")}`,
      };
    }
    const allowed = TABLE_CONTENT.get(parent.tag);
    if (allowed !== undefined && !allowed.has(tag) && !isHiddenInput(element)) {
      return {
        what: `<${tag}> is in a <${parent.tag}>: a browser moves it before the table.`,
        fix: `put it into a <${parent.tag === "tr" ? "td" : "caption"}>, or outside of the table`,
      };
    }
    if (SELECT_CONTENT.get(parent.tag)?.has(tag) === false) {
      return { what: `<${tag}> is in a <${parent.tag}>, where some browsers drop the tag.`, fix: "put it into an <option>, or outside" };
    }
    if (parent.tag === "option" && (tag === "option" || tag === "optgroup")) return ends(tag, parent.tag);
    if (/^h[1-6]$/.test(tag) && /^h[1-6]$/.test(parent.tag)) return ends(tag, parent.tag);
  }
  return inOpen(element, parent?.tag ?? "", template);
}

/** Elements that are ended or broken by an element further out. */
function inOpen(element: MarkupElement, parent: string, template: CheckedTemplate): { what: string; fix: string } | undefined {
  const { tag } = element;
  let inScope = true;
  let inItemScope = true;
  for (const { tag: outer, namespace } of ancestorsOf(element, template)) {
    if (namespace !== "html") return undefined;
    if (inScope && outer === "p" && ENDS_P.has(tag)) return ends(tag, outer);
    if (inScope && outer === "button" && tag === "button") return ends(tag, outer);
    if (outer === "ruby" && (tag === "rt" || tag === "rp") && IMPLIED_END.has(parent)) return ends(tag, parent);
    if (inItemScope && isItemOf(tag, outer)) return ends(tag, outer);
    if (tag === "form" && outer === "form") {
      return { what: "A <form> is inside another: a browser drops it.", fix: 'put it outside, and name it in the fields: form="id"' };
    }
    if ((outer === "a" || outer === "button") && INTERACTIVE.has(tag) && !isHiddenInput(element)) {
      return {
        what: `<${tag}> is in ${outer === "a" ? "an <a>" : "a <button>"}: it is unclear which of the two a click means.`,
        fix: "put them beside each other",
      };
    }
    if (SCOPE.has(outer)) inScope = false;
    if (ITEM_SCOPE.has(outer)) inItemScope = false;
    if (outer === "template") return undefined;
  }
  return undefined;
}

function isItemOf(tag: string, outer: string): boolean {
  return tag === "li" ? outer === "li" : (tag === "dd" || tag === "dt") && (outer === "dd" || outer === "dt");
}

function isHiddenInput({ tag, attributes }: MarkupElement): boolean {
  return tag === "input" && attributes.get("type")?.value?.toLowerCase() === "hidden";
}

function ends(tag: string, outer: string): { what: string; fix: string } {
  return {
    what: `<${tag}> closes the <${outer}> around it.`,
    fix: `close the <${outer}> before it, or use <${outer === "p" ? "div" : "span"}> instead`,
  };
}

function strayText(element: MarkupElement, template: CheckedTemplate): void {
  if (!TABLE_CONTENT.has(element.tag) || element.text === "") return;
  template.report("nesting_invalid", element.at, {
    what: `Text is in a <${element.tag}>: a browser moves it before the table.`,
    fix: "put it into a cell or a <caption>",
  });
}
