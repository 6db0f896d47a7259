import { classes, dynamicTag, html, intersperse, link, liveView, type Attributes, type Content } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/components/functions";

/** A component of your own: typed props, slots, and any attributes that its caller adds. */
interface PanelProps<Item> extends Attributes {
  readonly heading: Content;
  readonly items: readonly Item[];
  /** A slot that receives the item that it shows. */
  readonly row: (item: Item, index: number) => Content;
  /** A slot that may be left out. */
  readonly footer?: Content;
}

function panel<Item>({ heading, items, row, footer, id, class: given }: PanelProps<Item>): Content {
  return html`
    <section id=${id} class=${classes("card", given)}>
      <h3>${heading}</h3>
      <ol class="plain">${items.map((item, index) => html`<li>${row(item, index)}</li>`)}</ol>
      ${footer !== undefined && html`<footer>${footer}</footer>`}
    </section>`;
}

/** Why `dynamicTag` refuses an element of this name. */
function refusal(name: string): string {
  try {
    dynamicTag({ name: name as "p", inner: "text" });
    return "accepted";
  } catch (error) {
    return (error as { code?: string }).code ?? "refused";
  }
}

const Functions = liveView.define({
  name: "Functions",
  params: z.object({ level: z.enum(["2", "3", "4"]).default("2") }),
  authorize: "public",
  mount: () => ({ level: "2", names: ["Ada", "Grace"] as readonly string[], chosen: "nobody" }),
  handleParams: (socket, { params: { level } }) => socket.assign({ level }),
  events: {
    add: { handle: (socket) => socket.update("names", (names) => [...names, `<i>Number ${names.length + 1}</i>`]) },
    choose: { params: z.object({ name: z.string() }), handle: (socket, { name }) => socket.assign({ chosen: name }) },
  },
  render: ({ level, names, chosen }, on) => html`
    <div class="row top-aligned">
      ${panel({
        id: "people", heading: html`People, <b>${names.length}</b>`, items: names,
        row: (name, index) => html`${index + 1}. <button class="quiet" phx-click=${on.choose} phx-value-name=${name}>${name}</button>`,
        footer: html`<button id="add" class="quiet" phx-click=${on.add}>Add one</button>`,
      })}
      ${panel({ id: "levels", heading: "Levels", items: [2, 3, 4], row: (item) => link({ patch: `?level=${item}`, inner: `h${item}` }) })}
    </div>
    ${dynamicTag({
      name: `h${level}`, attrs: { id: "heading", title: `level ${level}` }, inner: html`Chosen: <i id="chosen">${chosen}</i>`,
    })}
    <p id="all">${intersperse(names, html`<span class="soft"> and </span>`, (name) => html`<b>${name}</b>`)}</p>
    <p class="row">${link({ navigate: `${ROOT}/there`, id: "navigate", class: "quiet", inner: "navigate" })}
      ${link({ patch: "?level=4", replace: true, id: "replace", inner: "patch, replacing" })}
      ${link({ href: "/", id: "plain", inner: "a plain link" })}
      ${link({ href: "javascript:alert(1)", id: "hostile", inner: "one that leads nowhere" })}</p>
    <dl class="facts"><dt>dynamicTag script</dt><dd id="script">${refusal("script")}</dd>
      <dt>dynamicTag &quot;a b&quot;</dt><dd id="no-name">${refusal("a b")}</dd></dl>`,
});

const There = liveView.define({
  name: "FunctionsThere",
  authorize: "public",
  render: () => html`<p id="there">${link({ navigate: ROOT, id: "back", inner: "Back" })}</p>`,
});

export const page = galleryPage({
  title: "Function components",
  path: ROOT,
  about: "A function that returns a template is a component: its props and slots are typed by the language, " +
    "and there is nothing to register. Links, dynamic tags and lists with something between their items " +
    "come with Holdfast.",
  routes: [{ path: ROOT, view: Functions }, { path: `${ROOT}/there`, view: There }],
  url: import.meta.url,
});
