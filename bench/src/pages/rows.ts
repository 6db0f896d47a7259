import { html, keyed, liveView, memo, type Rendered } from "holdfast";

export interface Row {
  readonly id: number;
  readonly label: string;
  readonly count: number;
}

export function makeRows(n: number): readonly Row[] {
  return Array.from({ length: n }, (_, i) => ({ id: i + 1, label: `Row number ${i + 1}`, count: 0 }));
}

export function touch(rows: readonly Row[], id: number): readonly Row[] {
  return rows.map((row) => (row.id === id ? { ...row, count: row.count + 1 } : row));
}

const row = memo(({ id, label, count }: Row): Rendered => html`
  <tr id="row-${id}" phx-click="touch" phx-value-id=${id}><td>${id}</td><td>${label}</td><td>${count}</td></tr>
`);

export const Rows = liveView.define({
  name: "rows",
  authorize: "public",
  mount: () => ({ rows: makeRows(1000) }),
  events: {
    touch: {
      handle(socket, params) {
        const id = Number((params as { id?: string }).id);
        socket.update("rows", (rows) => touch(rows, id));
      },
    },
  },
  render: ({ rows }) => html`<table><tbody>${keyed(rows, ({ id }) => id, row)}</tbody></table>`,
});
