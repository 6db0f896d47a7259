import { html, keyed, liveComponent, liveView, stream, type LiveComponent, type Rendered } from "holdfast";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { all } from "../support/all-events.js";
import { Calls } from "../support/fixture-app.js";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";
import { Gate, within } from "../support/wait.js";

const calls = new Calls();
/** What policies answer; tests take rights away while pages are open. */
const rights = { view: true, event: true };
/** The door that slow handlers and updates wait at. */
let door: Gate | undefined;

const Counter = liveComponent<{ label: string }>().define({
  name: "counter",
  mount: () => {
    calls.hit("counter.mount");
    return { count: 0 };
  },
  events: {
    inc: {
      handle(socket) {
        calls.hit(`inc ${socket.assigns.id}`);
        socket.update("count", (count) => count + 1);
      },
    },
    set: {
      params: z.object({ to: z.number().int() }),
      authorize: () => rights.event,
      handle(socket, { to }) {
        calls.hit(`set ${to}`);
        socket.assign({ count: to });
      },
    },
    slow: {
      async handle(socket) {
        calls.hit(`slow ${socket.assigns.id}`);
        await door?.wait();
        socket.update("count", (count) => count + 10);
      },
    },
  },
  render: ({ label, count }, on) => html`<p>${label}: ${count}<button phx-click=${on.inc}>+1</button><i phx-click=${all(on)}></i></p>`,
});

const Page = liveView.define({
  name: "Page",
  authorize: () => rights.view,
  mount: () => ({ shown: true, marks: "" }),
  events: {
    hide: { handle: (socket) => socket.assign({ shown: false }) },
    show: { handle: (socket) => socket.assign({ shown: true }) },
    mark: {
      handle(socket) {
        calls.hit("mark");
        socket.update("marks", (marks) => `${marks}|`);
      },
    },
  },
  render: ({ shown, marks }, on) => html`<main>${Counter({ id: "a", label: "A" })}<i>${marks}</i>
    ${shown && Counter({ id: "b", label: "B" })}<i phx-click=${all(on)}></i></main>`,
});

let lab: Lab;
let view: Joined;
beforeAll(async () => {
  lab = await startLab({ "/": Page, ...crashing(), ...lists(), ...lifetimes(), "/again": Again, "/waits": Waits, "/chain": Chain, "/slows": Slows });
});
afterAll(() => lab.close());
beforeEach(async () => {
  door = undefined;
  Object.assign(rights, { view: true, event: true });
  view = await lab.open("/");
  calls.clear();
  lab.log.length = 0;
});
afterEach(() => lab.cut());

/** The components' trees of an answer, by number. */
function changed(reply: { response: Record<string, unknown> }): Record<string, Record<string, unknown>> | undefined {
  return (reply.response["diff"] as { c?: Record<string, Record<string, unknown>> } | undefined)?.c;
}

describe("an event's component number", () => {
  it("reaches the component that has it, and no other", async () => {
    expect(changed(await view.event("inc", {}, 2))).toEqual({ 2: { 1: "1" } });
    expect(changed(await view.event("inc", {}, 2))).toEqual({ 2: { 1: "2" } });
    expect(changed(await view.event("inc", {}, 1))).toEqual({ 1: { 1: "1" } });
    expect(calls.log).toEqual(["inc b", "inc b", "inc a"]);
  });

  it.each<unknown>([
    "1", "constructor", "__proto__", "", 1.5, -1, 0, 3, 1e308, Number.MAX_SAFE_INTEGER, true, false, {}, { cid: 1 }, [[]], [[1]],
    { toString: "1", valueOf: 1 },
  ])("that is %j reaches nobody and is answered", async (cid) => {
    expect(await view.event("inc", {}, cid)).toEqual({ status: "ok", response: {} });
    expect(await view.event("mark", {}, cid)).toEqual({ status: "ok", response: {} });
    expect(calls.log).toEqual([]);
    expect(lab.log.map(({ details }) => details["reason"])).toEqual(["unknown_component", "unknown_component"]);
  });

  it("of null is the view", async () => {
    expect(await view.event("inc", {}, null)).toEqual({ status: "ok", response: {} });
    expect((await view.event("mark", {}, null)).response).toHaveProperty("diff");
    expect(calls.log).toEqual(["mark"]);
  });

  it("of another view on the same socket is that of one's own component", async () => {
    const other = await lab.open("/list?n=5");
    expect(await view.event("inc", {}, 5)).toEqual({ status: "ok", response: {} }); // it is there in the other
    expect(calls.log).not.toContainEqual(expect.stringMatching(/^inc/));
    expect((await other.event("inc", {}, 5)).response).toHaveProperty("diff");
  });

  it("of a component that has left reaches nobody", async () => {
    await view.event("hide");
    await view.call("cids_will_destroy", { cids: [2] });
    expect(await view.call("cids_destroyed", { cids: [2] })).toEqual({ status: "ok", response: { cids: [2] } });
    expect(await view.event("inc", {}, 2)).toEqual({ status: "ok", response: {} });
    expect(calls.log).toEqual([]);
    // When it comes back it is another one.
    expect(changed(await view.event("show"))).toHaveProperty("3");
    expect(calls.log).toEqual(["counter.mount"]);
    expect(await view.event("inc", {}, 2)).toEqual({ status: "ok", response: {} });
    expect(calls.of("inc b")).toBe(0);
  });
});

describe("a component's events", () => {
  it.each<unknown>(["constructor", "toString", "__proto__", "hasOwnProperty", "mount", "render", "mark", "lv:x", "", 7, null, {}, [["inc"]]])(
    "are those it declares: %j is answered and reaches nobody", async (name) => {
      expect(await view.event(name, {}, 1)).toEqual({ status: "ok", response: {} });
      expect(calls.log).toEqual([]);
      expect(lab.log.at(-1)?.details["reason"]).toBe("unknown_event");
    });

  it("are not the view's: without its number a component's event is unknown", async () => {
    expect(await view.event("inc")).toEqual({ status: "ok", response: {} });
    expect(calls.log).toEqual([]);
  });

  it.each<unknown>([{}, { to: "1" }, { to: 1.5 }, null, [[]], "to=1", 4])("get only what their schema lets through: %j", async (value) => {
    expect(await view.event("set", value, 1)).toEqual({ status: "ok", response: {} });
    expect(calls.log).toEqual([]);
    expect(lab.log.at(-1)?.details["reason"]).toBe("bad_payload");
  });

  it("ask the view's policy first, and then their own", async () => {
    expect((await view.event("set", { to: 5 }, 1)).response).toHaveProperty("diff");
    rights.event = false;
    expect(await view.event("set", { to: 6 }, 1)).toEqual({ status: "ok", response: {} });
    expect(lab.log.at(-1)?.details["reason"]).toBe("event_policy");
    rights.event = true;
    rights.view = false;
    expect(await view.event("set", { to: 7 }, 1)).toEqual({ status: "ok", response: {} });
    expect(lab.log.at(-1)?.details["reason"]).toBe("view_policy");
    expect(await view.event("inc", {}, 1)).toEqual({ status: "ok", response: {} }); // without schema and policy of its own
    expect(lab.log.at(-1)?.details["reason"]).toBe("view_policy");
    expect(calls.log).toEqual(["set 5"]);
  });

  it("wait in the view's mailbox: first in, first out", async () => {
    door = new Gate();
    const refs = [
      view.sendEvent("slow", {}, 1), view.sendEvent("mark"), view.sendEvent("inc", {}, 2), view.sendEvent("mark"), view.sendEvent("inc", {}, 1),
    ];
    await within(door.entered, "the slow event");
    await view.socket.heartbeat(); // which waits for nobody
    expect(calls.log).toEqual(["slow a"]);
    door.open();
    await Promise.all(refs.map((ref) => view.socket.reply(ref)));
    expect(calls.log).toEqual(["slow a", "mark", "inc b", "mark", "inc a"]);
    const answered = view.socket.frames.map(([, ref]) => ref).filter((ref) => ref !== null && refs.includes(ref));
    expect(answered).toEqual(refs);
  });
});

describe("what the client says of components that left", () => {
  it.each([false, true])("removes nothing that the page still holds (announced: %s)", async (announced) => {
    await view.event("inc", {}, 2);
    if (announced) expect(await view.call("cids_will_destroy", { cids: [1, 2] })).toEqual({ status: "ok", response: {} });
    expect(await view.call("cids_destroyed", { cids: [1, 2] })).toEqual({ status: "ok", response: { cids: [] } });
    expect(changed(await view.event("inc", {}, 2))).toEqual({ 2: { 1: "2" } });
    expect(calls.of("counter.mount")).toBe(0);
  });

  it("removes nothing before it was announced", async () => {
    await view.event("inc", {}, 2);
    await view.event("hide");
    expect(await view.call("cids_destroyed", { cids: [2] })).toEqual({ status: "ok", response: { cids: [] } });
    await view.event("show");
    expect(changed(await view.event("inc", {}, 2))).toEqual({ 2: { 1: "2" } });
  });

  it("removes nothing that came back in between", async () => {
    await view.event("inc", {}, 2);
    await view.event("hide");
    await view.call("cids_will_destroy", { cids: [2] });
    await view.event("show");
    expect(await view.call("cids_destroyed", { cids: [2] })).toEqual({ status: "ok", response: { cids: [] } });
    expect(changed(await view.event("inc", {}, 2))).toEqual({ 2: { 1: "2" } });
  });

  it.each<{ cids: unknown }>([
    { cids: undefined }, { cids: null }, { cids: "cids" }, { cids: 7 }, { cids: {} }, { cids: { length: 3 } },
    { cids: ["1", null, {}, [1], true] }, { cids: [-1.5, "__proto__", "constructor"] },
    { cids: Array.from({ length: 9_000 }, (_, i) => i + 3) }, { cids: Array.from({ length: 10_001 }, () => 1) },
  ])("is answered, however it is made (%#)", async ({ cids }) => {
    expect((await view.call("cids_will_destroy", { cids })).status).toBe("ok");
    expect((await view.call("cids_destroyed", { cids })).status).toBe("ok");
    expect((await view.call("cids_destroyed", null)).status).toBe("ok");
    expect(changed(await view.event("inc", {}, 1))).toEqual({ 1: { 1: "1" } });
  });

  it("is not parsed if it is longer than any payload may be", async () => {
    await view.event("hide");
    await view.call("cids_will_destroy", { cids: Array.from({ length: 10_001 }, () => 2) });
    expect((await view.call("cids_destroyed", { cids: [2] })).response).toEqual({ cids: [] });
    await view.call("cids_will_destroy", { cids: [2] });
    expect((await view.call("cids_destroyed", { cids: Array.from({ length: 10_001 }, () => 2) })).response).toEqual({ cids: [] });
    expect((await view.call("cids_destroyed", { cids: [2] })).response).toEqual({ cids: [2] });
  });

  it("is answered by a view that has no components", async () => {
    const plain = await lab.open("/list?n=0");
    expect((await plain.call("cids_will_destroy", { cids: [1] })).response).toEqual({});
    expect((await plain.call("cids_destroyed", { cids: [1] })).status).toBe("ok");
  });
});

// ---- what a component holds, and how long ----

const held = { timers: 0, messages: 0, aborted: [] as string[], freed: [] as string[] };

const Holder = liveComponent<{ n: number }>().define({
  name: "holder",
  mount(socket) {
    const { id } = socket.assigns;
    socket.sendEvery(1, () => void held.timers++);
    socket.subscribe("holder", () => void held.messages++);
    socket.onTerminate(() => held.freed.push(id));
    socket.startAsync("never", (signal) => new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        held.aborted.push(id);
        resolve(0);
      });
    }), () => void held.messages++);
    return {};
  },
  render: ({ n }) => html`<i>${n}</i>`,
});
const Opened = liveComponent().define({
  name: "opened",
  mount(socket) {
    calls.hit("opened.mount");
    socket.onTerminate(() => calls.hit("opened.freed"));
    return {};
  },
  render: () => html`<i>opened</i>`,
});
const SlowUpdate = liveComponent<{ n: number }>().define({
  name: "slow update",
  async update(socket, { n }) {
    calls.hit(`update ${n}`);
    if (n > 0) await door?.wait();
    socket.assign({ n });
  },
  events: { ping: { handle: () => calls.hit("ping") } },
  render: ({ n }, on) => html`<p>${n}${n > 0 && Opened({ id: "opened" })}<i phx-click=${all(on)}></i></p>`,
});

/** Pages whose components come and go. */
function lifetimes() {
  const Holding = liveView.define({
    name: "Holding",
    authorize: "public",
    mount: () => ({ shown: true }),
    events: { hide: { handle: (socket) => socket.assign({ shown: false }) } },
    render: ({ shown }, on) => html`<main>${shown && Holder({ id: "h", n: 1 })}<i phx-click=${all(on)}></i></main>`,
  });
  return { "/holding": Holding };
}

const Waits = liveView.define({
  name: "Waits",
  authorize: "public",
  mount: () => ({ n: 0, marks: "" }),
  events: {
    next: { handle: (socket) => socket.update("n", (n) => n + 1) },
    mark: { handle: (socket) => socket.update("marks", (marks) => `${marks}|`) },
  },
  render: ({ n, marks }, on) => html`<main>${SlowUpdate({ id: "s", n })}<b>${marks}</b><i phx-click=${all(on)}></i></main>`,
});

describe("a component that has left", () => {
  it("holds nothing any more: timers, subscriptions, tasks", async () => {
    const page = await lab.open("/holding");
    Object.assign(held, { timers: 0, messages: 0, aborted: [], freed: [] }); // without what its HTTP request did
    await eventually(() => expect(held.timers).toBeGreaterThan(0));
    lab.endpoint.broadcast("holder", "x", {});
    await page.socket.heartbeat();
    expect(held.messages).toBe(1);

    await page.event("hide");
    await page.call("cids_will_destroy", { cids: [1] });
    expect(held.freed).toEqual([]);
    await page.call("cids_destroyed", { cids: [1] });
    expect([held.freed, held.aborted]).toEqual([["h"], ["h"]]);
    const { timers } = held;
    lab.endpoint.broadcast("holder", "x", {});
    await new Promise((resolve) => setTimeout(resolve, 20)); // a timer that still ran would tick twenty times
    await page.socket.heartbeat();
    expect([held.timers, held.messages]).toEqual([timers, 1]);
  });

  it("handles nothing that had been waiting for it in the mailbox", async () => {
    const Waiting = liveComponent().define({
      name: "waiting",
      mount(socket) {
        socket.subscribe("waiting", () => calls.hit("message"));
        return {};
      },
      events: {
        later: {
          handle(socket) {
            calls.hit("later");
            socket.send(() => calls.hit("sent"));
            socket.sendAfter(0, () => calls.hit("timer"));
            socket.startAsync("t", () => Promise.resolve(), () => calls.hit("task"));
          },
        },
      },
      render: (_assigns, on) => html`<i>waiting<i phx-click=${all(on)}></i></i>`,
    });
    const Blocks = liveView.define({
      name: "Blocks",
      authorize: "public",
      mount: () => ({ shown: true }),
      events: {
        hide: { handle: (socket) => socket.assign({ shown: false }) },
        block: {
          async handle() {
            calls.hit("block");
            await door?.wait();
          },
        },
      },
      render: ({ shown }, on) => html`<main>${shown && Waiting({ id: "w" })}<i phx-click=${all(on)}></i></main>`,
    });
    const own = await startLab({ "/": Blocks });
    const page = await own.open("/");
    door = new Gate();
    page.sendEvent("block");
    await within(door.entered, "the block");
    page.sendEvent("later", {}, 1);
    page.sendEvent("hide");
    page.post("cids_will_destroy", { cids: [1] });
    const last = page.post("cids_destroyed", { cids: [1] });
    await page.socket.heartbeat();
    own.endpoint.broadcast("waiting", "x", {});
    door.open();
    expect((await page.socket.reply(last)).response).toEqual({ cids: [1] });
    await page.event("hide");
    await page.socket.heartbeat();
    expect(calls.log).toEqual(["block", "later"]);
    await own.close();
  });

  it("ends with its view", async () => {
    const page = await lab.open("/holding");
    Object.assign(held, { timers: 0, messages: 0, aborted: [], freed: [] }); // without what its HTTP request did
    page.socket.terminate();
    await eventually(() => expect(held.freed).toEqual(["h"]));
    expect(held.aborted).toEqual(["h"]);
  });

  it("and was only about to appear when its view left, is freed as well", async () => {
    door = new Gate();
    const page = await lab.open("/waits");
    calls.clear();
    page.sendEvent("next");
    await within(door.entered, "the update");
    await page.socket.call(page.socket.joinRefs.get(page.topic)!, page.topic, "phx_leave");
    door.open();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls.of("opened.freed")).toBe(calls.of("opened.mount"));
  });
});

describe("a component with an update that waits", () => {
  it("lets what comes meanwhile wait, and all is answered in order", async () => {
    door = new Gate();
    const page = await lab.open("/waits");
    calls.clear();
    const refs = [page.sendEvent("next"), page.sendEvent("mark"), page.sendEvent("ping", {}, 1), page.sendEvent("mark")];
    await within(door.entered, "the update");
    await page.socket.heartbeat();
    expect(calls.log).toEqual(["update 1"]);
    expect(page.socket.frames.filter(([, ref]) => ref !== null && refs.includes(ref))).toEqual([]);
    door.open();
    const replies = await Promise.all(refs.map((ref) => page.socket.reply(ref)));
    expect(replies.map(({ status }) => status)).toEqual(["ok", "ok", "ok", "ok"]);
    expect(changed(replies[0]!)).toMatchObject({ 1: { 0: "1", 1: 2 }, 2: {} });
    expect(replies[3]!.response).toEqual({ diff: { 1: "||" } });
    expect(calls.log).toEqual(["update 1", "opened.mount", "ping"]);
  });
});

// ---- many ----

const Row = liveComponent<{ n: number }>().define({
  name: "row",
  mount: (socket) => {
    calls.hit("row.mount");
    socket.onTerminate(() => calls.hit("row.freed"));
    return { clicks: 0 };
  },
  events: { inc: { handle: (socket) => socket.update("clicks", (clicks) => clicks + 1) } },
  render: ({ n, clicks }, on) => html`<li>${n} ${clicks}<i phx-click=${all(on)}></i></li>`,
});

function lists() {
  const List = liveView.define({
    name: "List",
    authorize: "public",
    mount: (_socket, { uri }) => ({ ids: Array.from({ length: Number(uri.searchParams.get("n")) }, (_, i) => i) }),
    events: { turn: { handle: (socket) => socket.update("ids", (ids) => ids.map((id) => id + ids.length)) } },
    render: ({ ids }, on) => html`<ul>${keyed(ids, (id) => id, (id) => Row({ id: `row-${id}`, n: id }))}<i phx-click=${all(on)}></i></ul>`,
  });
  return { "/list": List };
}

describe("a client that never says what it dropped", () => {
  it("makes nothing grow forever", async () => {
    const page = await lab.open("/list?n=60");
    calls.clear();
    for (let turn = 0; turn < 50; turn++) {
      await page.event("turn");
      // The page's own are there, all of them.
      const [first, last] = [60 * turn + 61, 60 * turn + 120];
      expect(changed(await page.event("inc", {}, first))).toEqual({ [first]: { 1: "1" } });
      expect(changed(await page.event("inc", {}, last))).toEqual({ [last]: { 1: "1" } });
    }
    const living = 60 + calls.of("row.mount") - calls.of("row.freed");
    expect(calls.of("row.mount")).toBe(3000);
    expect(living).toBeLessThanOrEqual(320); // 60 in the page, and what had left since the last look
  });

  it("meets a limit, where only the browser knows what has left: components in streams", async () => {
    const Feed = liveView.define({
      name: "Feed",
      authorize: "public",
      mount: () => ({ feed: stream([0], { domId: (n) => `feed-${n}` }), n: 0 }),
      events: {
        more: {
          handle(socket) {
            socket.update("n", (n) => n + 1);
            socket.streamInsert("feed", socket.assigns.n, { limit: 1 });
          },
        },
        same: { handle: (socket) => socket.streamInsert("feed", 0) },
      },
      render: ({ feed }, on) => html`<ul id="feed" phx-update="stream">${feed.map((n, id) => html`<li id=${id}>${Row({ id: `row-${n}`, n })}</li>`)}</ul><i phx-click=${all(on)}></i>`,
    });
    const own = await startLab({ "/": Feed }, { limits: { components: 50 } });
    const page = await own.open("/");
    for (let n = 1; n < 50; n++) expect((await page.event("more")).response).toHaveProperty("diff");
    // What its client says has left makes room, and what comes back has its events.
    await page.call("cids_will_destroy", { cids: [1, 2] });
    expect(await page.event("inc", {}, 1)).toEqual({ status: "ok", response: {} });
    await page.event("same");
    expect((await page.event("inc", {}, 1)).response).toHaveProperty("diff");
    expect((await page.call("cids_destroyed", { cids: [1, 2] })).response).toEqual({ cids: [2] });
    expect((await page.event("more")).response).toHaveProperty("diff");
    page.sendEvent("more");
    await page.socket.push("phx_error");
    expect(own.log.find(({ message }) => message === "view crashed")?.details["error"]).toMatchObject({ code: "component_limit" });
    await own.close();
  });
});

describe("a component that redirects while it is rendered", () => {
  it.each(["mount", "update"] as const)("from %s is an error that says so, and its client goes nowhere", async (stage) => {
    const Away = liveComponent<{ n: number }>().define({
      name: "away",
      mount: (socket) => (stage === "mount" ? socket.redirect("/elsewhere") : undefined),
      update: (socket) => (stage === "update" ? socket.pushNavigate("/elsewhere") : undefined),
      render: () => html`<p>away</p>`,
    });
    const View = liveView.define({
      name: "Leaves",
      authorize: "public",
      mount: () => ({ n: 0 }),
      events: { go: { handle: (socket) => socket.assign({ n: 1 }) } },
      render: ({ n }, on) => html`<main>${n > 0 && Away({ id: "away", n })}<i phx-click=${all(on)}></i></main>`,
    });
    const own = await startLab({ "/": View });
    const page = await own.open("/");
    page.sendEvent("go");
    await page.socket.push("phx_error");
    expect(own.log.find(({ message }) => message === "view crashed")?.details["error"]).toMatchObject({ code: "socket_misuse" });
    expect(JSON.stringify(page.socket.frames)).not.toContain("elsewhere");
    await own.close();
  });
});

describe("a component's template", () => {
  it.each<[string, () => Rendered]>([
    ["two elements", () => html`<p>a</p><p>b</p>`], ["text", () => html`text`], ["text beside it", () => html`<p>a</p> text`], ["nothing", () => html``],
    ["a value beside it", () => html`<p>a</p>${1}`],
  ])("of %s is an error that says so", async (_what, render) => {
    const Wrong = liveComponent().define({ name: "wrong", render });
    const own = await startLab({ "/": liveView.define({ authorize: "public", render: () => html`<main>${Wrong({ id: "w" })}</main>` }) });
    expect((await own.browser().get("/")).status).toBe(500);
    expect(own.log.map(({ details }) => (details["error"] as { code?: string } | undefined)?.code)).toContain("component_root");
    await own.close();
  });
});

// ---- crashes ----

type Stage = "mount" | "update" | "updateMany" | "render" | "event" | "event after await" | "task" | "unawaited in task" | "message" | "timer";

function bomb(stage: Stage): LiveComponent<{ armed: boolean }> {
  const explode = (armed: boolean): void => {
    if (armed) throw new Error(`the component threw in ${stage}`);
  };
  return liveComponent<{ armed: boolean }>().define({
    name: `bomb in ${stage}`,
    mount(socket, { armed }) {
      if (stage === "mount") explode(armed);
      socket.subscribe(`bomb ${stage}`, () => explode(stage === "message"));
      return {};
    },
    ...(stage === "updateMany"
      ? { updateMany: (updates: readonly { props: { armed: boolean } }[]) => updates.forEach(({ props }) => explode(props.armed)) }
      : {
        update(socket, { armed }) {
          if (stage === "update") explode(armed);
          if (!armed) return;
          if (stage === "task") socket.startAsync("t", () => Promise.resolve(1), () => explode(true));
          if (stage === "unawaited in task") {
            socket.startAsync("t", async () => {
              void Promise.reject(new Error("nobody awaits this"));
              await new Promise(() => {});
            }, () => {});
          }
          if (stage === "timer") socket.sendAfter(1, () => explode(true));
        },
      }),
    events: {
      bang: { handle: () => explode(stage === "event") },
      later: {
        async handle() {
          await Promise.resolve();
          explode(stage === "event after await");
        },
      },
    },
    render({ armed }, on) {
      if (stage === "render") explode(armed);
      return html`<p>${armed ? "armed" : "quiet"}<i phx-click=${all(on)}></i></p>`;
    },
  });
}

const STAGES: readonly Stage[] = [
  "mount", "update", "updateMany", "render", "event", "event after await", "task", "unawaited in task", "message", "timer",
];
const path = (stage: Stage): string => `/bomb-${stage.replaceAll(" ", "-")}`;

function crashing() {
  return Object.fromEntries(STAGES.map((stage) => {
    const Bomb = bomb(stage);
    const View = liveView.define({
      name: `bombed in ${stage}`,
      authorize: "public",
      mount: () => ({ armed: false }),
      events: { arm: { handle: (socket) => socket.assign({ armed: true }) } },
      render: ({ armed }, on) => html`<main>${(armed || stage !== "mount") && Bomb({ id: "bomb", armed })}<i phx-click=${all(on)}></i></main>`,
    });
    return [path(stage), View];
  }));
}

describe("a component that throws in", () => {
  it.each(STAGES)("%s ends its view, and nobody else notices", async (stage) => {
    const browser = lab.browser();
    const page = await lab.open(path(stage), browser);
    const sibling = await browser.get("/");
    await page.socket.join(sibling);
    const twin = await lab.open(path(stage), browser);

    page.sendEvent("arm");
    if (stage === "event") page.sendEvent("bang", {}, 1);
    if (stage === "event after await") page.sendEvent("later", {}, 1);
    if (stage === "message") {
      await page.socket.heartbeat();
      page.post("cids_will_destroy", { cids: [] });
      lab.endpoint.broadcast(`bomb ${stage}`, "x", {});
      expect((await twin.socket.push("phx_error"))[2]).toBe(twin.topic); // it listens, too
    }
    expect((await page.socket.push("phx_error"))[2]).toBe(page.topic);
    const crash = lab.log.find(({ message }) => message === "view crashed");
    expect(crash?.details).toMatchObject({ view: `bombed in ${stage}` });
    expect(String(crash?.details["error"])).toMatch(stage === "unawaited in task" ? /nobody awaits/ : `threw in ${stage}`);

    // Frames to what has crashed are answered; others on the socket and elsewhere live.
    expect(await page.event("arm")).toEqual({ status: "error", response: { reason: "unmatched topic" } });
    expect((await page.socket.event(sibling, "mark")).response).toHaveProperty("diff");
    if (stage !== "message") expect((await twin.call("cids_will_destroy", { cids: [] })).status).toBe("ok");
    // And the client can come again.
    expect((await page.socket.join(page.page)).status).toBe("ok");
  });

  it.each(["mount", "update", "updateMany", "render"] as const)("%s makes a join fail without a trace, and other topics live", async (stage) => {
    const Bomb = bomb(stage);
    const Armed = liveView.define({
      name: "Armed",
      authorize: "public",
      mount: (socket) => ({ armed: socket.connected }),
      render: ({ armed }) => html`<main>${(armed || stage !== "mount") && Bomb({ id: "bomb", armed })}</main>`,
    });
    const own = await startLab({ "/": Page, "/armed": Armed });
    const first = await own.open("/");
    const page = await first.socket.join(await own.browser().get("/armed"), { url: "" });
    expect(page.status).toBe("error"); // a stranger's token
    const browser = own.browser();
    const mine = await own.open("/", browser);
    expect(await mine.socket.join(await browser.get("/armed"))).toEqual({ status: "error", response: { reason: "join crashed" } });
    expect((await mine.event("inc", {}, 1)).response).toHaveProperty("diff");
    await own.close();
  });
});

describe("over HTTP, a component", () => {
  it("does not begin if its view ends meanwhile", async () => {
    const Stray = liveComponent<{ n: number }>().define({
      name: "stray",
      async mount(_socket, { n }) {
        calls.hit(`stray ${n}`);
        void Promise.reject(new Error("nobody awaits this"));
        await new Promise((resolve) => setTimeout(resolve, 5));
        return {};
      },
      render: ({ n }) => html`<i>${n}</i>`,
    });
    const View = liveView.define({
      name: "Strays",
      authorize: "public",
      render: () => html`<main>${Stray({ id: "1", n: 1 })}${Stray({ id: "2", n: 2 })}</main>`,
    });
    const own = await startLab({ "/": View });
    expect((await own.browser().get("/")).status).toBe(500);
    expect(calls.log).toEqual(["stray 1"]);
    await own.close();
  });
});

// ---- ids ----

const Inner = liveComponent<{ n: number }>().define({ name: "inner", render: ({ n }) => html`<i>${n}</i>` });

const Outer = liveComponent<{ n: number }>().define({ name: "outer", render: ({ n }) => html`<p>${Inner({ id: "same", n })}</p>` });

const Again = liveView.define({
  name: "Again",
  authorize: "public",
  mount: () => ({ ids: ["x", "y"], nested: false }),
  events: {
    twice: { handle: (socket) => socket.assign({ ids: ["x", "y", "x"] }) },
    nested: { handle: (socket) => socket.assign({ nested: true }) },
    fine: { handle: (socket) => socket.assign({ ids: ["z", "y", "x", "w"] }) },
  },
  render: ({ ids, nested }, on) => html`<main>${ids.map((id) => Inner({ id, n: 1 }))}<hr>
    ${Inner({ id: "same", n: 1 })}${nested && Outer({ id: "outer", n: 2 })}<i phx-click=${all(on)}></i></main>`,
});

describe("two components of one kind with one id", () => {
  it("are an error that says what to do", async () => {
    const page = await lab.open("/again");
    expect((await page.event("fine")).response).toHaveProperty("diff");
    page.sendEvent("twice");
    await page.socket.push("phx_error");
    const crash = lab.log.find(({ message }) => message === "view crashed");
    expect(crash?.details["error"]).toMatchObject({ code: "component_id_invalid" });
    expect(String(crash?.details["error"])).toMatch(/"inner" have the same id/);
  });

  it("are one even if one of them is in another component", async () => {
    const page = await lab.open("/again");
    page.sendEvent("nested");
    await page.socket.push("phx_error");
    expect(lab.log.find(({ message }) => message === "view crashed")?.details["error"]).toMatchObject({ code: "component_id_invalid" });
  });
});

// ---- the fence ----

const Deep = liveComponent<{ n: number }>().define({
  name: "deep",
  async update(_socket, { n }) {
    if (n > 0) await door?.wait();
  },
  render: ({ n }) => html`<p>${n}${n > 0 && Late({ id: "late" })}</p>`,
});
const Late = liveComponent().define({
  name: "late",
  mount: () => {
    calls.hit("late.mount");
    return {};
  },
  render: () => html`<i>late</i>`,
});
const Chain = liveView.define({
  name: "Chain",
  authorize: "public",
  mount: () => ({ n: 0 }),
  events: { next: { handle: (socket) => socket.assign({ n: 1 }) } },
  render: ({ n }, on) => html`<main>${Deep({ id: "deep", n })}<i phx-click=${all(on)}></i></main>`,
});

/** Waits where it is told to, and says what of it ran. */
const Slow = liveComponent<{ at: "mount" | "update" | "" }>().define({
  name: "slow",
  async mount(socket, { at }) {
    calls.hit(`${socket.assigns.id} mount`);
    if (at === "mount") await door?.wait();
    return {};
  },
  async update(socket, { at }) {
    calls.hit(`${socket.assigns.id} update`);
    if (at === "update") await door?.wait();
  },
  render: ({ id }) => {
    calls.hit(`${id} render`);
    return html`<p>slow</p>`;
  },
});
const Slows = liveView.define({
  name: "Slows",
  authorize: "public",
  mount: () => ({ at: "" as "mount" | "update" | "last mount" | "" }),
  events: { wait: { params: z.object({ at: z.enum(["mount", "update", "last mount"]) }), handle: (socket, { at }) => socket.assign({ at }) } },
  render: ({ at }, on) => html`<main>${at !== "" && [
    Slow({ id: "one", at: at === "last mount" ? "" : at }), Slow({ id: "two", at: at === "last mount" ? "mount" : "" }),
  ]}<i phx-click=${all(on)}></i></main>`,
});

describe("after a disconnect", () => {
  it.each([
    ["mount", ["one mount"]], ["update", ["one mount", "two mount", "one update"]], ["last mount", ["one mount", "two mount"]],
  ] as const)("what waited in a component's %s was the last of it and of its siblings", async (at, log) => {
    const page = await lab.open("/slows", await lab.loggedIn(1));
    door = new Gate();
    page.sendEvent("wait", { at });
    await within(door.entered, at);
    await lab.endpoint.disconnect("lab:1");
    door.open();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls.log).toEqual(log);
  });

  it("no further component is mounted or updated", async () => {
    const browser = await lab.loggedIn(1);
    const page = await lab.open("/chain", browser);
    door = new Gate();
    page.sendEvent("next");
    await within(door.entered, "the update");
    await lab.endpoint.disconnect("lab:1");
    expect(await page.socket.code()).toBe(1001);
    door.open();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls.of("late.mount")).toBe(0);
  });
});
