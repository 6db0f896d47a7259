// What the recording does not hold to compare with, or what ours does otherwise on purpose and for every page.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "../support/browser.js";
import { startFixture, type Fixture } from "../support/fixture-app.js";
import { handshakeStatus, type RawSocket, type Reply } from "../support/raw-socket.js";
import { live } from "./pages.js";

let app: Fixture;
beforeAll(async () => {
  app = await startFixture({ live });
});
afterAll(() => app.close());
afterEach(() => app.cut());

const unauthorized: Reply = { status: "error", response: { reason: "unauthorized" } };
const nothing: Reply = { status: "ok", response: {} };
const entry = { name: "a.txt", size: 100_000, type: "text/plain", last_modified: 1, ref: "0", path: "file", relative_path: "" };

describe("a GET whose mount redirects, as recorded", () => {
  it.each([["navigate", "/tour/other"], ["redirect", "/counter"]])("%s", async (mount, to) => {
    const page = await app.browser().get(`/tour?mount=${mount}`);
    expect([page.status, page.location]).toEqual([302, to]);
  });
});

it("the version that a join is told, 1.2.10 in the recording, is the npm client's: it warns of another", async () => {
  const { page, socket } = await app.browser().open("/counter");
  const file = new URL("../../node_modules/phoenix_live_view/package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  expect((await socket.join(page)).response["liveview_version"]).toBe(version);
});

describe("stricter than LiveView", () => {
  it.each<[what: string, changes: Record<string, unknown>, reason: string]>([
    ["a join at a URL of another host", { url: "http://evil.example/counter" }, "a view is joined where it was rendered"],
    ["a join without its URL", { url: undefined }, "a routed view is not joined without the guards of its route"],
    ["a join with both URLs", { redirect: "/counter" }, "the client sends one of them, never both"],
  ])("%s is unauthorized: %s", async (_what, changes) => {
    const browser = app.browser();
    const page = await browser.get("/counter");
    expect(await (await browser.socket()).join(page, changes)).toEqual(unauthorized);
  });

  it("a page without a flash has no static token, and the join needs none", async () => {
    const browser = app.browser();
    const page = await browser.get("/counter");
    expect(page.static).toBeNull();
    expect((await (await browser.socket()).join(page)).status).toBe("ok");
  });

  it.each(["nope", "constructor", "__proto__", 7])("the event %s, which has no handler: ok {}, no crash", async (event) => {
    const { page, socket } = await app.browser().open("/counter");
    expect(await socket.event(page, event)).toEqual(nothing);
    expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
  });

  it("an event for a component that does not know it: the same", async () => {
    const { page, socket } = await app.browser().open("/tour");
    await socket.event(page, "add-comp");
    const send = (event: string): Promise<Reply> =>
      socket.call(socket.joinRefs.get(page.topic)!, page.topic, "event", { type: "click", event, value: {}, cid: 1 });
    expect(await send("toggle")).toEqual(nothing);
    expect((await send("bump")).response).toEqual({ diff: { c: { 1: { 2: "1" } } } });
  });

  it("an external redirect to an origin that the endpoint does not name ends the view instead of leaving the site", async () => {
    const { page, socket } = await app.browser().open("/tour");
    socket.sendEvent(page, "external");
    expect((await socket.push("phx_error")).slice(2)).toEqual([page.topic, "phx_error", {}]);
    expect(JSON.stringify(socket.frames)).not.toContain("example.com");
  });
});

describe("the handshake", () => {
  it.each([["3.0.0", 403], ["x", 403]])("vsn %s is answered with %i, as recorded", async (vsn, status) => {
    expect(await handshakeStatus(app.base, { vsn })).toBe(status);
  });
  it.each([["1.0.0"], [null]])("vsn %s, accepted in the recording, is a 403: the client speaks 2.0.0", async (vsn) => {
    expect(await handshakeStatus(app.base, { vsn })).toBe(403);
  });
  it.each<[string, string, number]>([
    ["/live/websocket?vsn=2.0.0", "400 in the recording, is told what to do", 426],
    ["/live", "as recorded, is told not found", 404],
  ])("a plain GET of %s, %s: %i", async (path, _what, status) => {
    expect((await app.browser().fetch(path)).status).toBe(status);
  });
});

describe("a frame", () => {
  it.each<[string, string | Uint8Array, number]>([
    ["that is no JSON", "{", 1011], ["that is JSON of another shape", "[1]", 1011],
    ["that is binary nonsense", Uint8Array.of(9, 9, 9), 1011],
  ])("%s closes the socket with 1011, as recorded", async (_what, data, code) => {
    const socket = await app.browser().socket();
    socket.raw(data);
    expect(await socket.code()).toBe(code);
  });

  it("of 9 MB, answered in the recording, closes the socket with 1009: what a client can count is capped", async () => {
    const socket = await app.browser().socket();
    socket.raw(`${" ".repeat(9_000_000)}[null,"7","phoenix","heartbeat",{}]`);
    expect(await socket.code()).toBe(1009);
    expect(socket.frames).toEqual([]);
  });

  it("that is a heartbeat, and a ping, are answered as recorded", async () => {
    const socket = await app.browser().socket();
    const pong = new Promise<string>((resolve) => socket.ws.on("pong", (data: Buffer) => resolve(data.toString())));
    socket.ws.ping("hi");
    expect(await pong).toBe("hi");
    socket.send(null, "7", "phoenix", "heartbeat");
    await socket.reply("7");
    expect(socket.frames).toEqual([[null, "7", "phoenix", "phx_reply", nothing]]);
  });

  it("that joins without a field is answered stale, as recorded", async () => {
    const browser = app.browser();
    await browser.get("/counter");
    const socket = await browser.socket();
    socket.send("1", "1", "lv:x", "phx_join", {});
    await socket.reply("1");
    expect(socket.frames).toEqual([["1", "1", "lv:x", "phx_reply", { status: "error", response: { reason: "stale" } }]]);
  });
});

describe("not there", () => {
  let page: Page;
  let socket: RawSocket;
  const call = (event: string, payload: object): Promise<Reply> =>
    socket.call(socket.joinRefs.get(page.topic)!, page.topic, event, payload);

  it("an upload that the page does not have: its form's event is a form event, the rest is refused, and nothing ends", async () => {
    ({ page, socket } = await app.browser().open("/tour"));
    const uploads = { "phx-ref": [entry] };
    expect(await call("event", { type: "form", event: "form", value: "_target=file", uploads }))
      .toEqual({ status: "ok", response: { diff: { r: { params: { _target: ["file"] } } } } });
    expect(await call("allow_upload", { ref: "phx-ref", entries: [entry] }))
      .toEqual({ status: "ok", response: { ref: "phx-ref", error: [["phx-ref", "disallowed"]] } });
    expect(await call("progress", { event: null, ref: "phx-ref", entry_ref: "0", progress: 64 })).toEqual(nothing);
    expect(await call("something", {})).toEqual({ status: "error", response: { reason: "unknown message" } });
    expect(await socket.call("900", "lvu:0", "phx_join", { token: "x" }))
      .toEqual({ status: "error", response: { reason: "invalid_token" } });
    expect(await socket.event(page, "noop")).toEqual(nothing);
  });

  it("long poll: its path is not served", async () => {
    expect((await app.browser().fetch("/live/longpoll?vsn=2.0.0")).status).toBe(404);
  });
});
