import { mayHave, staticValue, type MarkupElement } from "./markup.js";
import type { CheckedTemplate, ElementRule } from "./template.js";

/**
 * Problems that the template alone shows: missing names, and elements that the keyboard cannot reach. It does not guess what
 * a hole contains. The rules are axe-core's.
 *
 * @see https://dequeuniversity.com/rules/axe/4.11
 */
export const accessibility: ElementRule = (element, template) => {
  if (element.namespace !== "html") return;
  RULES.get(element.tag)?.(element, template);
  const tabindex = staticValue(element, "tabindex");
  if (tabindex !== undefined && Number(tabindex) > 0) {
    template.report("tabindex_positive", element.attributes.get("tabindex")!.at, {
      what: `tabindex="${tabindex}" comes before everything else that the keyboard reaches.`,
      fix: 'write tabindex="0", and put the element where it belongs in the order',
    });
  }
  clickWithoutKeyboard(element, template);
};

const heading: ElementRule = (element, template) => {
  if (nameOf(element) === "none" && !isHidden(element)) {
    template.report("heading_empty", element.at, {
      what: `The <${element.tag}> has no text, and is read out as a heading.`,
      fix: "write the text, or leave the heading out",
    });
  }
};

const RULES: ReadonlyMap<string, ElementRule> = new Map(Object.entries<ElementRule>({
  img(element, template) {
    const decorates = /^(?:none|presentation)$/.test(staticValue(element, "role") ?? "");
    if (mayHave(element, "alt") || isNamed(element) || decorates || isHidden(element)) return;
    template.report("image_without_alt", element.at, {
      what: "The <img> has no alt: a screen reader reads out its address instead.",
      fix: 'describe it, alt="…", or write alt="" if it only decorates',
    });
  },
  area(element, template) {
    if (!element.attributes.has("href") || mayHave(element, "alt") || isNamed(element)) return;
    template.report("image_without_alt", element.at, { what: "The <area> is a link without alt.", fix: 'say where it leads: alt="…"' });
  },
  input(element, template) {
    const type = staticValue(element, "type")?.toLowerCase();
    if (type === "image" && !mayHave(element, "alt") && !isNamed(element)) {
      template.report("image_without_alt", element.at, { what: "The button is an image without alt.", fix: 'say what it does: alt="…"' });
    } else if (type === "button" && !isNamed(element) && (staticValue(element, "value") === "" || !mayHave(element, "value"))) {
      template.report("button_without_name", element.at, {
        what: 'The <input type="button"> has no value: nothing says what it does.',
        fix: 'write value="…"',
      });
    }
  },
  button(element, template) {
    if (nameOf(element) !== "none" || isHidden(element)) return;
    template.report("button_without_name", element.at, {
      what: "Nothing says what the <button> does.",
      fix: 'write it between the tags, or in aria-label="…" if it shows a picture',
    });
  },
  a(element, template) {
    if (!element.attributes.has("href") || nameOf(element) !== "none" || isHidden(element)) return;
    template.report("link_without_name", element.at, {
      what: "Nothing says where the link leads.",
      fix: 'write it between the tags, or in aria-label="…" if it shows a picture',
    });
  },
  iframe(element, template) {
    if (mayHave(element, "title") || isNamed(element) || isHidden(element)) return;
    template.report("frame_without_title", element.at, {
      what: "The <iframe> has no title: nothing says what is in it.",
      fix: 'write title="…"',
    });
  },
  html(element, template) {
    if (mayHave(element, "lang") && staticValue(element, "lang") !== "") return;
    template.report("page_without_lang", element.at, {
      what: "The page does not say its language: it is read out in the reader's.",
      fix: 'write <html lang="en">',
    });
  },
  meta(element, template) {
    const content = staticValue(element, "content");
    if (staticValue(element, "name")?.toLowerCase() !== "viewport" || content === undefined) return;
    if (!/user-scalable\s*=\s*(?:no|0)\b/i.test(content) && !/maximum-scale\s*=\s*(?:0|1)(?:\.\d*)?\s*(?:[,;]|$)/i.test(content)) return;
    template.report("zoom_disabled", element.attributes.get("content")!.at, {
      what: "The page cannot be enlarged.",
      fix: 'write content="width=device-width, initial-scale=1"',
    });
  },
  h1: heading, h2: heading, h3: heading, h4: heading, h5: heading, h6: heading,
}));

/** Elements that the keyboard can reach and activate. */
const OPERABLE: ReadonlySet<string> = new Set([
  "a", "area", "button", "details", "dialog", "input", "label", "option", "select", "summary", "textarea",
]);

function clickWithoutKeyboard(element: MarkupElement, template: CheckedTemplate): void {
  const click = element.attributes.get("phx-click");
  if (click === undefined || element.spread || OPERABLE.has(element.tag) || element.tag.includes("-") || isHidden(element)) return;
  if (element.attributes.has("role") && element.attributes.has("tabindex")) return;
  if (hasPlainButton(element)) return;
  template.report("click_without_keyboard", click.at, {
    what: `The <${element.tag}> can be clicked, and the keyboard does not reach it.`,
    fix: 'use a <button>, or add role, tabindex="0" and phx-keydown',
  });
}

/** Whether a button in it does nothing itself: its click, also by a key, bubbles to the element. */
function hasPlainButton(element: MarkupElement): boolean {
  return element.children.some((child) =>
    (child.tag === "button" && staticValue(child, "type") === "button" && !mayHave(child, "phx-click")) || hasPlainButton(child));
}

// ---- names ----

/** Whether an attribute names the element, or a hole may. */
function isNamed(element: MarkupElement): boolean {
  return element.spread || ["aria-label", "aria-labelledby", "title"].some((name) => {
    const attribute = element.attributes.get(name);
    return attribute !== undefined && attribute.value?.trim() !== "";
  });
}

function isHidden(element: MarkupElement): boolean {
  const attribute = element.attributes.get("aria-hidden");
  return element.attributes.has("hidden") || (attribute !== undefined && attribute.value !== "false");
}

/**
 * Whether an element has a name; `none` only if no hole could contain one.
 *
 * @see https://w3c.github.io/accname/
 */
function nameOf(element: MarkupElement): "some" | "none" {
  if (isNamed(element) || element.text !== "" || element.holes.length > 0 || isClientsOwn(element)) return "some";
  return element.children.some((child) => !isHiddenFromName(child) && isNaming(child)) ? "some" : "none";
}

/** Whether the browser may fill the element. */
function isClientsOwn(element: MarkupElement): boolean {
  return element.attributes.has("phx-hook") || element.attributes.has("phx-update");
}

function isHiddenFromName(element: MarkupElement): boolean {
  return staticValue(element, "aria-hidden") === "true" || (element.attributes.get("hidden")?.value !== undefined);
}

function isNaming(element: MarkupElement): boolean {
  if (element.tag === "img") {
    const alt = element.attributes.get("alt");
    return element.spread || (alt !== undefined && alt.value?.trim() !== "") || isNamed(element);
  }
  if (element.tag === "input" || element.tag === "select" || element.tag === "slot" || element.tag.includes("-")) return true;
  return nameOf(element) === "some";
}
