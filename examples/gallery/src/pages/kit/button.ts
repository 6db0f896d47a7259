import { html, link, liveView } from "holdfast";
import { button, buttonClass } from "holdfast/components";
import { setTimeout as wait } from "node:timers/promises";
import { galleryPage } from "../../gallery-page.js";

const Buttons = liveView.define({
  name: "Buttons",
  authorize: "public",
  mount: () => ({ pressed: 0 }),
  events: {
    press: { handle: (socket) => socket.update("pressed", (pressed) => pressed + 1) },
    slowly: {
      async handle(socket) {
        await wait(600, undefined, { signal: socket.signal });
        socket.update("pressed", (pressed) => pressed + 1);
      },
    },
  },
  render: ({ pressed }, on) => html`
    <p class="row">${button({ kind: "primary", inner: "Primary", id: "primary", "phx-click": on.press })}
      ${button({ inner: "Secondary", "phx-click": on.press })}
      ${button({ kind: "danger", inner: "Danger", "phx-click": on.press })}
      ${button({ kind: "quiet", inner: "Quiet", "phx-click": on.press })}
      ${button({ inner: "Disabled", disabled: true, "phx-click": on.press })}</p>
    <p class="row">${button({ size: "small", inner: "Small", "phx-click": on.press })}
      ${button({ kind: "primary", inner: "Takes its time", id: "slow", "phx-click": on.slowly })}
      ${button({ inner: "Says so", busy: "Working …", id: "busy", "phx-click": on.slowly })}
      ${link({ navigate: "/kit/modal", class: buttonClass("secondary"), inner: "A link" })}</p>
    <p>Pressed <b id="pressed">${pressed}</b> times.</p>`,
});

export const page = galleryPage({
  title: "Button",
  path: "/kit/button",
  about: "Four kinds and two sizes. While its event is in progress a button shows a spinner, or the text that you choose, " +
    "and cannot be pressed again.",
  view: Buttons,
  url: import.meta.url,
});
