// Pages of every size, for the question whether cost grows with the page or with what changed.
import { html, keyed, liveView, type Rendered } from "holdfast";
import { makeRows, touch } from "./rows.js";

/** `/growth/rows?n=100`: a table, and a number above it that has nothing to do with the table. */
export const GrowingRows = liveView.define({
  name: "growing-rows",
  authorize: "public",
  mount: (_socket, { uri }) => ({ clicks: 0, rows: makeRows(Number(uri.searchParams.get("n") ?? 100)) }),
  events: {
    click: { handle: (socket) => socket.update("clicks", (clicks) => clicks + 1) },
    touch: {
      handle(socket, params) {
        const id = Number((params as { id?: string }).id);
        socket.update("rows", (rows) => touch(rows, id));
      },
    },
  },
  render: ({ clicks, rows }, on) => html`
    <button phx-click=${on.click}>${clicks}</button>
    <table><tbody>${keyed(rows, (row) => row.id, ({ id, label, count }): Rendered => html`
      <tr id="row-${id}"><td>${id}</td><td>${label}</td><td>${count}</td></tr>`)}</tbody></table>`,
});
