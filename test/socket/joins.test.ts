import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { startFixture, type Fixture } from "../support/fixture-app.js";
import type { Frame, RawSocket } from "../support/raw-socket.js";

let app: Fixture;
beforeAll(async () => {
  app = await startFixture();
});
afterAll(() => app.close());
beforeEach(() => app.calls.clear());
afterEach(() => app.cut());

/** Frames without what a reply says: whose, to what, which. */
function outline(frames: readonly Frame[]): unknown[][] {
  return frames.map(([joinRef, ref, , event, payload]) =>
    event === "phx_reply" ? [joinRef, ref, event, (payload as { status: string }).status] : [joinRef, ref, event]);
}

async function all(socket: RawSocket): Promise<unknown[][]> {
  await socket.heartbeat();
  return outline(socket.frames.filter(([, , topic]) => topic !== "phoenix"));
}

it("a heartbeat is answered as recorded", async () => {
  const socket = await app.browser().socket();
  socket.send(null, "8", "phoenix", "heartbeat");
  await socket.reply("8");
  expect(socket.frames).toEqual([[null, "8", "phoenix", "phx_reply", { status: "ok", response: {} }]]);
});

it("messages to topics that are not joined are answered as recorded", async () => {
  const socket = await app.browser().socket();
  socket.send("4", "900", "lv:nope", "event");
  socket.send("4", "901", "lv:nope", "phx_leave");
  socket.send("4", "902", "foo:bar", "phx_join");
  await socket.reply("902");
  const unmatched = { status: "error", response: { reason: "unmatched topic" } };
  expect(socket.frames).toEqual([
    [null, "900", "lv:nope", "phx_reply", unmatched],
    ["4", "901", "lv:nope", "phx_reply", { status: "ok", response: {} }],
    [null, "902", "foo:bar", "phx_reply", unmatched],
  ]);
});

it("on leave, phx_close comes before the reply; leaving twice is answered; then events are unmatched", async () => {
  const { page, socket } = await app.browser().open("/");
  socket.frames.length = 0;
  socket.send("1", "9", page.topic, "phx_leave");
  socket.send("1", "10", page.topic, "phx_leave");
  socket.send("1", "11", page.topic, "event", { event: "inc", value: {} });
  await socket.reply("11");
  expect(socket.frames).toEqual([
    ["1", "1", page.topic, "phx_close", {}],
    ["1", "9", page.topic, "phx_reply", { status: "ok", response: {} }],
    ["1", "10", page.topic, "phx_reply", { status: "ok", response: {} }],
    [null, "11", page.topic, "phx_reply", { status: "error", response: { reason: "unmatched topic" } }],
  ]);
  expect(app.calls.of("inc")).toBe(0);
});

it("on a second join the new reply comes before the old phx_close, and the view starts over", async () => {
  const { page, socket } = await app.browser().open("/");
  await socket.event(page, "inc");
  socket.frames.length = 0;
  const reply = await socket.join(page);
  expect(await all(socket)).toEqual([["3", "3", "phx_reply", "ok"], ["1", "1", "phx_close"]]);
  expect(reply.response).toMatchObject({ rendered: { 0: "0" } });
  expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
});

it("a frame of an earlier join is dropped in silence", async () => {
  const { page, socket } = await app.browser().open("/");
  await socket.join(page);
  app.calls.clear();
  socket.frames.length = 0;
  socket.send("1", "90", page.topic, "event", { type: "click", event: "inc", value: {} });
  socket.send("1", "91", page.topic, "phx_leave");
  expect(await all(socket)).toEqual([]);
  expect(app.calls.log).toEqual([]);
  expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
});

it("events that arrive during a slow join wait for it, and are answered in order", async () => {
  const browser = app.browser();
  const page = await browser.get("/");
  const gate = app.gate("mount");
  const socket = await browser.socket();
  app.calls.clear();
  socket.sendJoin(page);
  const refs = [socket.sendEvent(page, "inc"), socket.sendEvent(page, "note", { text: "x" }), socket.sendEvent(page, "inc")];
  expect((await socket.heartbeat()).status).toBe("ok"); // which does not wait
  expect(app.calls.log).toEqual(["Home.mount"]);
  expect(outline(socket.frames)).toEqual([[null, "5", "phx_reply", "ok"]]);
  gate.open();
  await socket.reply(refs[2]!);
  expect(socket.frames.map(([, ref]) => ref)).toEqual(["5", "1", "2", "3", "4"]);
  expect(app.calls.log).toEqual(["Home.mount", "Home.handleParams", "inc", "note", "inc"]);
});

it("an event before its join is unmatched and not kept; after the join it is handled", async () => {
  const browser = app.browser();
  const page = await browser.get("/");
  const socket = await browser.socket();
  app.calls.clear();
  expect((await socket.event(page, "inc")).response).toEqual({ reason: "unmatched topic" });
  await socket.join(page);
  expect(app.calls.of("inc")).toBe(0);
  expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
});

it("a join that is left immediately is answered, and its topic is free", async () => {
  const browser = app.browser();
  const page = await browser.get("/");
  const gate = app.gate("mount");
  const socket = await browser.socket();
  const join = socket.sendJoin(page);
  const leave = socket.ref();
  socket.send(join, leave, page.topic, "phx_leave");
  await socket.reply(leave);
  gate.open();
  expect((await socket.reply(join)).status).toBe("error");
  expect(await all(socket)).toEqual([
    [join, join, "phx_close"], [join, leave, "phx_reply", "ok"], [join, join, "phx_reply", "error"],
  ]);
  expect((await socket.join(page)).status).toBe("ok");
  expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
});

it("of two joins in flight the second one wins, and both are answered", async () => {
  const browser = app.browser();
  const page = await browser.get("/");
  const gate = app.gate("mount");
  const socket = await browser.socket();
  const first = socket.sendJoin(page);
  await gate.entered;
  const second = socket.sendJoin(page);
  expect(await all(socket)).toEqual([]);
  gate.open();
  expect((await socket.reply(second)).status).toBe("ok");
  expect((await socket.reply(first)).status).toBe("error");
  expect((await all(socket)).filter((frame) => frame[2] === "phx_close")).toEqual([[first, first, "phx_close"]]);
  expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
  expect(app.calls.of("inc")).toBe(1);
});

it("a handler that hangs holds up its own view only: heartbeats and the socket's other views are answered", async () => {
  const browser = app.browser();
  const { page, socket } = await browser.open("/");
  const second = await browser.get("/");
  await socket.join(second);
  const gate = app.gate("slow");
  const slow = socket.sendEvent(page, "slow");
  const behind = socket.sendEvent(page, "inc");
  await gate.entered;
  expect((await socket.heartbeat()).status).toBe("ok");
  expect((await socket.event(second, "inc")).response).toEqual({ diff: { 0: "1" } });
  expect(app.calls.of("inc")).toBe(1);
  expect(socket.frames.some(([, ref]) => ref === slow || ref === behind)).toBe(false);
  gate.open();
  expect((await socket.reply(slow)).response).toEqual({ diff: { 1: "slow done" } });
  expect((await socket.reply(behind)).response).toEqual({ diff: { 0: "1" } });
});

it("a view that is left while its handler hangs sends nothing more, and the next join works", async () => {
  const { page, socket } = await app.browser().open("/");
  const gate = app.gate("slow");
  socket.sendEvent(page, "slow");
  const behind = socket.sendEvent(page, "inc");
  await gate.entered;
  await socket.call("1", page.topic, "phx_leave");
  socket.frames.length = 0;
  gate.open();
  expect(await all(socket)).toEqual([]);
  expect(app.calls.of("inc")).toBe(0);
  expect(socket.frames.some(([, ref]) => ref === behind)).toBe(false);
  expect((await socket.join(page)).status).toBe("ok");
});
