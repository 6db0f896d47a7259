// A handler that was running when its user was disconnected: it is told, and what it does to its page and to others is void.
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { childMessage, every, fileInput, html, liveRender, liveView, onMount, topic, upload } from "holdfast";
import { pageEvent } from "holdfast/hooks";
import { eventually, startLab, userSocketId, type Lab } from "../support/lab.js";
import { Uploader } from "../support/uploads.js";
import { Gate, within } from "../support/wait.js";

const heard = topic<string>("fenced:heard");
const log: string[] = [];
const door = new Gate();

const Slow = liveView.define({
  name: "slow",
  authorize: "public",
  mount: () => ({ done: 0 }),
  events: {
    wait: {
      async handle(socket) {
        socket.signal.addEventListener("abort", () => log.push("aborted"));
        await door.wait();
        socket.assign({ done: 1 });
        socket.pushEvent(pageEvent("done"));
        socket.putFlash("info", "done");
        socket.broadcastFrom(heard, "done");
        log.push(`assigned ${socket.assigns.done}`);
        await socket.live().then(() => log.push("still live"), (error: { code?: string }) => log.push(String(error.code)));
        await socket.live();
        log.push("never");
      },
    },
  },
  terminate: (socket, reason) => void log.push(`terminated: ${reason}, done ${socket.assigns.done}`),
  render: ({ done }, on) => html`<button phx-click=${on.wait}>${done}</button>`,
});

const picked = childMessage<string>("picked");
const theme = onMount(() => ({ dark: false }), {
  refresh: false, events: { toggleTheme: { handle: (socket) => socket.update("dark", (dark) => !dark) } },
});
const Child = liveView.define({
  name: "child", authorize: "public",
  events: { pick: { handle: (socket) => socket.tellParent(picked, "from the child") } },
  render: (_assigns, on) => html`<button phx-click=${on.pick}>Pick</button>`,
});
const Parent = liveView.use(theme).define({
  name: "parent", authorize: "public",
  topics: () => ({ picked, tick: every(20) }),
  mount: () => ({ got: "nothing", ticks: 0 }),
  messages: {
    picked: (socket, got) => socket.assign({ got }),
    tick: (socket) => socket.update("ticks", (ticks) => Math.min(3, ticks + 1)),
  },
  render: ({ got, ticks, dark }) => html`
    <main><p>${got} ${ticks} ${dark ? "dark" : "light"}</p><b phx-click=${theme.on.toggleTheme}></b>${liveRender(Child, { id: "child" })}</main>`,
});

/** Asked before each event and each frame of an upload; undefined: answers at once. */
let policy: Gate | undefined;
const Files = liveView.define({
  name: "files",
  async authorize() {
    await policy?.wait();
    return true;
  },
  mount: () => ({ files: upload({ external: () => (log.push("presigned"), { uploader: "S3" }) }) }),
  progress: { files: () => void log.push("progressed") },
  events: { choose: { handle: () => {} } },
  render: ({ files }, on) => html`<form id="f" phx-change=${on.choose}>${fileInput(files)}</form>`,
});

let lab: Lab;
beforeAll(async () => (lab = await startLab({ "/": Slow, "/parent": Parent, "/files": Files })));
afterAll(() => lab.close());
beforeEach(() => void log.splice(0));

it("a handler that was running finds its signal aborted and its effects void", async () => {
  const others: string[] = [];
  const subscription = lab.endpoint.pubsub.subscribe(heard, ({ payload }) => others.push(payload));
  const page = await lab.open("/", await lab.loggedIn(7));
  page.sendEvent("wait");
  await within(door.entered, "the handler");
  const frames = page.socket.frames.length;
  await lab.endpoint.disconnect(userSocketId(7)); // resolves though the handler is running
  expect(log).toEqual(["terminated: closed, done 0", "aborted"]);
  door.open();
  await eventually(() => expect(log).toContain("view_ended"));
  expect(log).toEqual(["terminated: closed, done 0", "aborted", "assigned 0", "view_ended"]);
  expect(others).toEqual([]);
  expect(page.socket.frames.length).toBe(frames);
  expect(lab.log.filter(({ message }) => message.includes("crash") || message.includes("threw"))).toEqual([]);
  subscription.unsubscribe();
});

it("a view whose user leaves is terminated with that reason, and its assigns are still available", async () => {
  const page = await lab.open("/");
  await page.call("phx_leave", {});
  await eventually(() => expect(log).toEqual(["terminated: left, done 0"]));
});

it("nested views speak to the view around them, clocks tick, and a hook's events belong to every view with it", async () => {
  const page = await lab.open("/parent");
  const child = await page.child("child");
  await child.event("pick");
  await page.event("toggleTheme");
  await eventually(() => expect(JSON.stringify([page.diffs])).toContain("from the child"));
  await eventually(() => expect(JSON.stringify(page.diffs)).toContain('"3"'));
});

const YEAR_MS = 365 * 24 * 3_600_000;
it.each([
  ["was disconnected", () => lab.endpoint.disconnect(userSocketId(8))],
  ["had a session that expired", async () => void vi.setSystemTime(Date.now() + YEAR_MS)],
])("a policy that answers after its user %s lets no frame of an upload through", async (_what, end) => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  try {
    for (const frame of ["allow_upload", "progress"]) {
      const uploader = new Uploader(await lab.open("/files", await lab.loggedIn(8)), "choose");
      const file = uploader.file("a.txt", 1);
      await uploader.choose([file]);
      await uploader.preflight([file]);
      log.splice(0);
      policy = new Gate();
      const waiting = policy;
      const answer = frame === "progress" ? uploader.progress(file.ref, 50) : uploader.preflight([file]);
      answer.catch(() => {});
      await within(waiting.entered, "the policy");
      await end();
      policy = undefined;
      waiting.open();
      const other = await lab.open("/");
      await other.socket.heartbeat();
      expect(log, frame).toEqual([]);
    }
  } finally {
    vi.useRealTimers();
  }
});
