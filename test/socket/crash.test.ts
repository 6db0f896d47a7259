import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Browser, type Page } from "../support/browser.js";
import type { RawSocket } from "../support/raw-socket.js";
import { within } from "../support/wait.js";

interface Report {
  url?: string;
  logged?: string;
  error?: string;
}

let server: ChildProcess;
let base: string;
let logged: string[] = [];
let browser: Browser;
let page: Page;
let socket: RawSocket;
/** Another view on the same socket, and one on another socket. */
let sibling: Page;
let stranger: { page: Page; socket: RawSocket };

beforeAll(async () => {
  server = fork(new URL("../support/crash-server.mjs", import.meta.url), { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [{ url }] = (await within(once(server, "message"), "the server to listen")) as [Report];
  base = url!;
  server.on("message", ({ error }: Report) => logged.push(error ?? ""));
});
afterAll(async () => {
  const exit: Promise<unknown> = server.exitCode === null ? once(server, "exit") : Promise.resolve();
  if (server.connected) server.disconnect();
  await within(exit, "the server to end");
});
beforeEach(async () => {
  logged = [];
  browser = new Browser(base);
  ({ page, socket } = await browser.open("/"));
  sibling = await browser.get("/steady");
  await socket.join(sibling);
  stranger = await browser.copy().open("/");
});
afterEach(() => browser.close());

/** What must still work: the process, another view on this socket, and the same view on another socket. */
async function nobodyElseNoticed(): Promise<void> {
  expect(server.exitCode).toBeNull();
  expect(socket.open).toBe(true);
  expect((await socket.event(sibling, "inc")).response).toHaveProperty("diff");
  expect((await stranger.socket.event(stranger.page, "inc")).response).toHaveProperty("diff");
  for (const one of [socket, stranger.socket]) {
    const crashed = one.frames.filter(([, , topic, event]) => event === "phx_error" && topic !== page.topic);
    expect(crashed).toEqual([]);
  }
}

describe("a view that throws in", () => {
  it.each([
    "handler", "handler after await", "undefined", "forbidden", "send", "timer", "timer after await", "interval",
    "subscription", "unawaited", "unawaited at once", "raw timer", "raw immediate", "next tick", "render",
    "render after send", "value that cannot be shown", "reply that is no JSON", "reply with a bigint",
    "redirect out of the application", "patch to another view", "schema", "schema after await", "event policy",
    "terminate, then handler",
  ])("%s: ends with phx_error and can be joined again; nobody else notices", async (place) => {
    const joinRef = socket.joinRefs.get(page.topic)!;
    await socket.event(page, "inc");
    socket.sendEvent(page, place.replaceAll(/\W+/g, "-"));
    expect(await socket.push("phx_error")).toEqual([joinRef, joinRef, page.topic, "phx_error", {}]);
    expect(socket.frames.filter(([, , , event]) => event === "phx_error")).toHaveLength(1);
    expect(await socket.event(page, "inc")).toEqual({ status: "error", response: { reason: "unmatched topic" } });
    await nobodyElseNoticed();
    expect(logged.length).toBeGreaterThan(0);

    expect((await socket.join(page)).response).toMatchObject({ rendered: { 0: "0" } });
    expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
  });

  it("handleParams of a live_patch: the same", async () => {
    const joinRef = socket.joinRefs.get(page.topic)!;
    socket.send(joinRef, socket.ref(), page.topic, "live_patch", { url: `${base}/?crash=patch` });
    expect(await socket.push("phx_error")).toEqual([joinRef, joinRef, page.topic, "phx_error", {}]);
    await nobodyElseNoticed();
    expect((await socket.join(page)).status).toBe("ok");
    const patched = await socket.call(socket.joinRefs.get(page.topic)!, page.topic, "live_patch", { url: `${base}/?fine` });
    expect(patched).toEqual({ status: "ok", response: {} });
  });

  it.each(["hook", "mount"])("%s when connected: the join is told so, and nothing of the cause", async (place) => {
    const crashing = await browser.get(`/?crash=${place}`);
    expect(crashing.status).toBe(200);
    expect(await socket.join(crashing)).toEqual({ status: "error", response: { reason: "join crashed" } });
    await nobodyElseNoticed();
    expect(logged.join()).toContain(`boom in ${place}`);
    expect(JSON.stringify(socket.frames)).not.toContain("boom");
  });

  it.each(["policy", "patch"])("%s of the page's GET: a 500 with an incident, and nothing of the cause", async (place) => {
    const crashed = await browser.get(`/?crash=${place}`);
    expect(crashed.status).toBe(500);
    expect(crashed.html).not.toContain("boom");
    expect(crashed.html).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    await nobodyElseNoticed();
  });

  it("a promise that its mount did not await, before the mount ended: a 500, not half a page", async () => {
    expect((await browser.get("/?crash=mount, before its end")).status).toBe(500);
    expect(logged.join()).toContain("boom in mount, before its end");
    await nobodyElseNoticed();
  });

  it("a promise that its mount did not await, over HTTP and connected: the view ends, if it still is there", async () => {
    const crashing = await browser.get("/?crash=mount, unawaited");
    expect(crashing.status).toBe(200);
    socket.sendJoin(crashing);
    await socket.push("phx_error", crashing.topic);
    await nobodyElseNoticedBut(crashing.topic);
  });

  async function nobodyElseNoticedBut(topic: string): Promise<void> {
    socket.frames.splice(0, Infinity, ...socket.frames.filter((frame) => frame[2] !== topic));
    await nobodyElseNoticed();
  }

  it("a promise of its onTerminate that nobody awaits: it is logged, and no client is told", async () => {
    await socket.event(page, "when-it-ends-unawaited");
    const said = once(server, "message") as Promise<[Report]>;
    await socket.call(socket.joinRefs.get(page.topic)!, page.topic, "phx_leave");
    const [{ error }] = await within(said, "the log");
    expect(error).toContain("boom in terminate, unawaited");
    await nobodyElseNoticed();
  });

  it("something that it left behind: it is logged, and no client is told", async () => {
    await socket.event(page, "after-it-has-left");
    await socket.call(socket.joinRefs.get(page.topic)!, page.topic, "phx_leave");
    const said = once(server, "message") as Promise<[Report]>;
    server.send("now");
    const [{ error }] = await within(said, "the log");
    expect(error).toContain("boom in a view that has left");
    await nobodyElseNoticed();
  });
});

describe("a channel that throws in", () => {
  it.each(["handler", "unawaited", "raw timer"])("%s: ends with phx_error, its socket's other topics answer", async (place) => {
    const chat = await browser.socket({ path: "/chat/websocket" });
    for (const [joinRef, topic] of [["1", "room:1"], ["2", "room:2"]] as const) {
      chat.send(joinRef, joinRef, topic, "phx_join");
      expect((await chat.reply(joinRef)).status).toBe("ok");
    }
    chat.send("1", "3", "room:1", place);
    expect(await chat.push("phx_error")).toEqual(["1", "1", "room:1", "phx_error", {}]);
    chat.send("2", "4", "room:2", "ping");
    expect((await chat.reply("4")).response).toEqual({ pong: true });
    chat.send("5", "5", "room:1", "phx_join");
    expect((await chat.reply("5")).status).toBe("ok");
    await nobodyElseNoticed();
  });

  it("join: is refused, and the others keep running", async () => {
    const chat = await browser.socket({ path: "/chat/websocket" });
    chat.send("1", "1", "room:boom", "phx_join");
    expect(await chat.reply("1")).toEqual({ status: "error", response: { reason: "join crashed" } });
    chat.send("2", "2", "room:1", "phx_join");
    expect((await chat.reply("2")).status).toBe("ok");
  });
});

it("a frame that ws itself refuses closes its socket with 1009, and the process lives", async () => {
  const loud = await browser.socket();
  loud.raw(new Uint8Array(200 * 1024));
  expect(await loud.code()).toBe(1009);
  await nobodyElseNoticed();
});
