/** @jsxImportSource holdfast */
// The programs of docs/tsx.md; test/docs/reference.test.ts runs them.
import { keyed, liveView, type Rendered } from "holdfast";
import { literal } from "holdfast/jsx-runtime";

// #region view
const Price = ({ amount }: { amount: number }): Rendered => <b class="price">{amount.toFixed(2)} €</b>;

export const Cart = liveView.define({
  authorize: "public",
  mount: () => ({ items: [{ id: 1, name: "Tea", amount: 4.5 }] }),
  events: { empty: { handle: (socket) => socket.assign({ items: [] }) } },
  render: ({ items }, on) => (
    <main>
      <ul class={{ empty: items.length === 0 }}>
        {keyed(items, ({ id }) => id, ({ name, amount }) => <li>{name} <Price amount={amount} /></li>)}
      </ul>
      <button type="button" phx-click={on.empty} disabled={items.length === 0}>Empty</button>
    </main>
  ),
});
// #endregion

// #region literal
export const chart = <canvas id="sales" phx-hook={literal`Chart`}></canvas>;
export const styles = <link rel={literal`stylesheet`} href="/app.css" />;
// #endregion
