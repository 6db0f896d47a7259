import { html, link, liveView, NotFound } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const PLANTS = [
  { slug: "agave", name: "Agave", height: 2 },
  { slug: "birch", name: "Birch", height: 25 },
  { slug: "clover", name: "Clover", height: 0.2 },
];
const ROOT = "/navigation/params";

const Plants = liveView.define({
  name: "Plants",
  params: z.object({ plant: z.string().optional(), sort: z.enum(["name", "height"]).default("name") }),
  authorize: "public",

  mount: () => ({ plants: PLANTS, plant: undefined as (typeof PLANTS)[number] | undefined, runs: 0 }),

  handleParams(socket, { params }) {
    const plant = PLANTS.find(({ slug }) => slug === params.plant);
    if (params.plant !== undefined && plant === undefined) throw new NotFound("no such plant");
    const plants = PLANTS.toSorted((a, b) => (params.sort === "name" ? a.name.localeCompare(b.name) : a.height - b.height));
    socket.assign({ plant, plants, runs: socket.assigns.runs + 1 });
  },

  events: {
    tallest: { handle: (socket) => socket.pushPatch(`${ROOT}/birch`) },
    smallest: { handle: (socket) => socket.pushPatch(`${ROOT}/clover`, { replace: true }) },
    missing: { handle: (socket) => socket.pushPatch(`${ROOT}/dodo`) },
  },

  render: ({ plants, plant, runs, liveAction }, on) => html`
    <p>Action <b id="action">${liveAction}</b>, handleParams has run <b id="runs">${runs}</b> times in this view’s life.</p>
    <p class="row">Sort by ${link({ patch: ROOT, id: "by-name", inner: "name" })}
      ${link({ patch: `${ROOT}?sort=height`, id: "by-height", inner: "height" })}
      ${link({ patch: `${ROOT}?sort=height`, id: "by-height-replace", replace: true, inner: "height, replacing" })}</p>
    <ul id="plants">${plants.map(({ slug, name, height }) => html`
      <li>${link({ patch: `${ROOT}/${slug}`, id: `show-${slug}`, inner: name })} <span class="soft">${height} m</span></li>`)}
    </ul>
    ${plant !== undefined && html`
      <p class="card" id="plant">${liveAction === "edit" ? "You would edit" : "This is"} the <b>${plant.name}</b>.
        ${liveAction === "show" && link({ patch: `${ROOT}/${plant.slug}/edit`, id: "edit", inner: "Edit" })}</p>`}
    <p class="row">The server patches:
      <button id="tallest" phx-click=${on.tallest}>The tallest</button>
      <button id="smallest" phx-click=${on.smallest}>The smallest, replacing</button>
      <button id="missing" phx-click=${on.missing}>One that is not there</button></p>
    <p class="soft">A URL that the schema refuses is no page:
      ${link({ patch: `${ROOT}?sort=smell`, id: "bad-sort", inner: "sort by smell" })}</p>`,
});

export const page = galleryPage({
  title: "Parameters and actions",
  path: ROOT,
  about: "The URL is state: handleParams reads it after mount and at every patch, and the route’s action " +
    "says which of the view’s URLs it is. Links and the server patch it, by pushing onto the history or " +
    "replacing its last entry, and the view stays mounted.",
  routes: [
    { path: ROOT, view: Plants, action: "index" },
    { path: `${ROOT}/:plant`, view: Plants, action: "show" },
    { path: `${ROOT}/:plant/edit`, view: Plants, action: "edit" },
  ],
  url: import.meta.url,
});
