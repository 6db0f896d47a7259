// The same application on any runtime; the adapter's name is its argument.
import { allow, createEndpoint, html, liveSession, liveView, userSocket } from "holdfast";

const { serve } = await import(`holdfast/${process.argv[2]}`);
const Page = liveView.define({
  name: "Page",
  authorize: "public",
  mount: (socket) => ({ count: 0, peer: socket.connectInfo.peer }),
  events: {
    more: { handle: (socket) => socket.update("count", (count) => count + 1) },
    boom: { handle: () => void setTimeout(() => { throw new Error("boom"); }, 1) },
  },
  render: ({ count, peer }, on) => html`<p id="peer">${peer}</p><button phx-click=${on.more}>${count}</button><button phx-click=${on.boom}>Boom</button>`,
});
const phone = userSocket({
  connect: ({ authToken }) => ({ authToken }),
  channels: (channel) => ({ me: channel({ join: ({ assigns }) => allow({}, { authToken: assigns.authToken ?? null }) }) }),
});
const endpoint = createEndpoint({
  sockets: { "/phone": phone },
  secret: "a secret of the fixture, long enough to be one", live: [liveSession("default", {}, (live) => live("/", Page))], log() {},
  limits: { textFrameBytes: 4096, anonymousTextFrameBytes: 4096, eventsPerSecond: 500, eventBurst: 5 },
  longPoll: { pollMs: 500, gapMs: 60_000 },
  csrfExempt: (path) => path === "/body",
  routes(app) {
    app.post("/body", async (c) => c.json((await c.req.text()).length));
    app.get("/connections", (c) => c.json(endpoint.connections));
    app.get("/strays", (c) => {
      void Promise.reject(new Error("stray"));
      return c.text("ok");
    });
    app.get("/close", (c) => {
      setTimeout(() => void endpoint.close(), 1);
      return c.text("closing");
    });
  },
});
console.log((await serve(endpoint, { port: 0 })).url);
process.stdin.on("end", () => process.exit()).resume();
