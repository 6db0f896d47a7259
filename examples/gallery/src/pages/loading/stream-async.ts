import { html, liveView, streamAsync } from "holdfast";
import { galleryPage } from "../../gallery-page.js";
import { ManualTask } from "../../manual-task.js";

interface Bird {
  readonly id: string;
}

const Birds = liveView.define({
  name: "Birds",
  authorize: "public",
  mount() {
    const task = new ManualTask<readonly Bird[]>();
    return { task, birds: streamAsync(task.run) };
  },
  events: {
    succeed: { handle: (socket) => socket.assigns.task.succeed([{ id: "Finch" }, { id: "Heron" }, { id: "Owl" }]) },
    more: { handle: (socket) => socket.assigns.task.succeed([{ id: "Owl" }, { id: "Swift" }]) },
    fail: { handle: (socket) => socket.assigns.task.fail(new Error("they have flown")) },
    reload: {
      handle(socket) {
        const task = new ManualTask<readonly Bird[]>();
        socket.assign({ task });
        socket.streamAsync("birds", task.run);
      },
    },
    reset: {
      handle(socket) {
        const task = new ManualTask<readonly Bird[]>();
        socket.assign({ task });
        socket.streamAsync("birds", task.run, { reset: true });
      },
    },
    add: { handle: (socket) => socket.streamInsert("birds", { id: "Wren" }, { at: 0 }) },
  },
  render: ({ birds }, on) => html`
    <p class="card">Status: <b id="status">${birds.status.loading ? "loading …" : birds.status.failed instanceof Error
      ? `failed: ${birds.status.failed.message}` : `${birds.status.ok && birds.status.result} came`}</b></p>
    <ul id="birds" phx-update="stream">${birds.map(({ id }, domId) => html`<li id=${domId}>${id}</li>`)}</ul>
    <p class="row">The task <button id="succeed" phx-click=${on.succeed}>gives three</button>
      <button id="more" phx-click=${on.more}>gives two, one of them again</button>
      <button id="fail" phx-click=${on.fail}>fails</button></p>
    <p class="row">The view <button id="reload" phx-click=${on.reload}>loads more</button>
      <button id="reset" phx-click=${on.reset}>begins anew</button>
      <button id="add" phx-click=${on.add}>adds one of its own</button></p>`,
});

export const page = galleryPage({
  title: "Loaded streams",
  path: "/loading/streams",
  about: "streamAsync fills a stream beside the view: its status shows the progress, and its items are in the browser " +
    "alone. Loading again adds to it or starts over, and a failure leaves the existing items.",
  view: Birds,
  url: import.meta.url,
});
