// The pages that the load generator asks for, written as a user would write them.
import { createEndpoint, html, keyed, liveSession, liveView, logIn, topic, type Rendered } from "holdfast";

declare module "holdfast" {
  interface SessionValues {
    userId?: number;
  }
}

/** How many events were handled, as the generator wants to know. */
const handled = { inc: 0, mark: 0, late: 0 };
/** When a disconnect has returned, by this process' clock: whatever was sent later must not be handled. */
let disconnectedAt = Infinity;

const Counter = liveView.define({
  name: "counter",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: {
    inc: {
      handle(socket, params) {
        handled.inc++;
        const { t } = params as { t?: number };
        if (t !== undefined && t > disconnectedAt) handled.late++;
        socket.update("count", (count) => count + 1);
      },
    },
    mark: { handle: () => void handled.mark++ },
  },
  render: ({ count }, on) => html`
    <div id="counter">
      <h1>Counter</h1>
      <p>Count: <span id="count">${count}</span></p>
      <button phx-click=${on.inc}>+1</button>
    </div>
  `,
});

interface Row {
  readonly id: number;
  readonly label: string;
  readonly count: number;
}

const Rows = liveView.define({
  name: "rows",
  authorize: "public",
  mount: () => ({ rows: Array.from({ length: 1000 }, (_, i): Row => ({ id: i + 1, label: `Row number ${i + 1}`, count: 0 })) }),
  events: {
    touch: {
      handle(socket, params) {
        const id = Number((params as { id?: string }).id);
        socket.update("rows", (rows) => rows.map((row) => (row.id === id ? { ...row, count: row.count + 1 } : row)));
      },
    },
  },
  render: ({ rows }) => html`<table><tbody>${keyed(rows, (row) => row.id, ({ id, label, count }): Rendered => html`
    <tr id="row-${id}" phx-click="touch" phx-value-id=${id}><td>${id}</td><td>${label}</td><td>${count}</td></tr>
  `)}</tbody></table>`,
});

interface Message {
  readonly seq: number;
  readonly text: string;
}
const feed = topic<Message>("feed");

const Feed = liveView.define({
  name: "feed",
  authorize: "public",
  mount(socket): { last: Message | undefined } {
    socket.subscribe(feed, (last) => socket.assign({ last }));
    return { last: undefined };
  },
  render: ({ last }) => html`<div id="feed">${last && html`<p id="last">${last.seq}: ${last.text}</p>`}</div>`,
});

const stats = (): object => {
  const { rss, heapUsed } = process.memoryUsage();
  return { pid: process.pid, rss_kib: rss >> 10, heap_kib: heapUsed >> 10, ...handled, runtime: `node ${process.version}` };
};

const endpoint = createEndpoint({
  secret: "a secret for a server that only this machine can reach",
  live: [liveSession("default", {}, (live) => {
    live("/counter", Counter);
    live("/rows", Rows);
    live("/feed", Feed);
  })],
  csrfExempt: (path) => path.startsWith("/bench/"),
  // One machine plays all the users: what is capped per address and per second is not what we measure.
  limits: { socketsPerIp: Infinity, socketsPerSession: Infinity, eventsPerSecond: Infinity, eventBurst: Infinity },
  routes(app) {
    app.get("/login", async (c) => {
      const userId = Number(c.req.query("user"));
      await logIn(c, { userId, liveSocketId: `users_sockets:${userId}` });
      return c.text("ok");
    });
    app.get("/bench/stats", (c) => c.json(stats()));
    app.post("/bench/gc", (c) => {
      globalThis.gc?.();
      return c.json(stats());
    });
    app.post("/bench/reset", (c) => {
      Object.assign(handled, { inc: 0, mark: 0, late: 0 });
      disconnectedAt = Infinity;
      return c.json(stats());
    });
    app.post("/bench/broadcast", (c) => {
      const seq = Number(c.req.query("seq"));
      const from = performance.now();
      endpoint.broadcast(feed, { seq, text: `message number ${seq} ${"x".repeat(80)}` });
      return c.json({ call_us: Math.round((performance.now() - from) * 1000) });
    });
    app.post("/bench/disconnect", async (c) => {
      const from = performance.now();
      await endpoint.disconnect(`users_sockets:${c.req.query("user")}`);
      disconnectedAt = Date.now();
      return c.json({ call_us: Math.round((performance.now() - from) * 1000), ...handled });
    });
  },
});

console.log((await endpoint.listen({ port: Number(process.env["PORT"] ?? 4000) })).url);
