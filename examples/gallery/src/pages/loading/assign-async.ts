import { assignAsync, asyncResult, html, liveView } from "holdfast";
import { galleryPage } from "../../gallery-page.js";
import { ManualTask } from "../../manual-task.js";

const Weather = liveView.define({
  name: "Weather",
  authorize: "public",
  mount() {
    const task = new ManualTask<string>();
    return { task, weather: assignAsync(task.run) };
  },
  events: {
    succeed: { handle: (socket) => socket.assigns.task.succeed("Sunny") },
    succeedAgain: { handle: (socket) => socket.assigns.task.succeed("<b>Rain</b>") },
    fail: { handle: (socket) => socket.assigns.task.fail(new Error("no answer")) },
    reload: {
      handle(socket) {
        const task = new ManualTask<string>();
        socket.assign({ task });
        socket.assignAsync("weather", task.run);
      },
    },
    reset: {
      handle(socket) {
        const task = new ManualTask<string>();
        socket.assign({ task });
        socket.assignAsync("weather", task.run, { reset: true });
      },
    },
    cancel: { handle: (socket) => socket.cancelAsync("weather", new Error("cancelled")) },
  },
  render: ({ weather }, on) => html`
    <p class="card">The weather: <b id="weather">${asyncResult(weather, {
      loading: "loading …", ok: (result) => result,
      failed: (reason) => `not known, ${reason instanceof Error ? reason.message : "for no reason"}`,
    })}</b></p>
    <dl class="facts">
      <dt>ok</dt><dd id="ok">${String(weather.ok)}</dd>
      <dt>loading</dt><dd id="loading">${String(weather.loading)}</dd>
      <dt>failed</dt><dd id="failed">${weather.failed instanceof Error ? weather.failed.message : "—"}</dd>
    </dl>
    <p class="row">The task <button id="succeed" phx-click=${on.succeed}>gives “Sunny”</button>
      <button id="succeed-again" phx-click=${on.succeedAgain}>gives “Rain”</button>
      <button id="fail" phx-click=${on.fail}>fails</button></p>
    <p class="row">The view <button id="reload" phx-click=${on.reload}>loads again</button>
      <button id="reset" phx-click=${on.reset}>loads again, from nothing</button>
      <button id="cancel" phx-click=${on.cancel}>cancels</button></p>`,
});

export const page = galleryPage({
  title: "Loaded values",
  path: "/loading/values",
  about: "assignAsync loads a value beside the view, which keeps running: the assign says whether there is a result, " +
    "whether a task is running, and why the last one failed. A failure is a value and not a crash, and over HTTP " +
    "everything is loading.",
  view: Weather,
  url: import.meta.url,
});
