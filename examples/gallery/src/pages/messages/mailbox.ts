import { html, liveView } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const Mailbox = liveView.define({
  name: "Mailbox",
  authorize: "public",
  mount: () => ({ log: [] as readonly string[], ticks: 0, running: false, stop: () => {} }),
  // During the GET this sends nothing: only a connected view has a mailbox.
  handleParams: (socket) => socket.send(() => socket.assign({ log: ["sent in handleParams"] })),
  events: {
    order: {
      handle(socket) {
        const add = (line: string) => () => socket.update("log", (log) => [...log, line]);
        socket.send(add("second: sent to itself"));
        socket.send(add("third: sent behind it"));
        add("first: the handler itself")();
      },
    },
    later: {
      handle(socket) {
        socket.sendAfter(150, () => socket.update("log", (log) => [...log, "150 ms later"]));
      },
    },
    cancelled: {
      handle(socket) {
        const cancel = socket.sendAfter(100, () => socket.update("log", (log) => [...log, "never shown"]));
        cancel();
        socket.sendAfter(150, () => socket.update("log", (log) => [...log, "after the cancelled one"]));
      },
    },
    start: {
      handle(socket) {
        socket.assigns.stop();
        const stop = socket.sendEvery(50, () => socket.update("ticks", (ticks) => ticks + 1));
        socket.assign({ running: true, stop });
      },
    },
    stop: {
      handle(socket) {
        socket.assigns.stop();
        socket.assign({ running: false });
      },
    },
    flood: {
      handle(socket) {
        for (let i = 0; i < 2000; i++) socket.send(() => socket.update("ticks", (ticks) => ticks + 1));
      },
    },
  },
  render: ({ log, ticks, running }, on) => html`
    <p class="row"><button id="order" phx-click=${on.order}>Send to myself, twice</button>
      <button id="later" phx-click=${on.later}>Send later</button>
      <button id="cancelled" phx-click=${on.cancelled}>Send later, and cancel</button></p>
    <p class="row"><button id="start" phx-click=${on.start}>Every 50 ms</button>
      <button id="stop" phx-click=${on.stop}>Stop</button>
      <output id="ticks">${ticks}</output> <span id="running">${running ? "running" : "still"}</span></p>
    <p class="row"><button id="flood" class="danger" phx-click=${on.flood}>Two thousand messages at once</button>
      <span class="soft">— more than may wait for one view: it begins anew, and no other does.</span></p>
    <ol id="log" class="log">${log.map((line) => html`<li>${line}</li>`)}</ol>`,
});

export const page = galleryPage({
  title: "The mailbox",
  path: "/messages/mailbox",
  about: "A view does one thing at a time: events, its own messages, timers and broadcasts wait in one " +
    "queue, first in, first out. What it opened through its socket ends when it leaves.",
  view: Mailbox,
  url: import.meta.url,
});
