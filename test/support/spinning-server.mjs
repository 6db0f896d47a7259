// A server whose view holds the event loop on request. Reports telemetry to its parent.
import { createServer } from "node:http";
import { createEndpoint, html, liveSession, liveView, onTelemetry } from "holdfast";
import { attach, serve } from "holdfast/node";
import { openBrowser } from "holdfast/testing";

const spin = (ms) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};
const handlers = {
  spin: () => spin(2_000),
  spinLater: async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    spin(2_000);
  },
  nothing: () => {},
};
const Slow = liveView.define({
  name: "Slow", authorize: "public",
  events: Object.fromEntries(Object.entries(handlers).map(([name, handle]) => [name, { handle }])),
  render: (_assigns, on) => html`${Object.keys(handlers).map((name) => html`<button id=${name} phx-click=${on[name]}>${name}</button>`)}`,
});
const endpoint = createEndpoint({
  secret: "a secret of this test, long enough to be one", live: [liveSession("default", {}, (live) => live("/", Slow))], log: () => {},
});
onTelemetry("holdfast:loop:blocked", (event) => process.send({ blocked: event }));
const watchdog = { ms: 200 };
const server = process.argv[2] === "attach" ? createServer() : undefined;
if (server === undefined) await serve(endpoint, { port: 0, watchdog });
else {
  attach(endpoint, server, { watchdog });
  server.listen(0, "127.0.0.1");
}
const page = await openBrowser(endpoint).visit("/");
process.on("message", async (name) => {
  process.send({ begins: name });
  if (name === "close") {
    await endpoint.close();
    server?.close();
    process.disconnect();
  } else if (name === "outside") spin(2_000);
  else await page.click(`#${name}`);
  if (process.connected) process.send({ done: name });
});
// After the watchdog's next beats (each 50 ms), which may still report the start of the process.
setTimeout(() => process.send({ ready: true }), 150);
