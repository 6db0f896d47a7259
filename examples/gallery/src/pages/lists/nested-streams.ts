import { html, keyed, liveComponent, liveView, stream } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

interface Card {
  readonly id: string;
  readonly text: string;
}

/** A column of a board, with its own stream of cards. */
const Column = liveComponent<{ name: string }>().define({
  name: "Column",
  mount: (_socket, { name }) => ({
    cards: stream<Card>([{ id: `${name}-1`, text: `${name} 1` }, { id: `${name}-2`, text: `${name} 2` }]),
    next: 3,
  }),
  events: {
    add: {
      handle(socket) {
        const { name, next } = socket.assigns;
        socket.streamInsert("cards", { id: `${name}-${next}`, text: `${name} ${next}` }, { at: 0 });
        socket.assign({ next: next + 1 });
      },
    },
    drop: {
      params: z.object({ id: z.string() }),
      handle: (socket, { id }) => socket.streamDelete("cards", { id, text: "" }),
    },
    reset: {
      handle: (socket) => socket.stream("cards", [{ id: `${socket.assigns.name}-1`, text: "the only one" }], { reset: true }),
    },
  },
  render: ({ id, name, cards }, on) => html`
    <section id=${id} class="card">
      <h3>${name}</h3>
      <ul id="${id}-cards" class="plain" phx-update="stream">${cards.map((card, domId) => html`
        <li id=${domId}>${card.text} <button class="quiet" phx-click=${on.drop} phx-value-id=${card.id}>×</button></li>`)}
      </ul>
      <button class="add quiet" phx-click=${on.add}>Add</button>
      <button class="reset quiet" phx-click=${on.reset}>Reset</button>
    </section>`,
});

const Board = liveView.define({
  name: "Board",
  authorize: "public",
  mount: () => ({ columns: ["Now", "Soon", "Later"] as readonly string[], added: 0 }),
  events: {
    reverse: { handle: (socket) => socket.update("columns", (columns) => columns.toReversed()) },
    dropFirst: { handle: (socket) => socket.update("columns", (columns) => columns.slice(1)) },
    addColumn: {
      handle(socket) {
        const added = socket.assigns.added + 1;
        socket.assign({ added, columns: [...socket.assigns.columns, `More${added}`] });
      },
    },
  },
  render: ({ columns }, on) => html`
    <p class="row"><button id="reverse" phx-click=${on.reverse}>Reverse the columns</button>
      <button id="drop-first" phx-click=${on.dropFirst}>Drop the first</button>
      <button id="add-column" phx-click=${on.addColumn}>Add a column</button></p>
    <div id="board" class="row top-aligned">${keyed(columns, (name) => name, (name) => Column({ id: `column-${name}`, name }))}</div>`,
});

export const page = galleryPage({
  title: "Streams in components",
  path: "/lists/nested-streams",
  about: "A live component may have its own streams, and be in a keyed list. When the list moves, each column keeps its " +
    "cards, which the server forgot long ago.",
  view: Board,
  url: import.meta.url,
});
