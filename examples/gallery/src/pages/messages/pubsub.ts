import { html, liveView, topic } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Line = z.object({ name: z.string().trim().min(1).max(20), text: z.string().trim().min(1).max(80) });
type Line = z.output<typeof Line>;
const said = topic<Line>("gallery:said");

/** What a page keeps of what was said: what others send must not fill its memory. */
const last = (lines: readonly Line[]): readonly Line[] => lines.slice(-50);

const Room = liveView.define({
  name: "Room",
  authorize: "public",
  topics: () => ({ said }),
  mount: () => ({ lines: [] as readonly Line[], listening: true }),
  messages: { said: (socket, line) => socket.update("lines", (lines) => last([...lines, line])) },
  events: {
    say: {
      params: Line,
      handle(socket, line) {
        socket.broadcastFrom(said, line);
        socket.update("lines", (lines) => last([...lines, { ...line, name: "you" }]));
      },
    },
    leave: {
      handle(socket) {
        socket.unsubscribe(said);
        socket.assign({ listening: false });
      },
    },
    enter: {
      handle(socket) {
        socket.subscribe(said, (line) => socket.update("lines", (lines) => last([...lines, line])));
        socket.assign({ listening: true });
      },
    },
  },
  render: ({ lines, listening }, on) => html`
    <form id="say" class="row" phx-submit=${on.say}>
      <input name="name" id="name" placeholder="Your name" aria-label="Your name" autocomplete="off">
      <input name="text" id="text" placeholder="Say something" aria-label="Say something" autocomplete="off">
      <button id="send">Say it</button>
    </form>
    <ol id="lines" class="log">${lines.map(({ name, text }) => html`<li><b>${name}</b>: ${text}</li>`)}</ol>
    <p class="row">
      ${listening
        ? html`<button id="leave" class="quiet" phx-click=${on.leave}>Stop listening</button>`
        : html`<button id="enter" class="quiet" phx-click=${on.enter}>Listen again</button>`}
      <span class="soft">Open this page in a second window.</span>
    </p>`,
});

export const page = galleryPage({
  title: "PubSub",
  path: "/messages/pubsub",
  about: "A view subscribes to a topic and receives what others broadcast, in its mailbox, as long as it lives. A " +
    "broadcast from a view goes to all others and not to itself.",
  view: Room,
  url: import.meta.url,
});
