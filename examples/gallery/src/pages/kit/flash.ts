import { html, liveView } from "holdfast";
import { button, flash, toasts } from "holdfast/components";
import { galleryPage } from "../../gallery-page.js";

const Messages = liveView.define({
  name: "Messages",
  authorize: "public",
  mount: () => ({ toast: false }),
  events: {
    saved: { handle: (socket) => socket.putFlash("success", "Your changes are in.") },
    failed: { handle: (socket) => socket.putFlash("warning", "The card was refused. <Nothing> was charged.") },
    toast: { handle: (socket) => socket.update("toast", (toast) => !toast) },
  },
  render: ({ flash: messages, toast }, on) => {
    // The gallery's own layout shows "info" and "error".
    const { success, warning } = messages;
    const shown = { flash: { success, warning }, id: "messages", titles: { warning: "That did not work" } };
    return html`
      <p class="row">${button({ inner: "Say something", id: "say", "phx-click": on.saved })}
        ${button({ inner: "Go wrong", id: "go-wrong", "phx-click": on.failed })}
        ${button({ inner: toast ? "Where they stand" : "In the corner", id: "corner", "phx-click": on.toast })}</p>
      ${toast ? toasts(shown) : flash(shown)}`;
  },
});

export const page = galleryPage({
  title: "Flash and toasts",
  path: "/kit/flash",
  about: "One-time messages of any kind, in the flow of the page or in the corner of the window. They stay until they are " +
    "closed, because not everybody reads at the same speed.",
  view: Messages,
  url: import.meta.url,
});
