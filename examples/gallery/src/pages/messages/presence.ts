import { html, keyed, liveView, presence } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Guest = z.object({ name: z.string().trim().min(1).max(20) });

const Guests = liveView.define({
  name: "Guests",
  authorize: "public",
  mount: () => ({
    hidden: false,
    guests: presence("gallery:guests", { key: `guest-${crypto.randomUUID().slice(0, 8)}`, meta: { name: "somebody", typing: false } }),
  }),
  events: {
    rename: {
      params: Guest,
      handle: (socket, { name }) => socket.updatePresence("guests", { name, typing: false }),
    },
    type: { handle: (socket) => socket.updatePresence("guests", (meta) => ({ ...meta, typing: true })) },
    hide: {
      handle(socket) {
        socket.untrackPresence("guests");
        socket.assign({ hidden: true });
      },
    },
    show: {
      handle(socket) {
        socket.updatePresence("guests", (meta) => meta);
        socket.assign({ hidden: false });
      },
    },
  },
  render: ({ guests, hidden }, on) => html`
    <form id="rename" class="row" phx-submit=${on.rename} phx-change=${on.type}>
      <input name="name" id="name" placeholder="Your name" aria-label="Your name" autocomplete="off">
      <button id="send">This is me</button>
    </form>
    <ul id="guests" class="log">
      ${keyed(guests.list, ({ key }) => key, ({ metas: [guest] }) => html`<li>${guest?.name}${guest?.typing && " is typing …"}</li>`)}
    </ul>
    <p class="row">
      ${hidden
        ? html`<button id="show" class="quiet" phx-click=${on.show}>Be seen again</button>`
        : html`<button id="hide" class="quiet" phx-click=${on.hide}>Hide</button>`}
      <span class="soft">Open this page in a second window.</span>
    </p>`,
});

export const page = galleryPage({
  title: "Presence",
  path: "/messages/presence",
  about: "Who is on this page, in all windows and on all nodes, and what each of them is doing. " +
    "A view joins when it is connected and leaves when it ends.",
  view: Guests,
  url: import.meta.url,
});
