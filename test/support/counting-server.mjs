// Pages whose work is counted from outside: bytes allocated, promises created, chunks written. Runs in its own process without
// the optimizing compiler, which would make the allocations depend on the moment at which it runs.
import { Socket } from "node:net";
import { getHeapStatistics, promiseHooks, queryObjects } from "node:v8";
import { createEndpoint, html, keyed, liveSession, liveView, topic } from "holdfast";
import { serve } from "holdfast/node";

let promises = 0;
promiseHooks.onInit(() => promises++);

let writes = 0;
for (const method of ["_write", "_writev"]) {
  const plain = Socket.prototype[method];
  Socket.prototype[method] = function (...args) {
    writes++;
    return plain.apply(this, args);
  };
}

const rows = (n) => Array.from({ length: n }, (_, i) => ({ id: i + 1, count: 0 }));

const ticks = topic("ticks");
const tick = (socket) => socket.update("clicks", (clicks) => (clicks + 1) % 10);

const Rows = liveView.define({
  name: "Rows",
  authorize: "public",
  mount(socket, { uri }) {
    socket.subscribe(ticks, () => tick(socket));
    return { clicks: 0, rows: rows(Number(uri.searchParams.get("n"))) };
  },
  events: {
    nothing: { from: "anywhere", handle: () => {} },
    click: { from: "anywhere", handle: tick },
  },
  render: ({ clicks, rows: all }) => html`
    <p>${clicks}</p>
    <ul>${keyed(all, (row) => row.id, (row) => html`<li id="row-${row.id}">${row.count}</li>`)}</ul>`,
});

const endpoint = createEndpoint({
  secret: "a secret for a server that only this test can reach",
  live: [liveSession("default", {}, (live) => live("/", Rows))],
  // Nobody waits: a queue would be counted too.
  limits: { eventsPerSecond: Infinity, eventBurst: Infinity, admissionsPerSession: 1e6, admissionBurstPerSession: 1e6 },
});

/** Objects that are still held when all have left. It collects what is not. */
async function objectsLeft() {
  while (endpoint.connections > 0) await new Promise((resolve) => setImmediate(resolve));
  return queryObjects(Object, { format: "count" });
}

process.on("message", async (ask) => {
  if (ask === "left") return void process.send({ objects: await objectsLeft() });
  if (ask === "collect") globalThis.gc();
  // Twice: what survives both is in the old generation.
  if (ask === "scavenge") for (let i = 0; i < 2; i++) globalThis.gc({ type: "minor" });
  if (ask === "broadcast") endpoint.broadcast(ticks, "now");
  process.send({ used: getHeapStatistics().used_heap_size, promises, writes });
});
process.on("disconnect", () => process.exit());
process.send({ url: (await serve(endpoint, { port: 0 })).url });
