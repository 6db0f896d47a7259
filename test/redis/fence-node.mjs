// A node of an application whose handlers record when they start, on the machine's clock, so that nodes can be compared. Its
// parent sends commands, one per line, and each is answered with a line.
import { createInterface } from "node:readline";
import { createEndpoint, html, liveSession, liveView, logIn, onMount, redirect } from "holdfast";
import { serve } from "holdfast/node";
import { redis } from "holdfast/redis";

const now = () => Number(process.hrtime.bigint() / 1_000n) / 1_000;
/** When code of a user's views last started. */
const last = new Map();

const currentUser = onMount((_socket, { session }) => (session.name === undefined ? redirect("/login") : { name: session.name }));
const Busy = liveView.use(currentUser).define({
  name: "Busy",
  authorize: () => true,
  mount(socket) {
    if (socket.connected) last.set(socket.assigns.name, now());
    return {};
  },
  events: { work: { handle: (socket) => void last.set(socket.assigns.name, now()) } },
  render: (_assigns, on) => html`<button phx-click=${on.work}>work</button>`,
});

// The same lease as the endpoint's, so that the test can ask whether the node may act.
let lease;
const backplane = redis({ url: process.env.REDIS_URL });
const endpoint = createEndpoint({
  secret: "a secret of these tests, long enough", log() {},
  backplane: { open: (options) => { const node = backplane.open(options); lease = node.lease; return node; } },
  limits: { socketsPerIp: Infinity, eventsPerSecond: Infinity, admissionsPerIp: Infinity, admissionsPerSession: Infinity, rejoinsPerIp: Infinity, socketsPerSession: Infinity },
  rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
  live: [liveSession("default", {}, (live) => live("/", Busy))],
  csrfExempt: () => true,
  routes(app) {
    app.get("/login", (c) => c.text("log in"));
    app.post("/login", async (c) => {
      const { name } = await c.req.parseBody();
      await logIn(c, { name, liveSocketId: `user:${name}` });
      return c.redirect("/");
    });
  },
});

const commands = {
  node: () => endpoint.pubsub.node,
  held: () => lease.held(),
  last: (name) => last.get(name) ?? 0,
  end: async (name) => {
    try {
      const { missing } = await endpoint.endSessions(`user:${name}`);
      return { missing: missing.map(({ node }) => node), resolved: now() };
    } catch {
      // The store could not be asked: nothing was promised.
      return null;
    }
  },
};
console.log(JSON.stringify({ ready: (await serve(endpoint, { port: 0 })).url }));
createInterface({ input: process.stdin }).on("line", async (line) => {
  const [name, ...args] = line.split(" ");
  console.log(JSON.stringify({ value: (await commands[name](...args)) ?? null }));
});
