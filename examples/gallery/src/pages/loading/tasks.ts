import { html, link, liveComponent, liveView, topic, type AsyncOutcome } from "holdfast";
import { galleryPage } from "../../gallery-page.js";
import { ManualTask } from "../../manual-task.js";

const ROOT = "/loading/tasks";
/** Tells every window of this page why a signal was aborted. */
const aborted = topic<string>("gallery:aborted");

const describe = (outcome: AsyncOutcome<number>): string => {
  if (outcome.ok) return `gave ${outcome.value}`;
  return outcome.error instanceof Error ? `failed: ${outcome.error.message}` : "failed";
};

/** A component with its own tasks, which end with it. */
const Worker = liveComponent().define({
  name: "Worker",
  mount: () => ({ state: "idle", task: new ManualTask<number>() }),
  events: {
    start: {
      handle(socket) {
        const task = new ManualTask<number>();
        socket.assign({ state: "working", task });
        socket.startAsync("work", task.run, (outcome) => socket.assign({ state: describe(outcome) }));
      },
    },
    finish: { handle: (socket) => socket.assigns.task.succeed(7) },
  },
  render: ({ state }, on) => html`
    <p id="worker" class="card">A component: <b id="worker-state">${state}</b>
      <button id="worker-start" class="quiet" phx-click=${on.start}>start</button>
      <button id="worker-finish" class="quiet" phx-click=${on.finish}>let it end</button></p>`,
});

const Tasks = liveView.define({
  name: "Tasks",
  authorize: "public",
  topics: () => ({ aborted }),
  mount: () => ({ heard: [] as readonly string[], log: [] as readonly string[], task: new ManualTask<number>(), started: 0 }),
  messages: { aborted: (socket, why) => socket.update("heard", (heard) => [...heard, why]) },
  events: {
    start: {
      handle(socket) {
        const task = new ManualTask<number>();
        const number = socket.assigns.started + 1;
        socket.assign({ task, started: number });
        socket.startAsync("count", (signal) => {
          signal.addEventListener("abort", () => socket.broadcastFrom(aborted, `task ${number} was aborted`));
          return task.run(signal);
        }, (outcome) => socket.update("log", (log) => [...log, `task ${number} ${describe(outcome)}`]));
      },
    },
    succeed: { handle: (socket) => socket.assigns.task.succeed(42) },
    fail: { handle: (socket) => socket.assigns.task.fail(new Error("out of numbers")) },
    cancel: { handle: (socket) => socket.cancelAsync("count", new Error("not needed any more")) },
    // holdfast-ignore task_unknown: the page shows that this does nothing
    cancelNothing: { handle: (socket) => socket.cancelAsync("no such task") },
    crash: {
      handle(socket) {
        socket.startAsync("crash", () => Promise.resolve(), () => {
          throw new Error("the handler of the task’s end throws");
        });
      },
    },
  },
  render: ({ log, heard, started }, on) => html`
    <p class="row"><button id="start" phx-click=${on.start}>Start task ${started + 1}</button>
      <button id="succeed" phx-click=${on.succeed}>It succeeds</button>
      <button id="fail" phx-click=${on.fail}>It fails</button>
      <button id="cancel" phx-click=${on.cancel}>Cancel it</button>
      <button id="cancel-nothing" phx-click=${on.cancelNothing}>Cancel one that is not there</button>
      <button id="crash" class="danger" phx-click=${on.crash}>Throw where it is handled</button>
      ${link({ navigate: `${ROOT}/away`, id: "leave", inner: "Leave" })}</p>
    <ol id="log" class="log">${log.map((line) => html`<li>${line}</li>`)}</ol>
    ${Worker({ id: "worker" })}
    <p class="soft">Other windows: <span id="heard">${heard.join(", ")}</span></p>`,
});

const Away = liveView.define({
  name: "Away",
  authorize: "public",
  render: () => html`<p id="away">Your task has been told to stop. ${link({ navigate: ROOT, id: "back", inner: "Back" })}</p>`,
});

export const page = galleryPage({
  title: "Tasks",
  path: ROOT,
  about: "startAsync runs a task beside the view and passes its outcome, a value or an error, to the view’s mailbox. Its " +
    "signal aborts when it is cancelled, when another takes its name, and when the view leaves.",
  routes: [{ path: ROOT, view: Tasks }, { path: `${ROOT}/away`, view: Away }],
  url: import.meta.url,
});
