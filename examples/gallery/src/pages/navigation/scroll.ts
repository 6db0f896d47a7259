import { html, link, liveView } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/navigation/scroll";
const STOREYS = Array.from({ length: 24 }, (_, index) => 24 - index);

const Tower = liveView.define({
  name: "Tower",
  params: z.object({ lit: z.coerce.number().optional() }),
  authorize: "public",
  mount: () => ({ lit: 0 }),
  handleParams: (socket, { params }) => socket.assign({ lit: params.lit ?? 0 }),
  render: ({ lit }) => html`
    <p class="row" id="top">
      <a id="to-anchor" href="#storey-3">Anchor: third storey</a>
      ${link({ navigate: `${ROOT}/cellar`, id: "cellar", inner: "Cellar" })}
      ${link({ navigate: `${ROOT}/cellar#barrels`, id: "barrels-link", inner: "Cellar, at the barrels" })}
    </p>
    <ol class="tower">${STOREYS.map((storey) => html`
      <li id="storey-${storey}" class=${storey === lit && "lit"}>Storey ${storey}
        ${link({ patch: `${ROOT}?lit=${storey}`, id: `light-${storey}`, inner: "light" })}
        ${storey === 3 && link({ navigate: `${ROOT}/cellar`, id: "cellar-from-below", inner: "down to the cellar" })}</li>`)}
    </ol>
    <p><a id="to-top" href="#top">Up</a></p>`,
});

const Cellar = liveView.define({
  name: "Cellar",
  authorize: "public",
  render: () => html`
    <p>It is dark. ${link({ navigate: ROOT, id: "up", inner: "Up again" })}</p>
    <div class="shaft"></div>
    <h3 id="barrels">Barrels</h3>
    <div class="shaft"></div>`,
});

export const page = galleryPage({
  title: "Anchors and scrolling",
  path: ROOT,
  about: "An anchor is the browser’s own business, a navigation begins at the top or at its anchor, and " +
    "going back restores where you were. Light a storey: a patch is the same page, which stays where it " +
    "is.",
  routes: [{ path: ROOT, view: Tower }, { path: `${ROOT}/cellar`, view: Cellar }],
  url: import.meta.url,
});
