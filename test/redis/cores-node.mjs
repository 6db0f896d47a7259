// One of several processes of an application with a counter, connected by Redis.
import { createEndpoint, html, liveSession, liveView } from "holdfast";
import { serve } from "holdfast/node";
import { redis } from "holdfast/redis";

const Counter = liveView.define({
  name: "counter", authorize: "public", mount: () => ({ count: 0 }),
  events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`<button phx-click=${on.inc}>${count}</button>`,
});
const endpoint = createEndpoint({
  secret: "a secret of these tests, long enough", backplane: redis({ url: process.env.REDIS_URL }), log() {},
  live: [liveSession("default", {}, (live) => live("/", Counter))],
  limits: { socketsPerIp: Infinity, admissionsPerIp: Infinity, rejoinsPerIp: Infinity, eventsPerSecond: Infinity, eventBurst: Infinity },
  rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
});
console.log((await serve(endpoint, { port: 0 })).url);
