// Pages whose events' allocations are counted. It runs in a process of its own, interpreted: what an optimizer does not
// allocate depends on when it ran, and what an interpreter allocates does not.
import { getHeapStatistics } from "node:v8";
import { createEndpoint, html, keyed, liveSession, liveView } from "holdfast";

const rows = (n) => Array.from({ length: n }, (_, i) => ({ id: i + 1, count: 0 }));

const Rows = liveView.define({
  name: "Rows",
  authorize: "public",
  mount: (_socket, { uri }) => ({ clicks: 0, rows: rows(Number(uri.searchParams.get("n"))) }),
  events: {
    nothing: { handle: () => {} },
    click: { handle: (socket) => socket.update("clicks", (clicks) => (clicks + 1) % 10) },
  },
  render: ({ clicks, rows: all }) => html`
    <p>${clicks}</p>
    <ul>${keyed(all, (row) => row.id, (row) => html`<li id="row-${row.id}">${row.count}</li>`)}</ul>`,
});

const endpoint = createEndpoint({
  secret: "a secret for a server that only this test can reach",
  live: [liveSession("default", {}, (live) => live("/", Rows))],
  limits: { eventsPerSecond: Infinity, eventBurst: Infinity },
});

process.on("message", (ask) => {
  if (ask === "collect") globalThis.gc();
  process.send({ used: getHeapStatistics().used_heap_size });
});
process.on("disconnect", () => process.exit());
process.send({ url: (await endpoint.listen({ port: 0 })).url });
