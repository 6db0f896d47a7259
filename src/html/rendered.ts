import { HoldfastError, isDevelopment, type Mistake } from "../errors/index.js";
import { checkValue, FUNCTION, ITERABLE, type Kind, type OptionsPlace } from "../errors/options.js";
import { escapeHtml } from "./escape.js";
import type { Classes } from "./class-list.js";
import type { ClientCommand, EventSeal } from "./command.js";
import type { TemplateVisitor } from "./form-fields.js";
import { bindsForm, formSeal } from "./form-seal.js";
import { assertUnique } from "./keys.js";
import type { Hole } from "./place.js";
import type { Spread } from "./spread.js";
import type { Styles } from "./style-map.js";
import { Template } from "./template.js";

/**
 * The result of a template: the template and its values, not rendered yet. The diff compares it with the previous one, and
 * the GET writes it as HTML; both use the same holes.
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

/**
 * A list whose items have keys, so that a moved item moves in the browser too. Keys and items are computed on demand: an item
 * that is only compared is dropped immediately, and a long list never exists twice.
 */
export class Comprehension {
  readonly #source: readonly unknown[];
  readonly #key: ((item: never, index: number) => unknown) | undefined;
  readonly #render: ((item: never, index: number) => unknown) | undefined;
  #items: readonly unknown[] | undefined;

  /** Without `key` an item's key is its index; without `render` the items are already content. */
  constructor(
    source: readonly unknown[],
    key?: (item: never, index: number) => unknown,
    render?: (item: never, index: number) => unknown,
  ) {
    this.#source = source;
    this.#key = key;
    this.#render = render;
  }

  get length(): number {
    return this.#source.length;
  }
  get keyed(): boolean {
    return this.#key !== undefined;
  }
  /** The function that renders items from nothing but themselves; undefined if there is none. */
  get memo(): unknown {
    return this.#render !== undefined && memos.has(this.#render) ? this.#render : undefined;
  }
  /** The source items. */
  get source(): readonly unknown[] {
    return this.#source;
  }
  key(index: number): unknown {
    return this.#key === undefined ? index : this.#key(this.#source[index] as never, index);
  }
  /** The keys of all items, in order. */
  keys(): unknown[] {
    const keys: unknown[] = [];
    for (let i = 0; i < this.#source.length; i++) keys.push(this.key(i));
    return keys;
  }
  item(index: number): unknown {
    if (this.#items !== undefined) return this.#items[index];
    const item = this.#source[index];
    return this.#render === undefined ? item : this.#render(item as never, index);
  }
  /** All items, which from now on are kept: whoever reads them before they are written sees what is written. */
  items(): readonly unknown[] {
    return (this.#items ??= Array.from(this.#source, (_, index) => this.item(index)));
  }
}

const memos = new WeakSet<object>();

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
  memos.add(marked);
  return marked;
}

/** One item inserted into a stream: its DOM id, its position, how many items may stay, and whether it may only replace one. */
export type StreamInsert = readonly [domId: string, at: number, limit: number | null, updateOnly: boolean | null];

/** What a stream changes in this render. The browser keeps the items, the server does not. */
export class StreamContent {
  readonly ref: string;
  /** In the order in which they were inserted, with their items. */
  readonly inserts: readonly StreamInsert[];
  readonly items: readonly unknown[];
  readonly deletes: readonly string[];
  readonly reset: boolean;

  constructor(ref: string, inserts: readonly StreamInsert[], items: readonly unknown[], deletes: readonly string[], reset: boolean) {
    this.ref = ref;
    this.inserts = inserts;
    this.items = items;
    this.deletes = deletes;
    this.reset = reset;
  }
}

/** A live component in a template: its definition and its props. Its state lives elsewhere. */
export class ComponentCall {
  readonly definition: object;
  readonly id: string;
  readonly props: Readonly<Record<string, unknown>>;

  constructor(definition: object, id: string, props: Readonly<Record<string, unknown>>) {
    this.definition = definition;
    this.id = id;
    this.props = props;
  }
}

/** A nested live view in a template. It lives independently. */
export class ViewCall {
  readonly definition: object;
  readonly id: string;
  readonly session: Readonly<Record<string, unknown>>;
  readonly sticky: boolean;

  constructor(definition: object, id: string, session: Readonly<Record<string, unknown>>, sticky: boolean) {
    this.definition = definition;
    this.id = id;
    this.session = session;
    this.sticky = sticky;
  }
}

/**
 * Content that the server has only until it is sent: afterwards the browser keeps what it has, and the place keeps its slot.
 * The components it called stay called.
 */
export class SentOnce {
  /** Undefined once it has been sent. */
  readonly content: { readonly value: unknown } | undefined;

  constructor(content: { readonly value: unknown } | undefined) {
    this.content = content;
  }
}

/** Renders the components and views that a template calls. */
export interface Embedder {
  /** The component's HTML. */
  componentHtml(call: ComponentCall): string;
  /** The nested view's HTML, its element included. */
  viewHtml(call: ViewCall): string;
  /** Proves events rendered where the server forgets what it wrote. */
  readonly seal?: EventSeal;
  /** A list is about to be written; returns what its items are given to. */
  listing?(list: Comprehension | readonly unknown[]): ItemSink;
}

/** Takes the items of a list as they are written, one after the other. */
export interface ItemSink {
  add(item: unknown): void;
}

/** HTML that is already safe. Only `trustedHtml` creates it, so that a search for that name finds every such place. */
export class SafeHtml {
  // Private, so that no object with a property `html` passes for it.
  readonly #html: string;

  constructor(html: string) {
    this.#html = html;
  }

  get html(): string {
    return this.#html;
  }
}

/**
 * Nothing is of this type. It is part of `Content` because the compiler explains a refused value by the type that resembles it
 * most: without it, a Date would be told which methods of an array it lacks. A promise has none: `no-floating-promises` would then
 * take all content for promises.
 */
type NoContent = Date & Mistake<"write a Date as text: date.toISOString(), or date.toLocaleDateString(…)">;

/** What is allowed between tags. */
export type Content =
  | Rendered | Comprehension | StreamContent | ComponentCall | ViewCall | SafeHtml | SentOnce
  | string | number | bigint | boolean | null | undefined | readonly Content[] | NoContent;

/**
 * What is allowed in a hole: content between tags; in attributes also commands, `classes(…)` and `styles(…)`; in a start tag
 * `spread(…)`. The compiler does not know where a hole is: whether a value fits its hole is checked at the first render.
 */
export type TemplateValue = Content | ClientCommand | Spread | Classes | Styles;

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

/** What `html` returns. */
export const RENDERED: Kind = { called: "what html`…` returns", fits: (value) => value instanceof Rendered };

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
 * Puts HTML into a template unescaped. Anyone who can influence the text can run code in your users' browsers: pass only what you
 * wrote, or what a sanitizer returned.
 *
 * @example
 * html`<article>${trustedHtml(sanitize(markdown(post.body)))}</article>`
 */
export function trustedHtml(text: string): SafeHtml {
  return new SafeHtml(text);
}

/**
 * Writes a template as HTML: the content of the GET's response, and what the client makes of the tree from the socket.
 *
 * @throws HoldfastError `component_outside_view` for a component or a nested view when there is no `embedder`
 * @example
 * await mail.send({ to: user.email, html: renderToString(html`<p>Hello, ${user.name}.</p>`) });
 */
export function renderToString(rendered: Rendered, embedder?: Embedder): string {
  if (!(rendered instanceof Rendered)) {
    checkValue(
      "template_value_refused",
      { of: "renderToString", fix: "renderToString(html`<p>${text}</p>`)" },
      "the template",
      rendered,
      RENDERED,
    );
  }
  return templateToString(rendered, { embedder, seal: undefined, ignored: false });
}

/** The templates in a value as a template was given it. */
export function valueParts(value: unknown, visit: TemplateVisitor): void {
  if (value instanceof Rendered) visit(value.template, value.values);
  else if (value instanceof SentOnce) valueParts(value.content?.value, visit);
  else {
    const items: unknown = value instanceof Comprehension ? value.items() : value;
    if (Array.isArray(items)) for (const item of items) valueParts(item, visit);
  }
}

/**
 * Refuses a stream where no element keeps it, in development: in production the page would just show the latest items alone. The
 * element may be that of a template around the stream's own.
 */
export function checkStreamContainer(hole: Hole, content: Rendered | StreamContent): void {
  const { streamRefusal } = hole;
  if (streamRefusal === undefined) return;
  if (content instanceof StreamContent) {
    // Asked last: it reads the environment.
    if (isDevelopment()) throw streamRefusal(content);
    return;
  }
  for (const i of content.template.outermost) {
    const value = content.values[i];
    if (value instanceof StreamContent || value instanceof Rendered) checkStreamContainer(hole, value);
  }
}

/** The surroundings of a piece of content. */
interface Around {
  readonly embedder: Embedder | undefined;
  /** Proves the events of what the server forgets; undefined where it doesn't. */
  readonly seal: EventSeal | undefined;
  /** The browser keeps what is written here, and client code may change it. */
  readonly ignored: boolean;
}

function templateToString(rendered: Rendered, around: Around): string {
  const { template, values } = rendered;
  if (template.plain !== undefined && isPlain(values)) return plainToString(template.plain, values);
  const { statics, holes, ignored } = template;
  const kept = ignored?.in(values);
  const inside = kept === undefined ? around : { ...around, seal: around.embedder?.seal, ignored: true };
  let out = statics[0]!;
  for (let i = 0; i < holes.length; i++) {
    const hole = holes[i]!;
    const value = values[i];
    const here = kept?.holes.has(i) === true ? inside : around;
    let text: string;
    if (hole.content) text = contentToString(value, hole, here);
    else if (here.seal === undefined || here.ignored || !bindsForm(template, hole)) text = hole.encode(value, here.seal);
    else text = hole.encode(value, formSeal(here.seal, template, values, hole, valueParts));
    // Added first to what follows it: V8 copies short strings together, but begins a tree for long ones.
    out += text + statics[i + 1]!;
  }
  return out;
}

/** Whether all values are text and numbers, as in the rows of most lists. */
function isPlain(values: readonly unknown[]): values is readonly (string | number)[] {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "string" && typeof value !== "number") return false;
  }
  return true;
}

function plainToString(statics: readonly string[], values: readonly (string | number)[]): string {
  let out = statics[0]!;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // Added first to what follows it: V8 copies short strings together, but begins a tree for long ones.
    out += (typeof value === "number" ? String(value) : escapeHtml(value)) + statics[i + 1]!;
  }
  return out;
}

function contentToString(value: unknown, hole: Hole, around: Around): string {
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value !== "object" || value === null) return hole.encode(value);
  if (value instanceof Rendered) {
    if (value.template.outermost.length > 0) checkStreamContainer(hole, value);
    return templateToString(value, around);
  }
  if (value instanceof Comprehension || Array.isArray(value)) return listToString(value, hole, around);
  if (value instanceof SafeHtml) return value.html;
  if (value instanceof StreamContent) {
    checkStreamContainer(hole, value);
    const inside = { ...around, seal: around.embedder?.seal };
    return inPlace(value).reduce<string>((out, item) => out + contentToString(item, hole, inside), "");
  }
  if (value instanceof SentOnce) {
    return value.content === undefined ? "" : contentToString(value.content.value, hole, { ...around, seal: around.embedder?.seal });
  }
  if (value instanceof ComponentCall) return (around.embedder ?? nobody()).componentHtml(value);
  if (value instanceof ViewCall) return (around.embedder ?? nobody()).viewHtml(value);
  return hole.encode(value);
}

function listToString(value: Comprehension | readonly unknown[], hole: Hole, around: Around): string {
  const list = value instanceof Comprehension ? value : new Comprehension(value);
  // Throws the same error in the GET as in the join, instead of a page that cannot be joined.
  if (list.keyed) assertUnique(list.keys());
  const items = around.embedder?.listing?.(value);
  let out = "";
  for (let i = 0; i < list.length; i++) {
    const item = list.item(i);
    out += contentToString(item, hole, around);
    items?.add(item);
  }
  return out;
}

/** The items where the browser will put them, which need not be the order in which they were inserted. */
function inPlace({ inserts, items }: StreamContent): unknown[] {
  const placed: unknown[] = [];
  inserts.forEach(([, at], index) => placed.splice(at < 0 ? placed.length : at, 0, items[index]));
  return placed;
}

function nobody(): never {
  throw new HoldfastError("component_outside_view", {
    what: "A live component or a nested view is rendered outside a live view.",
    expected: "a live view's own template or its live layout", got: "a page without a view, or the root layout",
    fix: "move it into the live layout, or make the page a live view",
  });
}
