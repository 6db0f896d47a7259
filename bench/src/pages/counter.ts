import { html, liveView } from "holdfast";

export const Counter = liveView.define({
  name: "counter",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`
    <div id="counter">
      <h1>Counter</h1>
      <p>Count: <span id="count">${count}</span></p>
      <button phx-click=${on.inc}>+1</button>
    </div>
  `,
});
