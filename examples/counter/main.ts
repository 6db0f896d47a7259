import { createEndpoint, html, liveSession, liveView, topic } from "holdfast";
import { serve } from "holdfast/node";

const counted = topic<number>("counted");
let total = 0;
const Counter = liveView.define({
  authorize: "public",
  topics: () => ({ counted }),
  mount: () => ({ count: total }),
  messages: { counted: (socket, count) => socket.assign({ count }) },
  events: { increment: { handle: () => endpoint.broadcast(counted, ++total) } },
  render: ({ count }, on) => html`<button phx-click=${on.increment}>Clicked ${count} times, by everybody</button>`,
});

const endpoint = createEndpoint({
  secret: process.env["SECRET"] ?? crypto.randomUUID() + crypto.randomUUID(),
  live: [liveSession("default", {}, (live) => live("/", Counter))],
});
console.log((await serve(endpoint, { port: Number(process.env["PORT"] ?? 4000) })).url);
