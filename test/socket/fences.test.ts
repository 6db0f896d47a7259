// A disconnect that arrives while the server waits for something: what would have come next does not start.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { MiddlewareHandler } from "hono";
import { createPubSub, fileInput, form, html, liveComponent, liveSession, liveView, onMount, topic, upload, userSocket } from "holdfast";
import { MemoryBus } from "../support/memory-bus.js";
import { startLab, userSocketId, type Lab } from "../support/lab.js";
import { Uploader } from "../support/uploads.js";
import { Gate, within } from "../support/wait.js";

const started: string[] = [];
/** Held: what the server waits for during the disconnect. */
let gate: Gate | undefined;
/** The only step that is held; undefined: all. */
let heldStep: string | undefined;
const held = async (name?: string): Promise<void> => {
  if (heldStep === undefined || heldStep === name) await gate?.wait();
};

const slow = topic<string>("fences:slow");
const twice = topic<string>("fences:twice");

const Subscribing = liveView.define({
  name: "subscribing", authorize: "public",
  topics: () => ({ slow }),
  mount: () => void started.push("mount"),
  messages: { slow: () => {} },
  render: () => html`<p></p>`,
});

const Twice = liveView.define({
  name: "twice", authorize: "public",
  topics: () => ({ first: twice, second: twice }),
  messages: {
    async first() {
      started.push("first handler");
      await held();
    },
    second: () => void started.push("second handler"),
  },
  render: () => html`<p></p>`,
});

const chat = userSocket({
  connect: ({ session }) => ({ userId: (session as { userId?: number }).userId ?? 0 }),
  id: ({ userId }) => userSocketId(userId),
  channels: (channel) => ({
    checked: channel({
      params: { "~standard": { version: 1, vendor: "test", async validate(value) {
        started.push("schema");
        await held();
        return { value };
      } } },
      join() {
        started.push("join");
        return {};
      },
    }),
    heard: channel({ join: () => ({}) }),
  }),
});

const Part = liveComponent().define({
  name: "part",
  topics: () => ({ slow }),
  mount: () => void started.push("component's mount"),
  messages: { slow: () => {} },
  render: () => html`<b></b>`,
});
const Whole = liveView.define({ name: "whole", authorize: "public", render: () => html`<main>${Part({ id: "part" })}</main>` });

/** A piece of the application's code that waits. */
const step = (name: string) => async (): Promise<true> => {
  started.push(name);
  await held(name);
  return true;
};
/** A schema that accepts everything, after a while. */
const schema = (name: string) => ({
  "~standard": { version: 1 as const, vendor: "test", async validate(value: unknown) {
    await step(name)();
    return { value: value as { title: string } };
  } },
});

const Guarded = liveView.use(onMount(async () => void await step("hook")())).define({
  name: "guarded",
  params: schema("parameters"),
  authorize: step("policy"),
  mount: () => ({ draft: form(schema("form"), { title: "" }) }),
  handleParams: () => void started.push("handleParams"),
  events: {
    plain: { params: schema("payload"), authorize: step("event's policy"), handle: () => void started.push("handler") },
    save: { form: "draft", authorize: step("form's policy"), handle: () => void started.push("handler") },
  },
  render: ({ draft }, on) => html`<a id="plain" phx-click=${on.plain}>plain</a>
    <form phx-change=${on.save.change} phx-submit=${on.save.submit}>${draft.hidden}<input name="title"></form>`,
});

const Signing = liveView.define({
  name: "signing", authorize: "public",
  mount: () => ({ files: upload({ maxEntries: 2, external: async ({ name }) => {
    await step(name)();
    return { uploader: "presigned" };
  } }) }),
  events: { choose: { handle: () => {} } },
  render: ({ files }, on) => html`<form phx-change=${on.choose}>${fileInput(files)}</form>`,
});

let lab: Lab;
beforeAll(async () => {
  const pubsub = createPubSub();
  const carrier = new MemoryBus().carrier();
  const subscribe = carrier.subscribe.bind(carrier);
  carrier.subscribe = async (name, replay) => {
    if (name.includes("fences:slow")) await held();
    return subscribe(name, replay);
  };
  await pubsub.connect(carrier);
  const middleware: MiddlewareHandler = async (_c, next) => {
    await step("middleware")();
    await next();
  };
  lab = await startLab({}, {
    pubsub, sockets: { "/chat": chat },
    live: [
      liveSession("open", {}, (live) => {
        live("/subscribing", Subscribing);
        live("/twice", Twice);
        live("/whole", Whole);
        live("/signing", Signing);
      }),
      liveSession("guarded", { middleware }, (live) => live("/guarded", Guarded)),
    ],
  });
});
afterAll(() => lab.close());
beforeEach(() => {
  gate = undefined;
  heldStep = undefined;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await lab.cut();
});

it.each([
  ["mount", "/subscribing"], ["component's mount", "/whole"],
])("a %s does not start once its topics are subscribed to", async (what, path) => {
  const browser = await lab.loggedIn(1);
  const page = await browser.get(path);
  const socket = await browser.socket();
  started.length = 0;
  const hold = (gate = new Gate());
  socket.sendJoin(page);
  await within(hold.entered, "the subscription");
  await lab.endpoint.disconnect(userSocketId(1));
  hold.open();
  expect(await socket.code()).toBe(1001);
  await (await lab.open("/twice")).socket.heartbeat(); // the server has turned
  expect(started).toEqual([]);

  gate = undefined;
  expect((await (await browser.socket()).join(page)).status).toBe("ok"); // the control
  expect(started).toEqual([what]);
});

it("the second handler of a message does not start once the first is done", async () => {
  const page = await lab.open("/twice", await lab.loggedIn(2));
  const hold = new Gate();
  started.length = 0;
  lab.endpoint.broadcast(twice, "control");
  await page.socket.heartbeat();
  expect(started).toEqual(["first handler", "second handler"]);
  started.length = 0;
  gate = hold;
  lab.endpoint.broadcast(twice, "news");
  await within(hold.entered, "the first handler");
  await lab.endpoint.disconnect(userSocketId(2));
  hold.open();
  expect(await page.socket.code()).toBe(1001);
  await (await lab.open("/subscribing")).socket.heartbeat();
  expect(started).toEqual(["first handler", "mount", "mount"]);
});

it("a channel's join does not start once its schema has parsed", async () => {
  const browser = await lab.loggedIn(3);
  await browser.get("/twice");
  const socket = await browser.socket({ path: "/chat/websocket" });
  started.length = 0;
  const hold = (gate = new Gate());
  socket.send("1", "1", "checked", "phx_join");
  await within(hold.entered, "the schema");
  await lab.endpoint.disconnect(userSocketId(3));
  hold.open();
  expect(await socket.code()).toBe(1001);
  gate = undefined;
  const again = await browser.socket({ path: "/chat/websocket" });
  again.send("1", "1", "checked", "phx_join");
  expect((await again.reply("1")).status).toBe("ok"); // the control
  expect(started).toEqual(["schema", "schema", "join"]);
});

it("a channel whose session has expired is sent no broadcast, even before the next look over all sockets", async () => {
  const browser = await lab.loggedIn(4);
  await browser.get("/twice");
  const socket = await browser.socket({ path: "/chat/websocket" });
  const ref = socket.ref();
  socket.send(ref, ref, "heard", "phx_join");
  await socket.reply(ref);
  lab.endpoint.broadcast("heard", "news", { text: "before" });
  await socket.push("news", "heard");
  const clock = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => clock() + lab.endpoint.limits.sessionMaxAgeMs + 1);
  lab.endpoint.broadcast("heard", "news", { text: "after" });
  vi.restoreAllMocks();
  await socket.heartbeat();
  expect(socket.frames.filter(([, , , event]) => event === "news").map((frame) => frame[4])).toEqual([{ text: "before" }]);
});

// Each step is the application's code, and may wait. Whichever is waiting, the next one does not start.
const MOUNT = ["middleware", "hook", "parameters", "policy"];
const PATCH = ["middleware", "parameters", "policy"];
const EVENT = ["payload", "policy", "event's policy"];
const FORM = ["policy", "form's policy", "form"];

it.each(MOUNT.map((name, at) => [name, MOUNT.slice(0, at + 1)] as const))("a join that waits for the %s ends there", async (name, expected) => {
  const browser = await lab.loggedIn(5);
  const page = await browser.get("/guarded");
  const socket = await browser.socket();
  await disconnectedAt(name, 5, () => socket.sendJoin(page), expected);
  expect((await (await browser.socket()).join(page)).status).toBe("ok"); // the control
  expect(started).toEqual([...MOUNT, "handleParams"]);
});

it.each(PATCH.map((name, at) => [name, PATCH.slice(0, at + 1)] as const))("a patch that waits for the %s ends there", async (name, expected) => {
  const browser = await lab.loggedIn(6);
  const url = `${lab.base}/guarded?page=2`;
  const page = await lab.open("/guarded", browser);
  await disconnectedAt(name, 6, () => page.post("live_patch", { url }), expected);
  const again = await lab.open("/guarded", browser);
  started.length = 0;
  await again.call("live_patch", { url }); // the control
  expect(started).toEqual([...PATCH, "handleParams"]);
});

it.each(EVENT.map((name, at) => [name, EVENT.slice(0, at + 1)] as const))("an event that waits for the %s ends there", async (name, expected) => {
  const browser = await lab.loggedIn(7);
  const page = await lab.open("/guarded", browser);
  await disconnectedAt(name, 7, () => page.sendEvent("plain"), expected);
  const again = await lab.open("/guarded", browser);
  started.length = 0;
  await again.event("plain"); // the control
  expect(started).toEqual([...EVENT, "handler"]);
});

it.each(FORM.map((name, at) => [name, FORM.slice(0, at + 1)] as const))("a form's event that waits for the %s ends there", async (name, expected) => {
  const browser = await lab.loggedIn(8);
  const submit = { type: "form", event: "save.submit", value: "title=new" };
  const page = await lab.open("/guarded", browser);
  await disconnectedAt(name, 8, () => page.post("event", submit), expected);
  const again = await lab.open("/guarded", browser);
  started.length = 0;
  await again.call("event", submit); // the control
  expect(started).toEqual([...FORM, "handler"]);
});

it("a second file is not signed once the first one is", async () => {
  const browser = await lab.loggedIn(9);
  const uploader = new Uploader(await lab.open("/signing", browser), "choose");
  const files = ["first", "second"].map((name) => uploader.file(name, 5));
  await disconnectedAt("first", 9, () => uploader.view.post("allow_upload", { ref: uploader.ref, entries: files }), ["first"]);
  const again = new Uploader(await lab.open("/signing", browser), "choose");
  expect(Object.keys((await again.preflight(files)).entries ?? {})).toEqual(["0", "1"]); // the control
  expect(started).toEqual(["first", "second"]);
});

/** Holds one step of what `begin` begins, disconnects the user meanwhile, and compares the steps that started. */
async function disconnectedAt(name: string, userId: number, begin: () => unknown, expected: readonly string[]): Promise<void> {
  started.length = 0;
  heldStep = name;
  const hold = (gate = new Gate());
  begin();
  await within(hold.entered, name);
  await lab.endpoint.disconnect(userSocketId(userId));
  hold.open();
  gate = undefined;
  await (await lab.open("/twice")).socket.heartbeat(); // the server has turned
  expect(started).toEqual(expected);
  started.length = 0;
}
