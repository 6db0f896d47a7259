// An application that reads every body, in its own process, so that its memory can be measured.
import { createEndpoint, csrfField, html } from "holdfast";
import { serve } from "holdfast/node";

const endpoint = createEndpoint({
  secret: "a secret of the fixture, long enough to be one",
  csrfExempt: (path) => path === "/machine",
  routes(app) {
    app.get("/form", (c) => endpoint.renderPage(c, html`<form method="post">${csrfField(c)}</form>`));
    app.post("/form", async (c) => c.json(Object.keys(await c.req.parseBody()).length));
    app.post("/machine", async (c) => c.json((await c.req.arrayBuffer()).byteLength));
  },
  log() {},
});

let peak = 0;
setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5).unref();
process.on("message", () => {
  const { rss } = process.memoryUsage();
  process.send({ peak: Math.max(peak, rss) });
  peak = rss;
});
process.on("disconnect", () => process.exit());
process.send({ url: (await serve(endpoint, { port: 0 })).url });
