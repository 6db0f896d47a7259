import { HoldfastError } from "../errors/index.js";
import { escapeHtml } from "./escape.js";
import type { Hole } from "./holes.js";
import { scan } from "./scanner.js";

/** A scanned template. There is one per place in the source, so two renders of it are compared by identity. */
export class Template {
  readonly statics: readonly string[];
  readonly holes: readonly Hole[];
  readonly root: boolean;

  constructor(strings: readonly string[]) {
    const { statics, holes, root } = scan(strings);
    this.statics = statics;
    this.holes = holes;
    this.root = root;
  }
}

/**
 * What a template gives: its template and its values, nothing rendered yet. The diff compares it with the last one, the
 * first response writes it as HTML; both go through the same holes.
 */
export class Rendered {
  readonly template: Template;
  readonly values: readonly unknown[];

  constructor(template: Template, values: readonly unknown[]) {
    this.template = template;
    this.values = values;
  }

  /** The HTML that this renders to. */
  toString(): string {
    return renderToString(this);
  }
}

/** A list whose items are known by key, so that a moved item moves in the browser too. */
export class Comprehension {
  readonly keys: readonly unknown[];
  readonly items: readonly unknown[];

  constructor(keys: readonly unknown[], items: readonly unknown[]) {
    this.keys = keys;
    this.items = items;
  }
}

/** HTML that is already safe. Only `trustedHtml` makes it, so that a search for that name finds every such place. */
export class SafeHtml {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** What may stand between tags. */
export type Content =
  | Rendered | Comprehension | SafeHtml | string | number | bigint | boolean | null | undefined | readonly Content[];

const templates = new WeakMap<TemplateStringsArray, Template>();

/**
 * The template tag. Every value is escaped for the place where it stands; `false`, `null` and `undefined` render nothing;
 * `name=${value}` without quotes writes the attribute, its name alone (`true`) or nothing (`false`).
 *
 * @returns a `Rendered`: nothing is turned into text yet
 * @throws HoldfastError `template_hole_forbidden` for a hole in `<script>`, `<style>`, `on…`, a comment or a name;
 * `template_malformed` if an element is left open; `template_not_tagged` if it is called as a function
 * @example
 * html`<a href="/posts/${post.id}" class=${post.draft && "draft"}>${post.title}</a>`
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Rendered {
  let template = templates.get(strings);
  if (template === undefined) {
    // A plain array has no `raw`: it could be a user's text, and text must never become a template.
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
  return new Rendered(template, values);
}

/**
 * A list with keys: when items move, are inserted or deleted, only that goes to the browser, and focus and scroll positions
 * stay with their item. So does text in the focused input; another input keeps what was typed only if the server renders
 * its value, or if it has `phx-update="ignore"`.
 *
 * @param items what to render, in order
 * @param key an item's key, unique in the list (a string or a number)
 * @param render an item's template
 * @throws HoldfastError `template_keys_not_unique` when it is rendered and two items have the same key
 * @example
 * html`<ul>${keyed(posts, (post) => post.id, (post) => html`<li>${post.title}</li>`)}</ul>`
 */
export function keyed<T>(
  items: Iterable<T>,
  key: (item: T, index: number) => string | number,
  render: (item: T, index: number) => Content,
): Comprehension {
  const keys: unknown[] = [];
  const rendered: unknown[] = [];
  let index = 0;
  for (const item of items) {
    keys.push(key(item, index));
    rendered.push(render(item, index));
    index++;
  }
  return new Comprehension(keys, rendered);
}

/**
 * Puts HTML into a template as it is. Whoever can influence the text can run code in your users' browsers: pass only what
 * you wrote, or what a sanitizer returned.
 *
 * @example
 * html`<article>${trustedHtml(sanitize(markdown(post.body)))}</article>`
 */
export function trustedHtml(text: string): SafeHtml {
  return new SafeHtml(text);
}

/** Writes a template as HTML: what the first response holds, and what the client makes of the tree that the socket sends. */
export function renderToString(rendered: Rendered): string {
  const { statics, holes } = rendered.template;
  const { values } = rendered;
  let out = statics[0]!;
  for (let i = 0; i < holes.length; i++) {
    const hole = holes[i]!;
    const value = values[i];
    out += hole.content ? contentToString(value, hole) : hole.encode(value);
    out += statics[i + 1]!;
  }
  return out;
}

function contentToString(value: unknown, hole: Hole): string {
  if (typeof value === "string") return escapeHtml(value);
  if (value instanceof Rendered) return renderToString(value);
  if (value instanceof Comprehension || Array.isArray(value)) {
    const items: readonly unknown[] = value instanceof Comprehension ? value.items : value;
    let out = "";
    for (const item of items) out += contentToString(item, hole);
    return out;
  }
  if (value instanceof SafeHtml) return value.html;
  return hole.encode(value);
}
