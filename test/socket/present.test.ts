// Who stands in the page, and who does not any more.
import { html, liveComponent, liveRender, liveView, temporaryAssign } from "holdfast";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { all } from "../support/all-events.js";
import { Calls } from "../support/fixture-app.js";
import { startLab, tokenOf, type Lab } from "../support/lab.js";

const calls = new Calls();

const Button = liveComponent().define({
  name: "button",
  mount: () => ({ n: 0 }),
  events: {
    press: {
      handle(socket) {
        calls.hit("press");
        socket.update("n", (n) => n + 1);
      },
    },
  },
  render: ({ n }, on) => html`<button>${n}<i phx-click=${all(on)}></i></button>`,
});
const Wrap = liveComponent().define({ name: "wrap", render: () => html`<div>${Button({ id: "b" })}</div>` });
const Chat = liveView.define({
  name: "Chat",
  authorize: "public",
  mount: (_socket, { params }) => void calls.hit(`chat ${String(params["room"])}`),
  render: () => html`<p>chat</p>`,
});
const Box = liveComponent<{ room: number }>().define({
  name: "box",
  render: ({ room }) => html`<div>${room}${liveRender(Chat, { id: "chat", session: { room } })}</div>`,
});

const Hides = liveView.define({
  name: "Hides",
  authorize: "public",
  mount: () => ({ shown: true, n: 0 }),
  events: {
    hide: { handle: (socket) => socket.assign({ shown: false }) },
    show: { handle: (socket) => socket.assign({ shown: true }) },
    inc: { handle: (socket) => socket.update("n", (n) => n + 1) },
  },
  render: ({ shown, n }, on) => html`<main>${n}${shown && Wrap({ id: "wrap" })}<i phx-click=${all(on)}></i></main>`,
});

const Kept = liveView.define({
  name: "Kept",
  authorize: "public",
  mount: () => ({ n: 0, part: temporaryAssign("once") }),
  events: {
    inc: { handle: (socket) => socket.update("n", (n) => n + 1) },
  },
  render: ({ n, part }, on) => html`<main>${n}
    ${part.map((text) => html`<div>${text}${Button({ id: "b" })}${liveRender(Chat, { id: "chat", session: { room: 1 } })}</div>`)}<i phx-click=${all(on)}></i></main>`,
});

const Boxed = liveView.define({
  name: "Boxed",
  authorize: "public",
  mount: () => ({ room: 1, shown: true }),
  events: {
    hide: { handle: (socket) => socket.assign({ shown: false }) },
    next: { handle: (socket) => socket.assign({ shown: true, room: 2 }) },
  },
  render: ({ room, shown }, on) => html`<main>${shown && Box({ id: "box", room })}<i phx-click=${all(on)}></i></main>`,
});

const Many = liveView.define({
  name: "Many",
  authorize: "public",
  mount: () => ({ ids: Array.from({ length: 100 }, (_, i) => i) as readonly number[] }),
  events: { first: { handle: (socket) => socket.update("ids", (ids) => [-1, ...ids]) } },
  render: ({ ids }, on) => html`<main>${ids[0]! < 0 && html`<b>${liveRender(Chat, { id: "first" })}</b>`}
    ${ids.filter((id) => id >= 0).map((id) => html`<p>${liveRender(Chat, { id: `c-${id}` })}</p>`)}<i phx-click=${all(on)}></i></main>`,
});

/** Its update changes the view, and it is given something new in each render. */
const Loud = liveComponent<{ props: object }>().define({
  name: "loud",
  update(socket) {
    calls.hit("update");
    // A test that fails must end, too.
    if (socket.connected && calls.of("update") < 500) socket.putFlash("info", "updated");
  },
  render: () => html`<i>loud</i>`,
});
const Flashes = liveView.define({
  name: "Flashes",
  authorize: "public",
  mount: () => ({ loud: false, n: 0 }),
  events: { loud: { handle: (socket) => socket.assign({ loud: true }) } },
  render: ({ loud, flash }, on) => html`<main>${flash.info}${loud && Loud({ id: "loud", props: {} })}<i phx-click=${all(on)}></i></main>`,
});
const Polite = liveComponent<{ n: number }>().define({
  name: "polite",
  update: (socket, { n }) => socket.putFlash("info", `updated ${n}`),
  render: () => html`<i>polite</i>`,
});
const Quiet = liveView.define({
  name: "Quiet",
  authorize: "public",
  mount: () => ({ n: 0 }),
  events: { inc: { handle: (socket) => socket.update("n", (n) => n + 1) } },
  render: ({ n, flash }, on) => html`<main>${flash.info}${Polite({ id: "polite", n })}<i phx-click=${all(on)}></i></main>`,
});

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ "/hides": Hides, "/kept": Kept, "/boxed": Boxed, "/many": Many, "/flashes": Flashes, "/quiet": Quiet });
});
afterAll(() => lab.close());
beforeEach(() => {
  calls.clear();
  lab.log.length = 0;
});
afterEach(() => lab.cut());

describe("a component that the page shows no more", () => {
  it("gets no event, though its client never says that it has left; shown again, it does", async () => {
    const page = await lab.open("/hides");
    const inner = 2;
    expect((await page.event("press", {}, inner)).response).toHaveProperty("diff");
    await page.event("inc"); // the view is rendered, and what it shows stays
    expect((await page.event("press", {}, inner)).response).toHaveProperty("diff");
    await page.event("hide");
    calls.clear();
    expect(await page.event("press", {}, inner)).toEqual({ status: "ok", response: {} });
    expect(await page.event("press", {}, 1)).toEqual({ status: "ok", response: {} });
    expect(calls.log).toEqual([]);
    expect(lab.log.map(({ details }) => details["reason"])).toEqual(["unknown_component", "unknown_component"]);
    await page.event("show");
    expect((await page.event("press", {}, inner)).response).toEqual({ diff: { c: { [inner]: { 0: "3" } } } });
  });
});

describe("names in a place that was sent and forgotten", () => {
  it("is still in the page: a component has its events, a nested view its join", async () => {
    const page = await lab.open("/kept");
    expect((await page.event("press", {}, 1)).response).toHaveProperty("diff");
    await page.event("inc");
    await page.event("inc");
    expect((await page.event("press", {}, 1)).response).toHaveProperty("diff");
    expect((await page.call("cids_destroyed", { cids: [1] })).response).toEqual({ cids: [] });
    expect((await page.join("chat", tokenOf(page.rendered, "chat"))).status).toBe("ok");
  });
});

describe("a nested view in a component that comes back", () => {
  it.each([false, true])("begins with what it is given now (the client has dropped the component: %s)", async (dropped) => {
    const page = await lab.open("/boxed");
    await page.child("chat");
    await page.event("hide");
    if (dropped) {
      await page.call("cids_will_destroy", { cids: [1] });
      await page.call("cids_destroyed", { cids: [1] });
    }
    calls.clear();
    const { response } = await page.event("next");
    await page.child("chat", tokenOf(response, "chat"));
    expect(calls.log).toEqual(["chat 2"]);
  });
});

describe("a page of many nested views", () => {
  it("keeps them all when another one comes before them", async () => {
    const page = await lab.open("/many");
    const { response } = await page.event("first");
    expect(JSON.stringify(response).match(/data-phx-session/g)).toHaveLength(1);
    expect((await page.join("c-99", tokenOf(page.rendered, "c-99"))).status).toBe("ok");
  });
});

describe("a component that changes its view while both are rendered", () => {
  it("appears in a separate render", async () => {
    const page = await lab.open("/quiet");
    await page.event("inc");
    await page.socket.heartbeat();
    expect(page.diffs).toContainEqual({ 0: "updated 1" });
  });

  it("again and again ends the view, and not the process", async () => {
    const page = await lab.open("/flashes");
    calls.clear();
    page.sendEvent("loud");
    await page.socket.push("phx_error");
    expect(calls.of("update")).toBeLessThan(200);
  });
});
