// src/counter.ts
import { html, liveView } from "holdfast";
import { label } from "./label.js";

export const Counter = liveView.define({
  name: "counter",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: { increment: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`
    <button phx-click=${on.increment}>${label(count)}</button>
    <form><input id="note" name="note"></form>`,
});
