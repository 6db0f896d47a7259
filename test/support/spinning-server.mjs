// A server whose view holds the event loop on request, until its parent says so by a file: it hears nothing else meanwhile. Reports
// telemetry to its parent. Arguments: how it serves, the folder of these files.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createEndpoint, html, liveSession, liveView, onTelemetry } from "holdfast";
import { attach, serve } from "holdfast/node";
import { openBrowser } from "holdfast/testing";

const [how, folder] = process.argv.slice(2);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const hold = (name) => {
  while (!existsSync(join(folder, name))) Atomics.wait(sleeper, 0, 0, 1);
};
const handlers = {
  spin: () => hold("spin"),
  spinLater: async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    hold("spinLater");
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
onTelemetry("holdfast:loop:blocked", (event) => {
  // A slow machine may hold it while the process ends.
  if (process.connected) process.send({ blocked: event });
});
const watchdog = { ms: 200 };
const server = how === "attach" ? createServer() : undefined;
if (server === undefined) await serve(endpoint, { port: 0, watchdog });
else {
  attach(endpoint, server, { watchdog });
  server.listen(0, "127.0.0.1");
}
const page = await openBrowser(endpoint).visit("/");
process.on("message", async (name) => {
  if (name === "close") {
    await endpoint.close();
    server?.close();
    process.disconnect();
  } else if (name === "outside") hold("outside");
  else await page.click(`#${name}`);
  if (process.connected) process.send({ done: name });
});
// After the watchdog's next beats (each 50 ms), which may still report the start of the process.
setTimeout(() => process.send({ ready: true }), 150);
