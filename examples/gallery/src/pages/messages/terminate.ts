import { html, link, liveView, topic } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/messages/terminate";
const visits = { open: 0, ended: 0 };
const changed = topic<typeof visits>("gallery:visits");

const Visitors = liveView.define({
  name: "Visitors",
  authorize: "public",
  topics: () => ({ changed }),
  mount: () => ({ ...visits }),
  messages: { changed: (socket, { open, ended }) => socket.assign({ open, ended }) },
  render: ({ open, ended }) => html`
    <p>Open visits: <b id="open">${open}</b>, ended: <b id="ended">${ended}</b></p>
    <p>${link({ navigate: `${ROOT}/visit`, id: "visit", inner: "Begin a visit" })}, best in a second window.</p>`,
});

const Visit = liveView.define({
  name: "Visit",
  authorize: "public",
  mount(socket) {
    if (!socket.connected) return;
    visits.open++;
    socket.broadcastFrom(changed, visits);
    socket.onTerminate(() => {
      visits.open--;
      visits.ended++;
      socket.broadcastFrom(changed, visits);
    });
    socket.onTerminate(() => {
      throw new Error("a terminate that throws stops nobody else’s");
    });
  },
  events: {
    crash: {
      handle() {
        throw new Error("the visit ends badly");
      },
    },
  },
  render: (_assigns, on) => html`
    <p id="visiting">You are visiting. It ends when you leave, close the window, or
      <button id="crash" class="danger" phx-click=${on.crash}>crash</button></p>
    <p>${link({ navigate: ROOT, id: "leave", inner: "Leave" })}</p>`,
});

export const page = galleryPage({
  title: "The end of a view",
  path: ROOT,
  about: "onTerminate runs once when a view ends, whatever ended it: a navigation, a closed window, a crash. Timers and " +
    "subscriptions do not need it, because they end by themselves.",
  routes: [{ path: ROOT, view: Visitors }, { path: `${ROOT}/visit`, view: Visit }],
  url: import.meta.url,
});
