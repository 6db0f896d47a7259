import { html, liveComponent, liveView } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

/** Loads the data of all rows of a render in one call. */
const Row = liveComponent<{ user: number; note?: string }>().define({
  name: "Row",
  mount: () => ({ name: "", call: "" }),
  updateMany(updates) {
    const names = new Map(updates.map(({ props }) => [props.user, `User ${props.user}`]));
    for (const { socket, props } of updates) {
      socket.assign({ name: names.get(props.user) ?? "", call: `one of ${updates.length}` });
    }
  },
  render: ({ id, name, call, note }) => html`<li id=${id}><b>${name}</b> <i>${call}</i> <span>${note}</span></li>`,
});

const Cart = liveComponent<{ count: number }>().define({
  name: "Cart",
  mount: () => ({ history: [] as readonly number[] }),
  update(socket) {
    socket.update("history", (history) => [...history, socket.assigns.count]);
  },
  render: ({ count, history }) => html`<p id="cart" class="card">Cart: <b>${count}</b> <i>${history.join(" ")}</i></p>`,
});

const Updates = liveView.define({
  name: "Updates",
  authorize: "public",
  mount: () => ({ users: [1, 2, 3] as readonly number[], other: 0 }),
  events: {
    add: { handle: (socket) => socket.update("users", (users) => [...users, users.length + 1]) },
    replace: { handle: (socket) => socket.update("users", (users) => users.map((user) => user + 10)) },
    other: { handle: (socket) => socket.update("other", (other) => other + 1) },
    note: { handle: (socket) => socket.sendUpdate(Row, { id: "row-1", note: "sent by the view" }) },
    cart: { handle: (socket) => socket.sendUpdate(Cart, { id: "cart", count: 3 }) },
    cartLater: {
      handle(socket) {
        socket.sendUpdateAfter(100, Cart, { id: "cart", count: 7 });
        const cancel = socket.sendUpdateAfter(50, Cart, { id: "cart", count: 1000 });
        cancel();
      },
    },
    nobody: { handle: (socket) => socket.sendUpdate(Cart, { id: "no-such-cart", count: 9 }) },
  },
  render: ({ users, other }, on) => html`
    <p class="row"><button id="add" phx-click=${on.add}>Add a row</button>
      <button id="replace" phx-click=${on.replace}>Other users in all rows</button>
      <button id="render" phx-click=${on.other}>Render the view: ${other}</button>
      <button id="note" phx-click=${on.note}>sendUpdate to row 1</button></p>
    <ul id="rows" class="rows">${users.map((user, index) => Row({ id: `row-${index + 1}`, user }))}</ul>
    <p class="row"><button id="cart-now" phx-click=${on.cart}>sendUpdate to the cart</button>
      <button id="cart-later" phx-click=${on.cartLater}>sendUpdateAfter</button>
      <button id="nobody" phx-click=${on.nobody}>to one that is not there</button></p>
    ${Cart({ id: "cart", count: 0 })}`,
});

export const page = galleryPage({
  title: "Updating components",
  path: "/components/updates",
  about: "A component is updated when its parent gives it new props, and by sendUpdate from anywhere on the page, now or " +
    "later. With updateMany all components that one render updates come in one call, so that their data is loaded " +
    "together.",
  view: Updates,
  url: import.meta.url,
});
