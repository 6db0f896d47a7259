// The programs of docs/guides/events-and-forms.md and docs/guides/uploads.md; test/docs/events-and-forms.test.ts uses them.
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  fileInput, form, formTag, html, imagePreview, JS, keyed, liveSession, liveView, readForm, reply, sessionOf, upload, uploadErrors, type Endpoint,
} from "holdfast";
import { button, checkbox, input } from "holdfast/components";
import { defineHook, push } from "holdfast/hooks";
import type { Context, Hono } from "hono";
import { z } from "zod";

interface Card {
  readonly id: number;
  readonly title: string;
}

// #region events
export const Cards = liveView.define({
  name: "Cards",
  authorize: "public",
  mount: () => ({ cards: [{ id: 1, title: "Milk" }, { id: 2, title: "Bread" }] as Card[], query: "", mayDelete: true }),
  events: {
    search: {
      params: z.object({ query: z.string().max(100) }),
      handle: (socket, { query }) => socket.assign({ query }),
    },
    remove: {
      bind: z.object({ id: z.number() }),
      authorize: ({ mayDelete }) => mayDelete,
      handle: (socket, { id }) => socket.update("cards", (cards) => cards.filter((card) => card.id !== id)),
    },
  },
  render: ({ cards, query, mayDelete }, on) => html`
    <form id="search" phx-change=${on.search}><input name="query" value=${query} phx-debounce="200" aria-label="Search"></form>
    <ul>
      ${keyed(cards.filter(({ title }) => title.includes(query)), ({ id }) => id, ({ id, title }) => html`
        <li>${title} ${mayDelete && html`<button phx-click=${on.remove({ id })}>Remove</button>`}</li>`)}
    </ul>`,
});
// #endregion

// #region commands
export const Menu = liveView.define({
  name: "Menu",
  authorize: "public",
  mount: () => ({ choice: "" }),
  events: {
    choose: {
      bind: z.object({ size: z.enum(["small", "large"]) }),
      handle: (socket, { size }) => socket.assign({ choice: size }),
    },
  },
  render: ({ choice }, on) => html`
    <button id="open" phx-click=${JS.toggle({ to: "#sizes" })}>Size: ${choice || "?"}</button>
    <div id="sizes" hidden>
      <button phx-click=${JS.hide({ to: "#sizes" }).push(on.choose({ size: "small" }))}>Small</button>
      <button phx-click=${JS.hide({ to: "#sizes" }).push(on.choose({ size: "large" }))}>Large</button>
    </div>`,
});
// #endregion

// #region waiting
export const Report = liveView.define({
  name: "Report",
  authorize: "public",
  mount: () => ({ pages: 0 }),
  events: {
    build: { bind: z.object({ year: z.number() }), handle: (socket, { year }) => socket.assign({ pages: year - 2000 }) },
  },
  render: ({ pages }, on) => html`
    <button id="build" phx-click=${JS.push(on.build({ year: 2026 }), { loading: "#report" })} phx-disable-with="Building …">Build</button>
    <p id="report">${pages} pages</p>
    ${pages > 0 && html`<p id="done" phx-mounted=${JS.transition("fade-in")} phx-remove=${JS.hide({ transition: "fade-out" })}>Done.</p>`}
    <p hidden phx-disconnected=${JS.show()} phx-connected=${JS.hide()}>You are offline.</p>`,
});
// #endregion

// #region hook-event
export const Sortable = defineHook("Sortable", { pushes: { reorder: push<{ order: number[] }, { saved: number }>() } });

export const Board = liveView.define({
  name: "Board",
  authorize: "public",
  mount: () => ({ order: [1, 2, 3] }),
  events: {
    reorder: {
      params: z.object({ order: z.array(z.number()).max(100) }),
      from: Sortable.pushes.reorder,
      handle(socket, { order }) {
        socket.assign({ order });
        return reply({ saved: order.length });
      },
    },
  },
  render: ({ order }) => html`<ol id="board" phx-hook="Sortable">${order.map((id) => html`<li>${id}</li>`)}</ol>`,
});
// #endregion

const taken = new Set(["ada"]);
export const accounts: { name: string; guests: readonly { name: string }[]; key: string }[] = [];

// #region form
const Registration = z.object({
  name: z.string().trim().min(2, "Two letters at least."),
  guests: z.array(z.object({ name: z.string().min(1, "Who comes along?") })).max(5),
});

export const Register = liveView.define({
  name: "Register",
  authorize: "public",
  mount: () => ({ registration: form(Registration, { name: "", guests: [] }, { lists: ["guests"] }), done: false }),
  events: {
    save: {
      form: "registration",
      handle(socket, data) {
        const { registration } = socket.assigns;
        if (taken.has(data.name)) return socket.assign({ registration: registration.withErrors({ name: "is taken" }) });
        accounts.push({ ...data, key: socket.submission.id });
        socket.assign({ done: true, registration: registration.reset() });
      },
    },
  },
  render: ({ registration, done }, on) => html`
    ${formTag({
      for: registration, "phx-change": on.save.change, "phx-submit": on.save.submit,
      inner: html`
        ${input({ field: registration.field("name"), label: "Your name" })}
        ${registration.inputsFor("guests", (guest, index) => html`
          <div>
            ${input({ field: guest.field("name"), label: `Guest ${index + 1}` })}
            ${button({ inner: "Remove", ...guest.drop, "phx-click": JS.dispatch("change") })}
          </div>`)}
        ${button({ inner: "Add a guest", id: "add", ...registration.add("guests"), "phx-click": JS.dispatch("change") })}
        ${button({ type: "submit", inner: "Register" })}`,
    })}
    ${done && html`<p id="done">Welcome.</p>`}`,
});
// #endregion

const Delivery = z.object({
  name: z.string().trim().min(2, "Two letters at least."),
  express: z.boolean(),
  addresses: z.array(z.object({ street: z.string(), city: z.string().min(1, "Which city?") })).min(1).max(5),
});
type Delivery = z.infer<typeof Delivery>;
export const deliveries: Delivery[] = [];

export function deliveryRoutes(app: Hono, endpoint: () => Endpoint): void {
  // #region posted
  const delivery = form(Delivery, { name: "", express: false, addresses: [{ street: "", city: "" }] }, { as: "delivery", lists: ["addresses"] });

  const page = (c: Context, draft: typeof delivery, status = 200) => endpoint().renderPage(c, html`
    ${formTag({
      for: draft, action: "/deliveries", csrfToken: sessionOf(c).csrfToken(),
      inner: html`
        ${input({ field: draft.field("name"), label: "Your name" })}
        ${checkbox({ field: draft.field("express"), label: "By tomorrow" })}
        ${draft.inputsFor("addresses", (address) => html`
          ${input({ field: address.field("street"), label: "Street" })}
          ${input({ field: address.field("city"), label: "City" })}`)}
        ${button({ type: "submit", inner: "Order" })}`,
    })}`, { title: "Delivery", status });

  app.get("/deliveries", (c) => page(c, delivery));
  app.post("/deliveries", async (c) => {
    const { data, form: draft } = await readForm(c, delivery);
    if (data === undefined) return page(c, draft, 422);
    deliveries.push(data);
    return c.redirect("/deliveries");
  });
  // #endregion
}

// #region upload
export const folder = { path: "data/pictures" };
/** What was stored, by its id: a table, in an application. */
const types = new Map<string, string>();

const TEXTS: Readonly<Record<string, string>> = {
  too_large: "This file is larger than 2 MB.", not_accepted: "Only PNG and JPEG.", too_many_files: "Three pictures at most.",
};

export const Pictures = liveView.define({
  name: "Pictures",
  authorize: "public",
  mount: () => ({ pictures: upload({ accept: [".png", ".jpg"], maxEntries: 3, maxFileSize: 2_000_000 }), stored: [] as string[] }),
  events: {
    choose: { handle: () => {} },
    cancel: {
      bind: z.object({ ref: z.string() }),
      handle: (socket, { ref }) => socket.cancelUpload("pictures", ref),
    },
    store: {
      async handle(socket) {
        const names = await socket.consumeUploads("pictures", async ({ path, entry }) => {
          await copyFile(path, join(folder.path, entry.id));
          types.set(entry.id, entry.type);
          return entry.name;
        });
        socket.update("stored", (stored) => [...stored, ...names]);
      },
    },
  },
  render: ({ pictures, stored }, on) => html`
    <form id="pictures" phx-change=${on.choose} phx-submit=${on.store}>
      <label for=${pictures.ref}>Pictures</label> ${fileInput(pictures)}
      ${uploadErrors(pictures).map((error) => html`<p role="alert">${TEXTS[error] ?? error}</p>`)}
      <button>Store</button>
    </form>
    ${keyed(pictures.entries, ({ ref }) => ref, (entry) => html`
      <figure>
        ${imagePreview(entry, { width: 80 })}
        <figcaption>${entry.name} <progress max="100" value=${entry.progress}></progress></figcaption>
        ${uploadErrors(entry).map((error) => html`<p role="alert">${TEXTS[error] ?? error}</p>`)}
        <button type="button" phx-click=${on.cancel({ ref: entry.ref })}>Take away</button>
      </figure>`)}
    <ul id="stored">${stored.map((name) => html`<li>${name}</li>`)}</ul>`,
});
// #endregion

// #region stored
export function pictureRoutes(app: Hono): void {
  app.get("/stored/:id", async (c) => {
    const id = c.req.param("id");
    const type = types.get(id); // a query, in an application: which pictures may this user see?
    if (type === undefined) return c.notFound();
    return c.body(await readFile(join(folder.path, id)), 200, { "content-type": type });
  });
}
// #endregion

export const routes = [
  liveSession("guide", {}, (live) => {
    live("/cards", Cards);
    live("/menu", Menu);
    live("/report", Report);
    live("/board", Board);
    live("/register", Register);
    live("/pictures", Pictures);
  }),
];
