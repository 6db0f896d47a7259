// Checked by the compiler and never run: what may stand in a template's hole, and what must not compile.
import { classes, html, JS, keyed, liveView, spread, styles, trustedHtml, type ClassList, type Content, type Rendered, type StyleMap, type TemplateValue } from "holdfast";

interface Post { id: number; title: string; tags: string[]; at: Date }
declare const post: Post;
// As a validator's or a query builder's types are: no interface, and so with an implicit index signature.
type Row = { id: number; name: string };
declare const row: Row;
declare const on: boolean;
declare const maybe: string | undefined;

// What stands in holes
export const good: Rendered[] = [
  html`<p>${post.title}${post.id}${1n}${on}${null}${undefined}${on && "x"}${maybe}</p>`,
  html`<p>${html`<b></b>`}${[html`<i></i>`, "x", [1]]}${post.tags}${trustedHtml("")}${keyed([post], (p) => p.id, (p) => p.title)}</p>`,
  html`<p class=${classes("a", on && "b", { active: on, c: undefined }, ["d"])} style=${styles({ color: "red", "--x": 1, fontFamily: '"Inter", serif' })}></p>`,
  html`<p class=${["a", on && "b"]} style=${styles({ "line-height": 1.5, width: on && "5px", WebkitMask: "none" })} hidden=${on}></p>`,
  html`<button phx-click=${JS.hide()} data-js-x=${on && JS.show()} ${spread({ title: maybe, disabled: on, class: ["a", { b: on }], style: { color: "red" }, "phx-blur": JS.hide() })}></button>`,
];
export const View = liveView.define({
  authorize: "public",
  events: { save: { handle() {} } },
  render: (_assigns, events) => html`<button phx-click=${events.save} data-save=${events.save}></button>`,
});

// What does not
// @ts-expect-error -- an object
void html`<p>${post}</p>`;
// @ts-expect-error -- an object of a type alias
void html`<p>${row}</p>`;
// @ts-expect-error -- an object as it is written
void html`<p>${{ a: 1 }}</p>`;
// Objects that would fit a class or a style: the compiler does not see where a hole stands, so these have functions.
// @ts-expect-error -- flags, as a class map has
void html`<p>${{ draft: on }}</p>`;
// @ts-expect-error -- properties that CSS has, too
void html`<p>${{ content: "Hello", order: 1 }}</p>`;
// @ts-expect-error -- a list of such
void html`<p>${[{ draft: on }]}</p>`;
// @ts-expect-error -- what has HTML is no HTML
void html`<p>${{ html: "<b>x</b>" }}</p>`;
// @ts-expect-error -- what has entries is no spread
void html`<p ${{ entries: [] }}></p>`;
// @ts-expect-error -- classes(…)
void html`<p class=${{ active: on }}></p>`;
// @ts-expect-error -- styles(…)
void html`<p style=${{ color: "red" }}></p>`;
// @ts-expect-error -- a promise
void html`<p>${Promise.resolve("x")}</p>`;
// @ts-expect-error -- a function that was not called
void html`<p>${() => "x"}</p>`;
// @ts-expect-error -- a date
void html`<p>${post.at}</p>`;
// @ts-expect-error -- a symbol
void html`<p>${Symbol("x")}</p>`;
// @ts-expect-error -- a set
void html`<p>${new Set(["x"])}</p>`;
// @ts-expect-error -- a list of objects
void html`<p>${[post]}</p>`;
// @ts-expect-error -- an error
void html`<p>${new Error("x")}</p>`;
// @ts-expect-error -- whatever it is, it must be looked at first
void html`<p>${post as unknown}</p>`;
// @ts-expect-error -- the action itself, and not its event
void html`<button phx-click=${(): void => {}}></button>`;
// @ts-expect-error -- no such property
void styles({ colour: "red" });
// @ts-expect-error -- a list is no value of a property
void styles({ color: ["red"] });
// @ts-expect-error -- a class is there or not
void classes({ active: 1 });
// @ts-expect-error -- attributes have names
void html`<p ${spread(["title"])}></p>`;
// @ts-expect-error -- an attribute is no object of data
void spread({ title: post });
// @ts-expect-error -- no function of text
void html("<p></p>");

// Content is narrower than what attributes take.
// @ts-expect-error -- a class list
export const content: Content = { active: true };
export const list: ClassList = ["a", { b: true }, classes("c")];
export const map: StyleMap = { color: "red" };
export const values: TemplateValue[] = [content, classes(list), styles(map)];
