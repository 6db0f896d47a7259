import { html, JS, link, liveView, navigate } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const HERE = "/navigation/navigate";
const THERE = "/navigation/navigate/there";

const Here = liveView.define({
  name: "Here",
  authorize: "public",
  mount: () => ({ clicks: 0 }),
  events: {
    click: { handle: (socket) => socket.update("clicks", (clicks) => clicks + 1) },
    go: {
      handle(socket) {
        socket.putFlash("info", "Carried over by the navigation.");
        socket.pushNavigate(THERE);
      },
    },
    goReplacing: { handle: (socket) => socket.pushNavigate(THERE, { replace: true }) },
    goByReturn: { handle: () => navigate(THERE) },
    goNowhere: { handle: () => navigate("/navigation/navigate/nowhere") },
    patchAway: { handle: (socket) => socket.pushPatch(THERE) },
    // Computed, as if from user input: a literal that names another site does not compile.
    goOutside: { handle: () => navigate(String("//example.com/")) },
  },
  render: ({ clicks }, on) => html`
    <h2 id="where">Here</h2>
    <p><button id="click" phx-click=${on.click}>Clicked ${clicks} times</button>
      <span class="soft">— gone when you come back, because this view ends when you leave it.</span></p>
    <p class="row">Links: ${link({ navigate: THERE, id: "push", inner: "push" })}
      ${link({ navigate: THERE, id: "replace", replace: true, inner: "replace" })}
      ${link({ patch: THERE, id: "patch-away", inner: "a patch to another view" })}</p>
    <p class="row">Commands: <button id="js-navigate" phx-click=${JS.navigate(THERE)}>JS.navigate</button>
      <button id="js-replace" phx-click=${JS.navigate(THERE, { replace: true })}>JS.navigate, replacing</button></p>
    <p class="row">The server: <button id="go" phx-click=${on.go}>pushNavigate with a message</button>
      <button id="go-replacing" phx-click=${on.goReplacing}>replacing</button>
      <button id="go-by-return" phx-click=${on.goByReturn}>return navigate(…)</button></p>
    <p class="row">What is refused: <button id="go-nowhere" phx-click=${on.goNowhere}>where no view is</button>
      <button id="patch-there" phx-click=${on.patchAway}>a patch by the server to another view</button>
      <button id="go-outside" phx-click=${on.goOutside}>another site</button></p>`,
});

const There = liveView.define({
  name: "There",
  authorize: "public",
  render: () => html`
    <h2 id="where">There</h2>
    <p>The socket is the one of before; the page was not loaded anew.</p>
    <p>${link({ navigate: HERE, id: "back", inner: "Back to here" })}</p>`,
});

export const page = galleryPage({
  title: "From view to view",
  path: HERE,
  about: "Within a live session one view replaces another over the open socket: the old one ends, the new one mounts " +
    "through its own guards. A patch that leads to another view becomes such a navigation, and a URL without a live " +
    "route is an ordinary page load.",
  routes: [{ path: HERE, view: Here }, { path: THERE, view: There }],
  url: import.meta.url,
});
