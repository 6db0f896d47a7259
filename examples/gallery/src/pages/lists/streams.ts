import { html, liveView, stream } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

interface Song {
  readonly id: number;
  readonly title: string;
}
const TITLES = ["Arrival", "Bells", "Canon", "Dusk", "Echo", "Fog"];
const first: readonly Song[] = TITLES.slice(0, 3).map((title, index) => ({ id: index + 1, title }));

const Songs = liveView.define({
  name: "Songs",
  authorize: "public",
  mount: () => ({
    songs: stream(first),
    played: stream<Song>([], { domId: ({ id }) => `played-${id}` }),
    next: 4,
  }),
  events: {
    add: {
      params: z.object({ at: z.coerce.number().int().min(-1).max(100), limit: z.coerce.number().int().optional() }),
      handle(socket, { at, limit }) {
        const id = socket.assigns.next;
        const song = { id, title: TITLES[(id - 1) % TITLES.length]! };
        socket.streamInsert("songs", song, { at, limit });
        socket.assign({ next: id + 1 });
      },
    },
    several: {
      handle(socket) {
        const id = socket.assigns.next;
        socket.stream("songs", [{ id, title: "Left" }, { id: id + 1, title: "Right" }], { at: 0 });
        socket.assign({ next: id + 2 });
      },
    },
    rename: {
      params: z.object({ id: z.coerce.number().int() }),
      handle: (socket, { id }) => socket.streamInsert("songs", { id, title: `Song ${id}, renamed` }),
    },
    updateOnly: {
      handle(socket) {
        socket.streamInsert("songs", { id: 2, title: "Bells, updated" }, { updateOnly: true });
        socket.streamInsert("songs", { id: 999, title: "Nobody has this one" }, { updateOnly: true });
      },
    },
    play: {
      params: z.object({ id: z.coerce.number().int() }),
      handle(socket, { id }) {
        const song = { id, title: `Song ${id}` };
        socket.streamDelete("songs", song);
        socket.streamInsert("played", song, { at: 0 });
      },
    },
    remove: {
      params: z.object({ "dom-id": z.string() }),
      handle: (socket, payload) => socket.streamDeleteByDomId("songs", payload["dom-id"]),
    },
    reset: { handle: (socket) => socket.stream("songs", first, { reset: true }) },
    empty: { handle: (socket) => socket.stream("songs", [], { reset: true }) },
    mixed: {
      handle(socket) {
        socket.stream("songs", [{ id: 1, title: "Arrival" }], { reset: true });
        socket.streamInsert("songs", { id: 50, title: "Behind" });
        socket.streamInsert("songs", { id: 51, title: "In front" }, { at: 0 });
        socket.streamDelete("songs", { id: 50, title: "" });
      },
    },
    broken: { handle: (socket) => socket.streamInsert("songs", {} as Song) },
  },
  render: ({ songs, played, next }, on) => html`
    <p class="row">Add <button id="append" phx-click=${on.add} phx-value-at="-1">at the end</button>
      <button id="prepend" phx-click=${on.add} phx-value-at="0">at the beginning</button>
      <button id="second" phx-click=${on.add} phx-value-at="1">second</button>
      <button id="far" phx-click=${on.add} phx-value-at="99">at 99</button>
      <button id="several" phx-click=${on.several}>two at once</button></p>
    <p class="row">Keep three:
      <button id="limit-end" phx-click=${on.add} phx-value-at="0" phx-value-limit="3">add on top, drop the last</button>
      <button id="limit-start" phx-click=${on.add} phx-value-at="-1" phx-value-limit="-3">add below, drop the first</button></p>
    <p class="row"><button id="update-only" phx-click=${on.updateOnly}>Update 2 and 999, only if they are there</button>
      <button id="mixed" phx-click=${on.mixed}>Reset, insert and delete at once</button>
      <button id="reset" phx-click=${on.reset}>Reset</button>
      <button id="empty" phx-click=${on.empty}>Reset to nothing</button>
      <button id="broken" class="danger" phx-click=${on.broken}>An item without an id</button></p>
    <ul id="songs" class="rows" phx-update="stream">${songs.map(({ id, title }, domId) => html`
      <li id=${domId}><b>${title}</b>
        <button class="quiet" phx-click=${on.rename} phx-value-id=${id}>Rename</button>
        <button class="quiet" phx-click=${on.play} phx-value-id=${id}>Play</button>
        <button class="quiet" phx-click=${on.remove} phx-value-dom-id=${domId}>Remove</button></li>`)}
    </ul>
    <h3>Played</h3>
    <ol id="played" class="log" phx-update="stream">${played.map(({ title }, domId) => html`<li id=${domId}>${title}</li>`)}</ol>
    <p class="soft">The next song will be number <b id="next">${next}</b>. That is all that the server knows of the list.</p>`,
});

export const page = galleryPage({
  title: "Streams",
  path: "/lists/streams",
  about: "A stream is a list that only the browser keeps: the server sends insertions and deletions, and forgets them. So " +
    "a list may grow for days, and the view costs no more than on the first.",
  view: Songs,
  url: import.meta.url,
});
