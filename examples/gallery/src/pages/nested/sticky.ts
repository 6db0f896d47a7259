import { html, link, liveRender, liveView } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/nested/sticky";

/** Keeps playing across live navigation. */
const Player = liveView.define({
  name: "Player",
  authorize: "public",
  mount: () => ({ seconds: 0, playing: false, stop: () => {} }),
  events: {
    play: {
      handle(socket) {
        socket.assigns.stop();
        const stop = socket.sendEvery(50, () => socket.update("seconds", (seconds) => seconds + 1));
        socket.assign({ playing: true, stop });
      },
    },
    step: { handle: (socket) => socket.update("seconds", (seconds) => seconds + 1) },
    pause: {
      handle(socket) {
        socket.assigns.stop();
        socket.assign({ playing: false });
      },
    },
    crash: {
      handle() {
        throw new Error("the player throws");
      },
    },
  },
  render: ({ seconds, playing }, on) => html`
    <div class="card">Player: <b id="seconds">${seconds}</b> <span id="playing">${playing ? "playing" : "paused"}</span>
      <button id="play" phx-click=${on.play}>Play</button>
      <button id="pause" phx-click=${on.pause}>Pause</button>
      <button id="step" phx-click=${on.step}>One step</button>
      <button id="crash" class="danger" phx-click=${on.crash}>Crash</button></div>`,
});

const player = () => liveRender(Player, { id: "player", sticky: true });

const Hall = liveView.define({
  name: "Hall",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: {
    inc: { handle: (socket) => socket.update("count", (count) => count + 1) },
    crash: {
      handle() {
        throw new Error("the hall throws");
      },
    },
  },
  render: ({ count }, on) => html`
    <h2 id="where">The hall</h2>
    <p class="row"><button id="inc" phx-click=${on.inc}>${count}</button>
      ${link({ navigate: `${ROOT}/garden`, id: "garden", inner: "To the garden" })}
      ${link({ navigate: `${ROOT}/street`, id: "street", inner: "Out to the street, where no player is" })}
      <button id="crash-hall" class="danger" phx-click=${on.crash}>Crash the hall</button></p>
    ${player()}`,
});

const Garden = liveView.define({
  name: "Garden",
  authorize: "public",
  render: () => html`
    <h2 id="where">The garden</h2>
    <p>${link({ navigate: ROOT, id: "hall", inner: "Back to the hall" })}</p>
    ${player()}`,
});

const Street = liveView.define({
  name: "Street",
  authorize: "public",
  render: () => html`
    <h2 id="where">The street</h2>
    <p>${link({ navigate: ROOT, id: "hall", inner: "Back to the hall" })}</p>`,
});

export const page = galleryPage({
  title: "Sticky views",
  path: ROOT,
  about: "A sticky view survives live navigation: it stays as it is while the views around it change. Where " +
    "the next page does not have it, it ends.",
  routes: [{ path: ROOT, view: Hall }, { path: `${ROOT}/garden`, view: Garden }, { path: `${ROOT}/street`, view: Street }],
  url: import.meta.url,
});
