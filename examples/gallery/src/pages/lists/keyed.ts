import { html, keyed, liveView } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Item = z.object({ id: z.coerce.number().int() });
const START = ["Alder", "Beech", "Cedar", "Dogwood", "Elm"].map((name, index) => ({ id: index + 1, name }));

const Trees = liveView.define({
  name: "Trees",
  authorize: "public",
  mount: () => ({ trees: START, next: START.length + 1 }),
  events: {
    prepend: {
      handle(socket) {
        const { trees, next } = socket.assigns;
        socket.assign({ trees: [{ id: next, name: `Tree ${next}` }, ...trees], next: next + 1 });
      },
    },
    append: {
      handle(socket) {
        const { trees, next } = socket.assigns;
        socket.assign({ trees: [...trees, { id: next, name: `Tree ${next}` }], next: next + 1 });
      },
    },
    rename: {
      params: Item,
      handle: (socket, { id }) =>
        socket.update("trees", (trees) => trees.map((tree) => (tree.id === id ? { ...tree, name: `${tree.name}!` } : tree))),
    },
    toTop: {
      params: Item,
      handle: (socket, { id }) =>
        socket.update("trees", (trees) => [...trees.filter((tree) => tree.id === id), ...trees.filter((tree) => tree.id !== id)]),
    },
    remove: {
      params: Item,
      handle: (socket, { id }) => socket.update("trees", (trees) => trees.filter((tree) => tree.id !== id)),
    },
    reverse: { handle: (socket) => socket.update("trees", (trees) => trees.toReversed()) },
    shuffle: {
      handle(socket) {
        // No random numbers, so that the page's test knows the order.
        socket.update("trees", (trees) => trees.toSorted((a, b) => ((a.id * 7) % 11) - ((b.id * 7) % 11)));
      },
    },
    clear: { handle: (socket) => socket.assign({ trees: [] }) },
    refill: { handle: (socket) => socket.assign({ trees: START }) },
    twice: { handle: (socket) => socket.update("trees", (trees) => [...trees, trees[0]!]) },
  },
  render: ({ trees }, on) => html`
    <p class="row"><button id="prepend" phx-click=${on.prepend}>Add on top</button>
      <button id="append" phx-click=${on.append}>Add below</button>
      <button id="reverse" phx-click=${on.reverse}>Reverse</button>
      <button id="shuffle" phx-click=${on.shuffle}>Shuffle</button>
      <button id="clear" phx-click=${on.clear}>Clear</button>
      <button id="refill" phx-click=${on.refill}>Refill</button>
      <button id="twice" class="danger" phx-click=${on.twice}>The same key twice</button></p>
    <ul id="trees" class="rows">${keyed(trees, ({ id }) => id, ({ id, name }) => html`
      <li id="tree-${id}"><b>${name}</b> <input id="note-${id}" aria-label="Note on ${name}" phx-update="ignore">
        <button class="quiet" phx-click=${on.rename} phx-value-id=${id}>Rename</button>
        <button class="quiet" phx-click=${on.toTop} phx-value-id=${id}>To the top</button>
        <button class="quiet" phx-click=${on.remove} phx-value-id=${id}>Remove</button></li>`)}
    </ul>
    <p id="empty">${trees.length === 0 && "No trees."}</p>`,
});

export const page = galleryPage({
  title: "Keyed lists",
  path: "/lists/keyed",
  about: "Items with a key move in the browser when they move on the server, together with the focus and the text that " +
    "somebody typed in them. Only changes go over the wire: a reversed list is a list of positions.",
  view: Trees,
  url: import.meta.url,
});
