import { html, JS, liveView } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/events/flash";

const Messages = liveView.define({
  name: "FlashMessages",
  authorize: "public",
  events: {
    info: { handle: (socket) => socket.putFlash("info", "Saved.") },
    error: { handle: (socket) => socket.putFlash("error", "<b>Not</b> saved.") },
    clear: { handle: (socket) => socket.clearFlash() },
    clearInfo: { handle: (socket) => socket.clearFlash("info") },
    navigate: {
      handle(socket) {
        socket.putFlash("info", "Navigated.");
        socket.pushNavigate(ROOT);
      },
    },
    patch: {
      handle(socket) {
        socket.putFlash("info", "Patched.");
        socket.pushPatch(`${ROOT}?patched`);
      },
    },
    redirect: {
      handle(socket) {
        socket.putFlash("error", "Redirected.");
        socket.redirect(ROOT);
      },
    },
  },
  render: ({ flash }, on) => html`
    <p class="row"><button id="info" phx-click=${on.info}>An info</button>
      <button id="error" phx-click=${on.error}>An error</button>
      <button id="clear-info" phx-click=${on.clearInfo}>Clear the info</button>
      <button id="clear" phx-click=${on.clear}>Clear all</button></p>
    <p class="row">Set it, and <button id="navigate" phx-click=${on.navigate}>navigate</button>
      <button id="patch" phx-click=${on.patch}>patch</button>
      <button id="redirect" phx-click=${on.redirect}>redirect</button>
      <button id="hide-and-clear" phx-click=${JS.hide({ to: "#flash-info" }).push(on.clear)}>hide at once, then clear</button></p>
    <p class="soft">The view knows: <span id="known">${flash.info ?? "no info"}, ${flash.error ?? "no error"}</span></p>`,
});

export const page = galleryPage({
  title: "Flash",
  path: ROOT,
  about: "A flash message is set in one place and shown once, even across a navigation or a redirect, for which it is " +
    "sealed. The layout shows it above the page, and a click on it tells the view.",
  view: Messages,
  url: import.meta.url,
});
