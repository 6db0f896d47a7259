import { html, liveView } from "holdfast";

/** How many events were handled, as the generator wants to know. */
export const handled = { inc: 0, mark: 0, late: 0 };
/** When a disconnect has returned, by this process' clock: whatever was sent later must not be handled. */
export const disconnected = { at: Infinity };

export const Counter = liveView.define({
  name: "counter",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: {
    inc: {
      handle(socket, params) {
        handled.inc++;
        const { t } = params as { t?: number };
        if (t !== undefined && t > disconnected.at) handled.late++;
        socket.update("count", (count) => count + 1);
      },
    },
    mark: { handle: () => void handled.mark++ },
  },
  render: ({ count }, on) => html`
    <div id="counter">
      <h1>Counter</h1>
      <p>Count: <span id="count">${count}</span></p>
      <button phx-click=${on.inc}>+1</button>
    </div>
  `,
});
