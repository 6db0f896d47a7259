import { HoldfastError, isDevelopment, type Mistake } from "../errors/index.js";
import { checkValue, type Kind } from "../errors/options.js";
import type { Classes } from "./class-list.js";
import type { ClientCommand, EventSeal } from "./command.js";
import { Comprehension } from "./comprehension.js";
import { ComponentCall, SafeHtml, SentOnce, StreamContent, ViewCall } from "./content.js";
import { escapeHtml } from "./escape.js";
import type { TemplateVisitor } from "./form-fields.js";
import { bindsForm, formSeal } from "./form-seal.js";
import { assertUnique } from "./keys.js";
import type { Hole } from "./place.js";
import type { Spread } from "./spread.js";
import type { Styles } from "./style-map.js";
import type { Template } from "./template.js";

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

/**
 * Nothing is of this type. It is part of `Content` because the compiler explains a refused value by the type that resembles it
 * most: without it, a Date would be told which methods of an array it lacks. A promise has none: `no-floating-promises` would then
 * take all content for promises.
 */
type NoContent = Date & Mistake<"write a Date as text: date.toISOString(), or date.toLocaleDateString(…)">;

/**
 * Nothing is of this type, as of `NoContent`. It is no part of that: a prop may be content or a function that returns some, and what
 * `typeof` calls a function there must be the function.
 */
type NoValue =
  | ((...given: never) => unknown)
    & Mistake<"call it: on.remove({ id }) for an event with `bind`, Like({ id, post }) for a component; another event is on.save, no () =>">
  | { readonly change: unknown; readonly submit: unknown } & Mistake<"a form's event is two: on.save.change and on.save.submit">
  | { readonly ok: unknown; readonly failed: unknown } & Mistake<"asyncResult(result, { loading, failed, ok }) shows it">
  | { readonly list: unknown; readonly loading: unknown } & Mistake<"those who are there are its list: keyed(online.list, …)">
  | { readonly field: unknown; readonly inputsFor: unknown } & Mistake<"show one of its fields: draft.field(\"title\").value">
  | { readonly entries: unknown; readonly ref: unknown } & Mistake<"fileInput(pictures) chooses the files, and pictures.entries lists them">
  | { readonly errors: unknown; readonly used: unknown } & Mistake<"write a field by input({ field, label }), or show field.value">
  | { readonly authorize: unknown; readonly render: unknown } & Mistake<"nest the view: liveRender(View, { id })">;

/** What is allowed between tags. */
export type Content =
  | Rendered | Comprehension | StreamContent | ComponentCall | ViewCall | SafeHtml | SentOnce
  | string | number | bigint | boolean | null | undefined | readonly Content[] | NoContent;

/**
 * What is allowed in a hole: content between tags; in attributes also commands, `classes(…)` and `styles(…)`; in a start tag
 * `spread(…)`. The compiler does not know where a hole is: whether a value fits its hole is checked at the first render.
 */
export type TemplateValue = Content | ClientCommand | Spread | Classes | Styles | NoValue;

/** What `html` returns. */
export const RENDERED: Kind = { called: "what html`…` returns", fits: (value) => value instanceof Rendered };

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

const START_TAG = /^<[a-z][\w:-]*(?:\s+[^\s=>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*/i;

/**
 * The start tag of the element that a template begins with, without its end; undefined if the template begins with something else, or with
 * an event that is bound where the server forgets it.
 */
export function startTagOf({ template: { statics, holes }, values }: Rendered): string | undefined {
  let text = statics[0]!.trimStart();
  try {
    for (let i = 0; i < holes.length && !holes[i]!.content; i++) text += holes[i]!.encode(values[i]) + statics[i + 1]!;
  } catch {
    return undefined;
  }
  return START_TAG.exec(text)?.[0];
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
  if (value instanceof ComponentCall) return (around.embedder ?? outsideView()).componentHtml(value);
  if (value instanceof ViewCall) return (around.embedder ?? outsideView()).viewHtml(value);
  return hole.encode(value);
}

function listToString(value: Comprehension | readonly unknown[], hole: Hole, around: Around): string {
  const list = value instanceof Comprehension ? value : new Comprehension(value);
  // Throws the same error in the GET as in the join, instead of a page that cannot be joined.
  if (list.keyed) assertUnique(list.keys(), (index) => templateIn(list.item(index)));
  const items = around.embedder?.listing?.(value);
  let out = "";
  for (let i = 0; i < list.length; i++) {
    const item = list.item(i);
    out += contentToString(item, hole, around);
    items?.add(item);
  }
  return out;
}

/** The template that a value renders; undefined if it is something else. */
export function templateIn(value: unknown): Template | undefined {
  return value instanceof Rendered ? value.template : undefined;
}

/** The items where the browser will put them, which need not be the order in which they were inserted. */
function inPlace({ inserts, items }: StreamContent): unknown[] {
  const placed: unknown[] = [];
  inserts.forEach(([, at], index) => placed.splice(at < 0 ? placed.length : at, 0, items[index]));
  return placed;
}

function outsideView(): never {
  throw new HoldfastError("component_outside_view", {
    what: "A live component or a nested view is rendered outside a live view.",
    expected: "a live view's own template or its live layout", got: "a page without a view, or the root layout",
    fix: "move it into the live layout, or make the page a live view",
  });
}
