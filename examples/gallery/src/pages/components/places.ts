import { html, keyed, liveComponent, liveView, stream, topic, type Content } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const ended = topic<string>("gallery:counters-ended");

/** Counts, and tells the page when it ends. */
const Counter = liveComponent<{ label: string }>().define({
  name: "Counter",
  mount(socket, { label }) {
    socket.onTerminate(() => socket.broadcastFrom(ended, label));
    return { count: 0 };
  },
  events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ id, label, count }, on) => html`<button id=${id} phx-click=${on.inc}>${label}: ${count}</button>`,
});

/** A frame with a slot: events in its content belong to whoever wrote that content. */
const Frame = liveComponent<{ inner: Content }>().define({
  name: "Frame",
  mount: () => ({ open: true }),
  events: { toggle: { handle: (socket) => socket.update("open", (open) => !open) } },
  render: ({ id, inner, open }, on) => html`
    <div id=${id} class="card"><button class="quiet" phx-click=${on.toggle}>${open ? "Close" : "Open"} the frame</button>
      ${open && inner} ${Counter({ id: `${id}-own`, label: "The frame’s own" })}</div>`,
});

const Places = liveView.define({
  name: "Places",
  authorize: "public",
  topics: () => ({ ended }),
  mount: () => ({
    gone: [] as readonly string[], list: ["a", "b", "c"] as readonly string[], items: stream([{ id: "x" }, { id: "y" }]), slot: 0, next: 0,
  }),
  messages: { ended: (socket, label) => socket.update("gone", (gone) => [...gone, label].toSorted()) },
  events: {
    reverse: { handle: (socket) => socket.update("list", (list) => list.toReversed()) },
    removeB: { handle: (socket) => socket.update("list", (list) => list.filter((entry) => entry !== "b")) },
    addB: { handle: (socket) => socket.update("list", (list) => [...new Set([...list, "b"])]) },
    insert: {
      handle(socket) {
        socket.streamInsert("items", { id: `z${socket.assigns.next}` }, { at: 0 });
        socket.assign({ next: socket.assigns.next + 1 });
      },
    },
    removeX: { handle: (socket) => socket.streamDelete("items", { id: "x" }) },
    slotted: { handle: (socket) => socket.update("slot", (slot) => slot + 1) },
    twice: { handle: (socket) => socket.assign({ list: ["a", "a"] }) },
  },
  render: ({ gone, list, items, slot }, on) => html`
    <h3>In a list</h3>
    <p class="row">${keyed(list, (entry) => entry, (entry) => Counter({ id: `list-${entry}`, label: `List ${entry}` }))}</p>
    <p class="row"><button id="reverse" class="quiet" phx-click=${on.reverse}>Reverse</button>
      <button id="remove-b" class="quiet" phx-click=${on.removeB}>Remove b</button>
      <button id="add-b" class="quiet" phx-click=${on.addB}>Add b</button>
      <button id="twice" class="danger" phx-click=${on.twice}>The same id twice</button></p>
    <h3>In a stream</h3>
    <div id="items" class="row" phx-update="stream">${items.map(({ id }, domId) => html`
      <span id=${domId}>${Counter({ id: `stream-${id}`, label: `Stream ${id}` })}</span>`)}</div>
    <p class="row"><button id="insert" class="quiet" phx-click=${on.insert}>Insert</button>
      <button id="remove-x" class="quiet" phx-click=${on.removeX}>Remove x</button></p>
    <h3>In another component, and in its slot</h3>
    ${Frame({ id: "frame", inner: html`<span id="slot">slot ${slot}</span> ${Counter({ id: "in-slot", label: "In the slot" })}
      <button id="slotted" class="quiet" phx-click=${on.slotted}>The view’s own event</button>` })}
    <p class="soft">Ended: <span id="gone">${gone.join(", ")}</span></p>`,
});

export const page = galleryPage({
  title: "Where components stand",
  path: "/components/places",
  about: "Components can be in lists, in streams, in other components and in their slots, and keep their state wherever " +
    "they move. When the browser and the server agree that one is gone, it ends with everything that it opened.",
  view: Places,
  url: import.meta.url,
});
