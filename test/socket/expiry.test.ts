// A session whose time is up ends between two looks over the sockets, too: its socket is still open, and nothing starts on it.
import { halt, html, liveComponent, liveView, userSocket } from "holdfast";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { all } from "../support/all-events.js";
import { Calls } from "../support/fixture-app.js";
import { startLab, type Joined, type Lab } from "../support/lab.js";
import { RawSocket } from "../support/raw-socket.js";
import { Gate, within } from "../support/wait.js";

const calls = new Calls();
let door: Gate | undefined;
const wait = async (): Promise<void> => {
  await door?.wait();
};

const Part = liveComponent<{ n: number }>().define({
  name: "part",
  async update(_socket, { n }) {
    calls.hit(`update ${n}`);
    if (n > 0) await wait();
  },
  events: { poke: { handle: () => calls.hit("poke") } },
  render: ({ n }, on) => html`<i>${n}${n > 0 && Inner({ id: "inner" })}<i phx-click=${all(on)}></i></i>`,
});
const Inner = liveComponent().define({ name: "inner", mount: () => void calls.hit("inner mount"), render: () => html`<b></b>` });

/** Public, and nothing of its events is checked: the shortest way to a handler. */
const Public = liveView.define({
  name: "Public",
  authorize: "public",
  mount(socket) {
    socket.attachHook("slow", "handleEvent", async (event) => {
      if (event === "hooked") await wait();
      return event === "halted" ? halt() : undefined;
    });
    return { n: 0 };
  },
  handleParams: () => calls.hit("handleParams"),
  events: {
    plain: { handle: () => calls.hit("plain") },
    hooked: { handle: () => calls.hit("hooked") },
    parsed: {
      params: z.object({}).refine(async () => {
        await wait();
        return true;
      }),
      handle: () => calls.hit("parsed"),
    },
    allowed: {
      async authorize() {
        await wait();
        return true;
      },
      handle: () => calls.hit("allowed"),
    },
    slow: {
      async handle() {
        calls.hit("slow");
        await wait();
      },
    },
    next: { handle: (socket) => socket.update("n", (n) => n + 1) },
  },
  render: ({ n }, on) => html`<main>${Part({ id: "part", n })}<i phx-click=${all(on)}></i></main>`,
});
const Guarded = liveView.define({
  name: "Guarded",
  async authorize() {
    await wait();
    return true;
  },
  events: { plain: { handle: () => calls.hit("guarded plain") } },
  mount: () => void calls.hit("guarded mount"),
  handleParams: () => calls.hit("guarded handleParams"),
  render: (_assigns, on) => html`<main>guarded<i phx-click=${all(on)}></i></main>`,
});

/** Its component waits while the join is being rendered. */
const Late = liveComponent().define({
  name: "late",
  async mount(socket) {
    if (socket.connected) await wait();
  },
  render: () => html`<i>late</i>`,
});
const Rendering = liveView.define({ name: "Rendering", authorize: "public", render: () => html`<main>${Late({ id: "late" })}</main>` });

/** Its mount waits. */
const Mounting = liveView.define({
  name: "Mounting",
  authorize: "public",
  async mount(socket) {
    if (socket.connected) await wait();
  },
  handleParams: () => calls.hit("mounting handleParams"),
  render: () => html`<main>mounting</main>`,
});

const rooms = userSocket({
  connect: () => ({}),
  channels: (channel) => ({
    room: channel({
      join: () => ({}),
      handleIn: {
        read: {
          async handle() {
            await wait();
            return { secret: "of a session that has ended" };
          },
        },
        parsed: {
          params: z.object({}).refine(async () => {
            await wait();
            return true;
          }),
          handle: () => calls.hit("channel parsed"),
        },
      },
    }),
  }),
});

let lab: Lab;
let view: Joined;
beforeAll(async () => {
  lab = await startLab({ "/": Public, "/guarded": Guarded, "/rendering": Rendering, "/mounting": Mounting }, { sockets: { "/rooms": rooms } });
});
afterAll(() => lab.close());
beforeEach(async () => {
  door = undefined;
  view = await lab.open("/");
  calls.clear();
  lab.log.length = 0;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await lab.cut();
});

/** From now on the session's time is up. */
function expire(): void {
  const clock = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => clock() + lab.endpoint.limits.sessionMaxAgeMs + 1);
}
const refused = { status: "ok", response: {} };

describe("when the session's time is up", () => {
  it.each([["plain", undefined], ["parsed", undefined], ["allowed", undefined], ["poke", 1], ["nothing", undefined], ["lv:clear-flash", undefined]])(
    "an event is answered, and nothing of it runs: %s", async (event, cid) => {
      expire();
      expect(await view.event(event, {}, cid)).toEqual(refused);
      expect(calls.log).toEqual([]);
      expect(lab.log.map(({ details }) => details["reason"])).toEqual(["session_ended"]);
    });

  it("a patch is answered, and nothing of it runs", async () => {
    expire();
    expect(await view.call("live_patch", { url: view.page.url })).toEqual(refused);
    expect(calls.log).toEqual([]);
  });

  it("a further join is refused", async () => {
    expire();
    expect((await view.socket.join(view.page)).response).toEqual({ reason: "stale" });
  });
});

describe("when the session's time is up while something waits", () => {
  it.each(["parsed", "allowed", "hooked"])("the handler behind it does not start: %s", async (event) => {
    door = new Gate();
    const ref = view.sendEvent(event);
    await within(door.entered, "what the event waits for");
    expire();
    door.open();
    expect(await view.socket.reply(ref)).toEqual(refused);
    expect(calls.log).toEqual([]);
  });

  it.each(["read", "parsed"])("a channel's message is refused: %s", async (event) => {
    const socket = await RawSocket.connect(lab.base, { path: "/rooms/websocket" });
    await socket.call("1", "room", "phx_join");
    door = new Gate();
    const answer = socket.call("1", "room", event);
    await within(door.entered, "what the message waits for");
    expire();
    door.open();
    expect(await answer).toMatchObject({ status: "error", response: { reason: "unauthorized" } });
    expect(calls.log).toEqual([]);
    socket.terminate();
  });

  it("neither an event nor a patch starts after a view's policy", async () => {
    const guarded = await lab.open("/guarded");
    calls.clear();
    door = new Gate();
    const event = guarded.sendEvent("plain");
    await within(door.entered, "the policy");
    expire();
    door.open();
    expect(await guarded.socket.reply(event)).toEqual(refused);
    expect(calls.log).toEqual([]);
  });

  it("nothing starts that waits in the mailbox", async () => {
    door = new Gate();
    const refs = [view.sendEvent("slow"), view.sendEvent("plain"), view.sendEvent("poke", {}, 1)];
    await within(door.entered, "the slow event");
    expire();
    door.open();
    for (const ref of refs) expect((await view.socket.reply(ref)).status).toBe("ok");
    expect(calls.log).toEqual(["slow"]);
  });

  it("no further component begins", async () => {
    door = new Gate();
    view.sendEvent("next");
    await within(door.entered, "the update");
    expire();
    door.open();
    await view.socket.heartbeat();
    expect(calls.log).toEqual(["update 1"]);
  });

  it("a join is refused, and neither mount nor handleParams begins", async () => {
    const browser = lab.browser();
    const guarded = await browser.get("/guarded");
    door = new Gate();
    const socket = await browser.socket();
    const ref = socket.sendJoin(guarded);
    await within(door.entered, "the policy");
    expire();
    calls.clear();
    door.open();
    expect((await socket.reply(ref)).response).toEqual({ reason: "stale" });
    expect(calls.log).toEqual([]);
  });

  it("a mount that waited is the last of its join", async () => {
    const browser = lab.browser();
    const page = await browser.get("/mounting");
    const socket = await browser.socket();
    door = new Gate();
    const ref = socket.sendJoin(page);
    await within(door.entered, "the mount");
    expire();
    calls.clear();
    door.open();
    expect(await socket.reply(ref)).toEqual({ status: "error", response: { reason: "stale" } });
    expect(calls.log).toEqual([]);
  });

  it("a join is not answered with the page that was being rendered", async () => {
    const browser = lab.browser();
    const page = await browser.get("/rendering");
    const socket = await browser.socket();
    door = new Gate();
    const ref = socket.sendJoin(page);
    await within(door.entered, "the component");
    expire();
    door.open();
    expect(await socket.reply(ref)).toEqual({ status: "error", response: { reason: "stale" } });
  });

  it("a patch does not reach handleParams after the policy", async () => {
    const guarded = await lab.open("/guarded");
    calls.clear();
    door = new Gate();
    const ref = guarded.post("live_patch", { url: guarded.page.url });
    await within(door.entered, "the policy");
    expire();
    door.open();
    expect((await guarded.socket.reply(ref)).status).toBe("ok");
    expect(calls.log).toEqual([]);
  });
});
