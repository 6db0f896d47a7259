import { HoldfastError } from "../errors/index.js";
import { checkValue, FUNCTION, ITERABLE, type OptionsPlace } from "../errors/options.js";
import { Comprehension, markMemo } from "./comprehension.js";
import { Rendered, type Content, type TemplateValue } from "./rendered.js";
import { Template } from "./template.js";

const templates = new WeakMap<TemplateStringsArray, Template>();
// The rows of a list come from one literal: most lookups are for the template that was looked up last.
let lastStrings: TemplateStringsArray | undefined;
let lastTemplate: Template | undefined;

/**
 * The template tag. Every value is escaped for its context; `false`, `null` and `undefined` render nothing; `name=${value}`
 * without quotes writes the attribute, its name alone (`true`) or nothing (`false`). `class` takes lists and `classes(…)`,
 * `style` takes `styles(…)`, and `<input ${spread({ … })}>` attributes with their names.
 *
 * @returns a `Rendered`: nothing is turned into text yet
 * @throws HoldfastError `template_hole_forbidden` for a hole in `<script>`, `<style>`, `on…`, a comment or a name;
 * `template_malformed` for HTML that a browser would repair, and for `phx-*` that the client does not know; `template_not_tagged`
 * if it is called as a function
 * @example
 * html`<a href="/posts/${post.id}" class=${classes("title", { draft: post.draft })}>${post.title}</a>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly TemplateValue[]): Rendered {
  if (strings === lastStrings) return new Rendered(lastTemplate!, values);
  let template = templates.get(strings);
  if (template === undefined) {
    // A plain array has no `raw`: it could come from a user, and a user's text must never become a template.
    if (!Array.isArray(strings) || !Array.isArray(strings.raw)) {
      throw new HoldfastError("template_not_tagged", {
        what: "html was called with something that is not a template literal.",
        expected: "html`…`",
        got: typeof strings,
        fix: "use it as a tag, without parentheses",
      });
    }
    template = new Template(strings);
    templates.set(strings, template);
  }
  lastStrings = strings;
  lastTemplate = template;
  return new Rendered(template, values);
}

const KEYED: OptionsPlace = { of: "keyed", fix: "keyed(posts, (post) => post.id, (post) => html`<li>${post.title}</li>`)" };

/**
 * A list with keys: when items move, are inserted or deleted, only that goes to the browser, and focus and scroll positions
 * stay with their item. So does text in the focused input; another input keeps what was typed only if the server renders
 * its value, or if it has `phx-update="ignore"`.
 *
 * @param items what to render, in order
 * @param key an item's key, unique in the list (a string or a number)
 * @param render an item's template; called when the list is compared or written, for every item
 * @throws HoldfastError `template_value_refused` for something that is not a list; `template_keys_not_unique` when it is rendered
 * and two items have the same key
 * @example
 * html`<ul>${keyed(posts, (post) => post.id, (post) => html`<li>${post.title}</li>`)}</ul>`
 */
export function keyed<T>(
  items: Iterable<T>,
  key: (item: T, index: number) => string | number,
  render: (item: T, index: number) => Content,
): Comprehension {
  checkValue("template_value_refused", KEYED, "the key", key, FUNCTION);
  checkValue("template_value_refused", KEYED, "the template", render, FUNCTION);
  if (Array.isArray(items)) return new Comprehension(items, key, render);
  checkValue("template_value_refused", KEYED, "the list", items, ITERABLE);
  return new Comprehension([...items], key, render);
}

/**
 * Declares that an item's template depends on nothing but the item: one that is the same value as in the last render is neither
 * rendered nor compared again, so an event on a long page costs only what it changed. Call it once, outside `render`.
 *
 * Changes to anything else that the template reads go unnoticed, and so does an item mutated in place: replace it instead. Items that
 * contain live components or streams are always rendered.
 *
 * @example
 * const row = memo((post: Post) => html`<li id="post-${post.id}">${post.title}</li>`);
 * // in render: keyed(posts, (post) => post.id, row)
 */
export function memo<T>(render: (item: T) => Rendered): (item: T) => Rendered {
  checkValue(
    "template_value_refused",
    { of: "memo", fix: "memo((post) => html`<li>${post.title}</li>`)" },
    "the template",
    render,
    FUNCTION,
  );
  // A new function, so that the given one stays unmarked elsewhere.
  const marked = (item: T): Rendered => render(item);
  markMemo(marked);
  return marked;
}
