// An application whose code throws where nobody awaits it. It runs in its own process, because the test is whether the process
// survives. Its options are passed as JSON.
import { createEndpoint, html, liveSession, liveView } from "holdfast";
import { serve } from "holdfast/node";

const { onStrayError, log: logs = "fine", signals, own = false, drainGraceMs = 0 } = JSON.parse(process.argv[2] ?? "{}");
const boom = (where) => {
  throw new Error(`boom in ${where}`);
};
const later = () => new Promise((resolve) => setImmediate(resolve));

const registry = new FinalizationRegistry(() => boom("finalization"));
const strays = {
  "a route": () => void later().then(() => boom("a route")),
  "a microtask": () => queueMicrotask(() => boom("a microtask")),
  "a timer": () => void setTimeout(() => boom("a timer"), 1),
  "a subscriber": () => endpoint.broadcast("strays", "now", {}),
  "a subscriber that is async": () => endpoint.broadcast("strays", "later", {}),
  "no error": () => void Promise.reject(undefined),
  finalization() {
    registry.register({}, 1);
    // A turn later nothing references it any more.
    setImmediate(() => globalThis.gc());
  },
};

const Page = liveView.define({
  authorize: "public",
  events: { crash: { handle: () => boom("an event") }, ping: { handle() {} } },
  render: (_assigns, on) => html`<button phx-click=${on.crash}>Crash</button><button phx-click=${on.ping}>Ping</button>`,
});

const endpoint = createEndpoint({
  secret: "a secret of the fixture, long enough to be one",
  live: [liveSession("default", {}, (live) => live("/", Page))],
  limits: { drainStepFraction: 1, drainStepMs: 1, drainGraceMs },
  health: true,
  log(message, details) {
    process.send({ logged: message, error: String(details.error), stack: String(details.stack ?? details.error?.stack) });
    if (logs === "stderr") console.error(message, details);
    if (logs === "throws") throw new Error("boom in log");
    return logs === "rejects" ? Promise.reject(new Error("boom in log")) : undefined;
  },
  routes(app) {
    app.use("/in-middleware", async (_c, next) => {
      void later().then(() => boom("a middleware"));
      await next();
    });
    app.get("/in-middleware", (c) => c.text("ok"));
    app.get("/stray", (c) => {
      strays[c.req.query("in")]();
      return c.text("ok");
    });
    app.get("/print", (c) => {
      console.log("printed");
      return c.text("ok");
    });
    app.get("/throws", () => boom("a handler"));
  },
});
endpoint.pubsub.subscribe("strays", async ({ event }) => {
  if (event === "later") await later();
  boom("a subscriber");
});
endpoint.pubsub.subscribe("strays", ({ event }) => {
  if (event === "now") boom("a subscriber");
});

if (own) process.once("SIGTERM", () => process.send({ own: true }));
process.on("message", () => process.send({ open: endpoint.connections }));
process.on("disconnect", () => process.exit());
process.send({ url: (await serve(endpoint, { port: 0, onStrayError, signals })).url });
