// A page that overloads the shared event loop, in the ways that pages do.
import { Worker } from "node:worker_threads";
import { html, keyed, liveView, type Rendered } from "holdfast";
import { makeRows, touch } from "./rows.js";

/** 8,000 rows are 1 MB of HTML. */
const ROWS = 8000;

function burn(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

/** The same work on another thread: the handler waits, the event loop does not. */
function burnElsewhere(ms: number): Promise<void> {
  const code = `
    const { workerData } = require("node:worker_threads");
    for (const until = performance.now() + workerData; performance.now() < until; );`;
  return new Promise((resolve, reject) => {
    new Worker(code, { eval: true, workerData: ms }).once("exit", () => resolve()).once("error", reject);
  });
}

export const Heavy = liveView.define({
  name: "heavy",
  authorize: "public",
  mount: () => ({ rows: makeRows(ROWS) }),
  events: {
    burn: { handle: () => burn(50) },
    burnElsewhere: { handle: () => burnElsewhere(50) },
    touchOne: { handle: (socket) => socket.update("rows", (rows) => touch(rows, 500)) },
    // Every key is new, so the whole table is sent.
    replace: { handle: (socket) => socket.update("rows", (rows) => rows.map((row) => ({ ...row, id: row.id + ROWS }))) },
  },
  render: ({ rows }) => html`<table><tbody>${keyed(rows, (row) => row.id, ({ id, label, count }): Rendered => html`
    <tr id="row-${id}" phx-click="touch" phx-value-id=${id}><td>${id}</td><td>${label}</td><td>${count}</td></tr>
  `)}</tbody></table>`,
});
