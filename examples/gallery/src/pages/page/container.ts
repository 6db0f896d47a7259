import { html, link, liveRender, liveView } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/page/container";

const Clock = liveView.define({
  name: "Clock",
  authorize: "public",
  container: { tag: "article", attrs: { class: "card", "data-kind": "nested" } },
  render: () => html`<p>A nested view in an <code>article</code>.</p>`,
});

/** Why a container is refused: when the view is defined, and not when it is rendered. */
function refusal(tag: string, attrs: Record<string, string>): string {
  try {
    liveView.define({ name: "Refused", authorize: "public", container: { tag, attrs }, render: () => html`<p></p>` });
    return "accepted";
  } catch (error) {
    return (error as { code?: string }).code ?? "refused";
  }
}

const Contained = liveView.define({
  name: "Contained",
  authorize: "public",
  container: { tag: "section", attrs: { class: "contained", "data-kind": "main", lang: "en" } },
  mount: () => ({ count: 0 }),
  events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`
    <p><button id="inc" phx-click=${on.inc}>${count}</button> in a <code>section</code> with attributes of its own.</p>
    <p>${link({ navigate: `${ROOT}/narrow`, id: "narrow", inner: "A view with other attributes" })}</p>
    ${liveRender(Clock, { id: "clock" })}
    <dl class="facts">
      <dt>script</dt><dd id="script">${refusal("script", {})}</dd>
      <dt>input</dt><dd id="input">${refusal("input", {})}</dd>
      <dt>onclick</dt><dd id="onclick">${refusal("div", { onclick: "alert(1)" })}</dd>
      <dt>main</dt><dd id="main-tag">${refusal("main", { class: "wide" })}</dd>
    </dl>`,
});

const Narrow = liveView.define({
  name: "Narrow",
  authorize: "public",
  container: { tag: "section", attrs: { class: "narrow", "data-kind": "other" } },
  render: () => html`<p id="there">${link({ navigate: ROOT, id: "back", inner: "Back" })}</p>`,
});

export const page = galleryPage({
  title: "The view’s element",
  path: ROOT,
  about: "Each view has its own element, a div unless its definition names another, with attributes: live navigation " +
    "brings the next view’s attributes, and a page load its name. An element that could run code, or cannot contain " +
    "markup, is refused when the view is defined.",
  routes: [{ path: ROOT, view: Contained }, { path: `${ROOT}/narrow`, view: Narrow }],
  url: import.meta.url,
});
