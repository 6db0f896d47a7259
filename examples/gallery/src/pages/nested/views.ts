import { html, liveRender, liveView, topic } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ended = topic<string>("gallery:nested-ended");

const Child = liveView.define({
  name: "Child",
  authorize: "public",
  params: z.object({ name: z.string() }),
  async mount(socket, { params: { name } }) {
    // Reuses the parent's assign of this name, without loading it again.
    const theme = await socket.assignNew("theme", () => "a theme of its own");
    // The parent has none of this name, so it is computed.
    const mood = await socket.assignNew("mood", () => "calm");
    socket.onTerminate(() => socket.broadcastFrom(ended, name));
    return { name, theme, mood, count: 0 };
  },
  events: {
    inc: { handle: (socket) => socket.update("count", (count) => count + 1) },
    block: {
      // A slow handler: this view waits for it, and no other does.
      async handle(socket) {
        await new Promise<void>((resolve) => {
          const release = () => {
            waiting.delete(release);
            resolve();
          };
          waiting.add(release);
          socket.onTerminate(release);
        });
        socket.update("count", (count) => count + 100);
      },
    },
    crash: {
      handle() {
        throw new Error("the nested view throws");
      },
    },
  },
  render: ({ name, theme, mood, count }, on) => html`
    <div class="card nested" data-name=${name}>
      <b>${name}</b>, ${mood}, ${theme}: <button class="inc" phx-click=${on.inc}>${count}</button>
      <button class="block quiet" phx-click=${on.block}>Block</button>
      <button class="crash danger" phx-click=${on.crash}>Crash</button>
    </div>`,
});
const waiting = new Set<() => void>();

const Parent = liveView.define({
  name: "Parent",
  authorize: "public",
  topics: () => ({ ended }),
  mount: () => ({ gone: [] as readonly string[], theme: "the parent’s theme", count: 0, names: ["Ann", "Ben"] as readonly string[] }),
  messages: { ended: (socket, name) => socket.update("gone", (gone) => [...gone, name].slice(-20)) },
  events: {
    inc: { handle: (socket) => socket.update("count", (count) => count + 1) },
    add: { handle: (socket) => socket.update("names", (names) => [...new Set([...names, "Cas"])]) },
    remove: { handle: (socket) => socket.update("names", (names) => names.filter((name) => name !== "Ann")) },
    release: {
      handle() {
        for (const release of waiting) release();
      },
    },
    crash: {
      handle() {
        throw new Error("the parent throws");
      },
    },
  },
  render: ({ theme, count, gone, names }, on) => html`
    <p class="row">The parent, with ${theme}: <button id="inc" phx-click=${on.inc}>${count}</button>
      <button id="add" phx-click=${on.add}>Add Cas</button>
      <button id="remove" phx-click=${on.remove}>Remove Ann</button>
      <button id="release" phx-click=${on.release}>Unblock all</button>
      <button id="crash" class="danger" phx-click=${on.crash}>Crash</button></p>
    <div class="row">${names.map((name) => html`<div>${liveRender(Child, { id: `child-${name}`, session: { name } })}</div>`)}</div>
    <p class="soft">Ended: <span id="gone">${gone.join(", ")}</span></p>`,
});

export const page = galleryPage({
  title: "Nested views",
  path: "/nested/views",
  about: "A view within another has its own mailbox: it may be busy or crash, and its parent keeps running. It receives " +
    "what its parent passes, reuses what its parent has, and ends with it.",
  view: Parent,
  url: import.meta.url,
});
