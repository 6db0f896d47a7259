// A server in its own process that accepts files and counts clicks. It reports its URL, and its memory on request.
import { createEndpoint, fileInput, html, liveSession, liveView, upload } from "holdfast";
import { serve } from "holdfast/node";

const limits = { eventsPerSecond: Infinity, eventBurst: Infinity };

const Counter = liveView.define({
  name: "Counter",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`<button phx-click=${on.inc}>${count}</button>`,
});

const Files = liveView.define({
  name: "Files",
  authorize: "public",
  mount: () => ({ files: upload({ maxEntries: 2, maxFileSize: 2 ** 31 }) }),
  events: {
    change: { handle: () => {} },
    save: { handle: (socket) => socket.consumeUploads("files", ({ path }) => process.send?.({ consumed: path })) },
  },
  render: ({ files }, on) => html`<form phx-change=${on.change} phx-submit=${on.save}>${fileInput(files)}</form>`,
});

const endpoint = createEndpoint({
  secret: "a secret of the upload server, long enough", limits,
  rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
  live: [liveSession("uploads", {}, (live) => {
    live("/counter", Counter);
    live("/files", Files);
  })],
  log: () => {},
});
const { url } = await serve(endpoint, { port: 0, host: "127.0.0.1" });
process.on("message", () => process.send?.({ rss: process.memoryUsage.rss() }));
process.send?.({ url });
