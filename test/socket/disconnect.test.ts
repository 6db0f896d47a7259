import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryRevocations, type RevocationStore } from "holdfast";
import type { Browser } from "../support/browser.js";
import { postUpdated, socketId, startFixture, type Fixture } from "../support/fixture-app.js";
import { RawSocket } from "../support/raw-socket.js";
import { Gate, within } from "../support/wait.js";

/** A store whose answer can be held back on its way, as a slow network would. */
class HeldRevocations implements RevocationStore {
  readonly #store = memoryRevocations();
  /** Set: the next answer is read now, and waits here until it is given. */
  hold: Gate | undefined;

  revoke(key: string, at: number, until: number): void {
    this.#store.revoke(key, at, until);
  }

  async revokedAt(key: string): Promise<number | undefined> {
    const answer = this.#store.revokedAt(key);
    const hold = this.hold;
    if (hold !== undefined && key.startsWith("id:")) {
      this.hold = undefined;
      await hold.wait();
    }
    return answer;
  }
}

const revocations = new HeldRevocations();
let app: Fixture;
beforeAll(async () => {
  app = await startFixture({ revocations });
});
afterAll(() => app.close());
beforeEach(() => {
  app.calls.clear();
  app.users.get(1)!.banned = false;
});
afterEach(() => vi.restoreAllMocks());

const ways: [string, (browser: Browser) => Promise<unknown>][] = [
  ["endpoint.disconnect", () => app.endpoint.disconnect(socketId(1))],
  ['endpoint.broadcast(…, "disconnect")', async () => app.endpoint.broadcast(socketId(1), "disconnect", {})],
  ["endpoint.endSessions", () => app.endpoint.endSessions(socketId(1))],
  ["logOut", (browser) => browser.post("/logout")],
];

afterEach(() => app.cut());

describe.each(ways)("%s", (name, end) => {
  it("closes the user's sockets with 1001, and nobody else's", async () => {
    const browser = await app.loggedIn(1);
    const tabs = [await browser.open("/posts/1"), await browser.open("/posts/2")];
    const other = await (await app.loggedIn(2)).open("/posts/1");
    const stranger = await app.browser().open("/");
    await end(browser);
    for (const { socket } of tabs) expect(await socket.code()).toBe(1001);
    expect((await other.socket.event(other.page, "like")).response).toHaveProperty("diff");
    expect((await stranger.socket.event(stranger.page, "inc")).response).toHaveProperty("diff");
    expect(app.calls.of("ShowPost.terminated")).toBe(2);
  });

  it("is a fence: frames that are in flight start no handler any more", async () => {
    const browser = await app.loggedIn(1);
    const { page, socket } = await browser.open("/posts/1");
    await (await app.loggedIn(2)).open("/posts/1");
    const gate = app.gate("like");
    const first = socket.sendEvent(page, "like"); // runs, and waits
    await gate.entered;
    for (let i = 0; i < 10; i++) socket.sendEvent(page, "like"); // wait in the mailbox
    await socket.heartbeat();
    await end(browser);
    const before = app.calls.of("like");
    for (let i = 0; i < 10; i++) socket.sendEvent(page, "like"); // on the wire
    app.endpoint.broadcast(postUpdated, "behind the fence");
    expect(app.calls.of("ShowPost.updated for 2")).toBe(1);
    gate.open();
    expect(await socket.code()).toBe(1001);
    await (await app.browser().open("/")).socket.heartbeat();
    expect([before, app.calls.of("like")]).toEqual([1, 1]);
    expect(app.calls.of("ShowPost.updated for 1")).toBe(0);
    expect(socket.frames.filter(([, ref]) => ref === first)).toEqual([]);
  });

  it("is a fence for a join that waits in its hook: mount does not start", async () => {
    const browser = await app.loggedIn(1);
    const page = await browser.get("/posts/1");
    app.calls.clear();
    const gate = app.gate("hook");
    const socket = await browser.socket();
    socket.sendJoin(page);
    await gate.entered;
    await end(browser);
    gate.open();
    expect(await socket.code()).toBe(1001);
    expect(app.calls.of("hook")).toBe(1);
    expect(app.calls.of("ShowPost.mount")).toBe(0);
    expect(app.calls.of("ShowPost.handleParams")).toBe(0);

    if (name === "endpoint.disconnect") { // the session lives on: its next join is the control
      const again = await browser.open("/posts/1");
      expect((await again.socket.event(again.page, "like")).status).toBe("ok");
    }
  });
});

describe.each(ways.slice(2))("after %s", (_name, end) => {
  it("a stolen cookie is worth nothing, over HTTP and over a socket", async () => {
    const browser = await app.loggedIn(1);
    const page = await browser.get("/posts/1");
    const thief = browser.copy();
    expect(await (await thief.copy().fetch("/me")).text()).toBe("1");
    const control = await thief.copy().socket();
    expect((await control.join(page)).status).toBe("ok");

    await end(browser);
    expect(await control.code()).toBe(1001);
    app.calls.clear();
    expect(await (await thief.copy().fetch("/me")).text()).toBe("nobody");
    expect((await thief.copy().get("/posts/1")).location).toBe("/login");
    const socket = await thief.copy().socket();
    expect(await socket.join(page)).toEqual({ status: "error", response: { reason: "stale" } });
    expect(app.calls.of("ShowPost.mount")).toBe(0);
    expect((await thief.copy().post("/logout")).status).toBe(403); // nor its CSRF token
    expect(app.calls.of("logout")).toBe(0);
  });

  it("a handshake that had been found good before, but was not yet open, joins nothing", async () => {
    const browser = await app.loggedIn(1);
    const page = await browser.get("/posts/1");
    app.calls.clear();
    const hold = (revocations.hold = new Gate());
    // 503: the client tries again by itself, and then finds out what has become of its session.
    const overtaken = expect(browser.socket()).rejects.toThrow("503");
    await within(hold.entered, "the handshake to ask the store");
    await end(browser.copy());
    hold.open();
    await overtaken;
    const again = await browser.socket();
    expect(await again.join(page)).toEqual({ status: "error", response: { reason: "stale" } });
    expect(app.calls.of("ShowPost.mount")).toBe(0);
    expect(app.calls.of("hook")).toBe(0);
  });
});

it("log-in ends the session before it: a cookie that was planted beforehand is worth nothing", async () => {
  const browser = app.browser();
  const before = await browser.open("/");
  const planted = browser.copy();
  await browser.post("/login", { userId: "1" });
  expect(await before.socket.code()).toBe(1001);
  expect(await (await planted.copy().fetch("/me")).text()).toBe("nobody");
  expect((await (await planted.socket()).join(before.page)).response).toEqual({ reason: "stale" });
  expect(await (await browser.fetch("/me")).text()).toBe("1");
});

it("after a ban the client comes back, mount runs its hook again, and it lands on the log-in page", async () => {
  const browser = await app.loggedIn(1);
  const { page, socket } = await browser.open("/posts/1");
  app.users.get(1)!.banned = true;
  await app.endpoint.disconnect(socketId(1));
  expect(await socket.code()).toBe(1001);
  app.calls.clear();
  const again = await browser.socket(); // same cookie, same page: what the client does by itself
  expect((await again.join(page)).response).toMatchObject({ redirect: { to: "/login" } });
  expect(app.calls.of("ShowPost.mount")).toBe(0);
});

it("says how many sockets there were, and that there is none for another id", async () => {
  const browser = await app.loggedIn(4);
  await browser.open("/posts/1");
  await browser.open("/posts/1");
  expect(await app.endpoint.disconnect(socketId(99))).toEqual({ sockets: 0, nodes: [app.endpoint.pubsub.node], missing: [], recorded: true });
  expect((await app.endpoint.disconnect(socketId(4))).sockets).toBe(2);
  expect((await app.endpoint.disconnect(socketId(4))).sockets).toBe(0);
});

describe("a session that expires while its page is open", () => {
  it("starts no handler any more, and is answered stale when it joins again", async () => {
    const browser = await app.loggedIn(1);
    const { page, socket } = await browser.open("/posts/1");
    const clock = Date.now.bind(Date);
    expect((await socket.event(page, "like")).response).toHaveProperty("diff");
    app.calls.clear();
    vi.spyOn(Date, "now").mockImplementation(() => clock() + app.endpoint.limits.sessionMaxAgeMs + 1);
    expect(await socket.event(page, "like")).toEqual({ status: "ok", response: {} });
    expect((await socket.join(page)).response).toEqual({ reason: "stale" });
    expect(app.calls.log).toEqual(["ShowPost.terminated"]);
    expect(await socket.code()).toBe(1001); // by the next look over all sockets
  });
});

describe("a user socket's channel", () => {
  it("is closed by the same disconnect, and another user's is not", async () => {
    const one = await (await app.loggedIn(1)).socket({ path: "/chat/websocket" });
    const two = await (await app.loggedIn(2)).socket({ path: "/chat/websocket" });
    for (const socket of [one, two]) {
      const ref = socket.ref();
      socket.send(ref, ref, "room:1", "phx_join");
      expect(await socket.reply(ref)).toEqual({ status: "ok", response: {} });
      expect(await socket.call(ref, "room:1", "ping")).toEqual({ status: "ok", response: { pong: true } });
    }
    app.calls.clear();
    await app.endpoint.disconnect(socketId(1));
    one.send("1", "9", "room:1", "ping");
    expect(await one.code()).toBe(1001);
    expect(app.calls.of("ping")).toBe(0);
    expect((await two.call("1", "room:1", "ping")).response).toEqual({ pong: true });
  });

  it("does not open if its user was disconnected during connect; the next one does", async () => {
    const browser = await app.loggedIn(1);
    const gate = app.gate("connect");
    const overtaken = expect(browser.socket({ path: "/chat/websocket" })).rejects.toThrow("503");
    await gate.entered;
    await app.endpoint.disconnect(socketId(1));
    gate.open();
    await overtaken;
    const again = await browser.socket({ path: "/chat/websocket" });
    again.send("1", "1", "room:1", "phx_join");
    expect((await again.reply("1")).status).toBe("ok");
    expect(app.calls.of("room.join")).toBe(1);
  });

  it("is not opened for somebody whom connect refuses", async () => {
    const refused = RawSocket.connect(app.base, { path: "/chat/websocket" });
    await expect(refused).rejects.toThrow("403");
    expect(app.calls.of("room.join")).toBe(0);
  });

  it("refuses a room, an unknown message and a topic that it does not have", async () => {
    const socket = await (await app.loggedIn(2)).socket({ path: "/chat/websocket" });
    socket.send("1", "1", "room:locked", "phx_join");
    expect(await socket.reply("1")).toEqual({ status: "error", response: { reason: "locked" } });
    socket.send("1", "2", "room:locked", "ping");
    expect(await socket.reply("2")).toEqual({ status: "error", response: { reason: "unmatched topic" } });
    socket.send("3", "3", "hall:1", "phx_join");
    expect(await socket.reply("3")).toEqual({ status: "error", response: { reason: "unmatched topic" } });
    socket.send("4", "4", "room:1", "phx_join");
    socket.send("4", "5", "room:1", "constructor");
    expect((await socket.reply("5")).status).toBe("error");
    expect(app.calls.of("ping")).toBe(0);
    socket.send("4", "6", "room:1", "ping");
    expect(await socket.reply("6")).toEqual({ status: "ok", response: { pong: true } });
  });
});
