import { html, liveView, topic } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const trouble = topic<string>("gallery:trouble");

const Crash = liveView.define({
  name: "Crash",
  authorize: "public",
  mount(socket) {
    socket.subscribe(trouble, () => {
      throw new Error("a message that nobody can read");
    });
    return { count: 0, broken: false };
  },
  events: {
    count: { handle: (socket) => socket.update("count", (count) => count + 1) },
    inEvent: {
      handle() {
        throw new Error("the handler throws");
      },
    },
    inRender: { handle: (socket) => socket.assign({ broken: true }) },
    inTimer: {
      handle(socket) {
        socket.sendAfter(1, () => {
          throw new Error("the timer throws");
        });
      },
    },
    inMessage: { handle: (socket) => socket.broadcastFrom(trouble, "for the others") },
    unawaited: {
      handle() {
        void Promise.reject(new Error("nobody waits for this"));
      },
    },
  },
  render: ({ count, broken }, on) => {
    if (broken) throw new Error("the template throws");
    return html`
      <p><button id="count" phx-click=${on.count}>Clicked ${count} times</button>
        <span class="soft">— a crash forgets it, for this view alone.</span></p>
      <form id="draft"><label>A field that the crash leaves alone
        <input id="note" name="note" phx-update="ignore" autocomplete="off"></label></form>
      <p class="row">Throw <button id="in-event" class="danger" phx-click=${on.inEvent}>in the handler</button>
        <button id="in-render" class="danger" phx-click=${on.inRender}>in render</button>
        <button id="in-timer" class="danger" phx-click=${on.inTimer}>in a timer</button>
        <button id="unawaited" class="danger" phx-click=${on.unawaited}>in a promise that nobody awaits</button>
        <button id="in-message" class="danger" phx-click=${on.inMessage}>in every other window’s subscription</button></p>`;
  },
});

export const page = galleryPage({
  title: "Crash and recovery",
  path: "/errors/crash",
  about: "Whatever throws, only one view crashes: its client is told, joins again, and has a fresh view a moment later. " +
    "The process, other views and the connection’s other topics never notice.",
  view: Crash,
  url: import.meta.url,
});
