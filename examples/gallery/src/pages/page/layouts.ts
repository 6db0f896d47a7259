import { html, link, liveTitle, liveView, type Layout, type RootLayout } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/page/layouts";

/** A live layout: rendered with the view, from its assigns. */
const bare: Layout = ({ inner, flash, visits }) => html`
  <main class="error-page" data-layout="bare">
    <p class="chapter">A layout of its own, which knows of ${String(visits)} visits</p>
    ${flash.info !== undefined && html`<p class="flash info">${flash.info}</p>`}
    ${inner}
  </main>`;

/** A root layout: the document. It is rendered once per page load, so another one needs another page load. */
export const posterLayout: RootLayout = ({ inner, title, csrfToken, asset, clientSettings }) => html`
  <!doctype html>
  <html lang="en" data-root="poster">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="csrf-token" content=${csrfToken}>
      <meta name="color-scheme" content="light dark">
      ${liveTitle({ title, prefix: "Poster: ", suffix: " (Holdfast)" })}
      <link rel="icon" href="data:,">
      <link rel="stylesheet" href=${asset("/gallery.css")}>
      <script src="/assets/holdfast/trusted-types.js"></script>
      <script type="module" src="/gallery.js" ${clientSettings}></script>
    </head>
    <body>${inner}</body>
  </html>`;

const Layouts = liveView.define({
  name: "Layouts",
  params: z.object({ layout: z.enum(["bare", "none"]).optional() }),
  authorize: "public",
  mount(socket, { params: { layout } }) {
    if (layout === "bare") socket.putLayout(bare);
    if (layout === "none") socket.putLayout(false);
    return { visits: 1, layout };
  },
  events: {
    bare: { handle: (socket) => socket.putLayout(bare) },
    none: { handle: (socket) => socket.putLayout(false) },
    visit: { handle: (socket) => socket.update("visits", (visits) => visits + 1) },
    message: { handle: (socket) => socket.putFlash("info", "Shown by whichever layout there is.") },
  },
  render: ({ visits, layout }, on) => html`
    <p id="view">This view has been visited <button id="visit" phx-click=${on.visit}>${visits}</button> times.</p>
    <p class="row">Switch now to <button id="bare" phx-click=${on.bare}>a bare layout</button>
      <button id="none" phx-click=${on.none}>none at all</button>
      <button id="message" phx-click=${on.message}>A message</button></p>
    <p class="row">Begin with ${link({ navigate: `${ROOT}?layout=bare`, id: "begin-bare", inner: "a bare layout" })}
      ${link({ navigate: `${ROOT}?layout=none`, id: "begin-none", inner: "none" })}
      ${link({ navigate: ROOT, id: "begin-gallery", inner: "the gallery’s" })}
      <a id="poster" href="${ROOT}/poster">another document</a></p>
    <p class="soft">Began with <span id="began">${layout ?? "the gallery’s"}</span>.</p>`,
});

const Poster = liveView.define({
  name: "Poster",
  authorize: "public",
  mount(socket) {
    socket.pageTitle("One");
  },
  events: { two: { handle: (socket) => socket.pageTitle("Two") } },
  render: (_assigns, on) => html`
    <main class="error-page"><h1>A root layout of its own</h1>
      <p><button id="two" phx-click=${on.two}>Another title, between prefix and suffix</button></p>
      <p><a id="back" href=${ROOT}>Back</a></p></main>`,
});

export const page = galleryPage({
  title: "Layouts",
  path: ROOT,
  about: "Around each view is a live layout, which is rendered with it and may be switched in mount or later, and around " +
    "that a root layout, the document; a live session may have its own. The root layout’s title has a prefix and a " +
    "suffix that stay.",
  routes: [{ path: ROOT, view: Layouts }, { path: `${ROOT}/poster`, view: Poster, session: "poster" }],
  url: import.meta.url,
});
