import { html, JS, liveComponent, liveView } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

/** Counts likes: its count is its own state, its title a prop of its parent. */
const Like = liveComponent<{ title: string }>().define({
  name: "Like",
  mount: () => ({ likes: 0, updates: 0 }),
  update: (socket) => socket.update("updates", (updates) => updates + 1),
  events: {
    like: { handle: (socket) => socket.update("likes", (likes) => likes + 1) },
    many: {
      params: z.object({ by: z.coerce.number().int().max(10) }),
      handle: (socket, { by }) => socket.update("likes", (likes) => likes + by),
    },
    forbidden: { authorize: ({ likes }) => likes > 100, handle: (socket) => socket.assign({ likes: -1 }) },
    crash: {
      handle() {
        throw new Error("a component that throws takes its view along");
      },
    },
  },
  render: ({ id, title, likes, updates, myself }, on) => html`
    <div id=${id} class="card">
      <b>${title}</b>: <output>${likes}</output> likes, <i>${updates}</i> updates
      <button class="like" phx-click=${on.like}>Like</button>
      <button class="myself quiet" phx-click=${JS.push(on.many, { target: myself, value: { by: 5 } })}>5 more</button>
      <button class="too-many quiet" phx-click=${on.many} phx-value-by="11">11, refused</button>
      <button class="forbidden quiet" phx-click=${on.forbidden}>Not allowed</button>
    </div>`,
});

/** Another definition: the same id is another component. */
const Star = liveComponent().define({
  name: "Star",
  mount: () => ({ lit: false }),
  events: { toggle: { handle: (socket) => socket.update("lit", (lit) => !lit) } },
  render: ({ lit }, on) => html`<button class="star" phx-click=${on.toggle}>${lit ? "★" : "☆"}</button>`,
});

const Components = liveView.define({
  name: "Components",
  authorize: "public",
  mount: () => ({ title: "Tea", id: "one", shown: true, pushed: 0 }),
  events: {
    rename: { handle: (socket) => socket.update("title", (title) => `${title}!`) },
    other: { handle: (socket) => socket.update("id", (id) => (id === "one" ? "two" : "one")) },
    toggle: { handle: (socket) => socket.update("shown", (shown) => !shown) },
    // The view declares the event, so that its template has a reference to it; the target decides who receives it.
    like: { handle: (socket) => socket.update("pushed", (pushed) => pushed + 1) },
  },
  render: ({ title, id, shown, pushed }, on) => html`
    <p class="row"><button id="rename" phx-click=${on.rename}>Other props</button>
      <button id="other" phx-click=${on.other}>Another id</button>
      <button id="toggle" phx-click=${on.toggle}>Take away, bring back</button>
      <button id="by-selector" phx-click=${JS.push(on.like, { target: "#coffee" })}>Like coffee, by selector</button>
      <button id="to-view" phx-click=${on.like}>The same event, to the view: <b id="pushed">${pushed}</b></button></p>
    <div class="row">${shown && Like({ id, title })} ${Like({ id: "coffee", title: "Coffee" })} ${Star({ id: "coffee" })}</div>`,
});

export const page = galleryPage({
  title: "Live components",
  path: "/components/live",
  about: "A live component is a part of a page with its own state and events, identified by its definition and its id. New " +
    "props update it, another id is another component, and its events find it by themselves.",
  view: Components,
  url: import.meta.url,
});
