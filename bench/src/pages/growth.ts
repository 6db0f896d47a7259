// Pages of every size, to find out whether cost grows with the page or with what changed.
import { html, keyed, liveComponent, liveView, memo, type Rendered } from "holdfast";
import { makeRows, touch, type Row } from "./rows.js";

const row = memo(({ id, label, count }: Row): Rendered => html`
  <tr id="row-${id}"><td>${id}</td><td>${label}</td><td>${count}</td></tr>
`);

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
    <table><tbody>${keyed(rows, ({ id }) => id, row)}</tbody></table>`,
});

const Like = liveComponent<{ post: number }>().define({
  name: "like",
  mount: () => ({ likes: 0 }),
  events: { like: { handle: (socket) => socket.update("likes", (likes) => likes + 1) } },
  render: ({ id, post, likes }, on) => html`<p id=${id}>Post ${post}: ${likes} <button phx-click=${on.like}>like</button></p>`,
});

/** `/growth/components?n=100`: that many live components, each with its own number. */
export const GrowingComponents = liveView.define({
  name: "growing-components",
  authorize: "public",
  mount: (_socket, { uri }) => ({ posts: Array.from({ length: Number(uri.searchParams.get("n") ?? 100) }, (_, i) => i + 1) }),
  render: ({ posts }) => html`<div>${keyed(posts, (post) => post, (post) => Like({ id: `like-${post}`, post }))}</div>`,
});
