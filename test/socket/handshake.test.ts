import { request } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Browser, Page } from "../support/browser.js";
import { startFixture, type Fixture } from "../support/fixture-app.js";
import { handshakeStatus, RawSocket } from "../support/raw-socket.js";

let app: Fixture;
beforeAll(async () => {
  app = await startFixture();
});
afterAll(() => app.close());
beforeEach(() => app.calls.clear());
afterEach(() => app.cut());

const stale = { status: "error", response: { reason: "stale" } };
const unauthorized = { status: "error", response: { reason: "unauthorized" } };

describe("the Origin of a handshake", () => {
  const foreign = (base: string): [string, string | null][] => {
    const { port } = new URL(base);
    return [
      ["missing", null], ["null", "null"], ["empty", ""], ["foreign", "https://evil.example"],
      ["of another port", `http://127.0.0.1:${Number(port) + 1}`], ["of the default port", "http://127.0.0.1"],
      ["of another scheme", `https://127.0.0.1:${port}`], ["of another name", `http://localhost:${port}`],
      ["with a path", `${base}/`], ["with ours as its beginning", `${base}.evil.example`],
      ["with ours as credentials", `http://127.0.0.1:${port}@evil.example`], ["in capitals", base.toUpperCase()],
      ["twice", `${base}, ${base}`],
    ];
  };

  it("is refused with 403 unless it is exactly the server's own", async () => {
    const browser = await app.loggedIn(1);
    const good = { cookie: browser.cookie, csrf: browser.csrf };
    for (const [what, origin] of foreign(app.base)) {
      expect(await handshakeStatus(app.base, { ...good, origin }), what).toBe(403);
      expect(await handshakeStatus(app.base, { ...good, origin, path: "/chat/websocket" }), what).toBe(403);
    }
    expect(app.calls.log).toEqual([]);
    expect(await handshakeStatus(app.base, good)).toBe(101);
    expect(await handshakeStatus(app.base, { ...good, path: "/chat/websocket" })).toBe(101);
    expect(app.calls.of("chat.connect")).toBe(1);
  });

  it("may be another one that the endpoint names, and then only that", async () => {
    const elsewhere = await startFixture({ origins: ["https://app.example"] });
    try {
      expect(await handshakeStatus(elsewhere.base, { origin: "https://app.example" })).toBe(101);
      expect(await handshakeStatus(elsewhere.base, { origin: "https://app.example:8443" })).toBe(403);
      expect(await handshakeStatus(elsewhere.base)).toBe(403);
    } finally {
      await elsewhere.close();
    }
  });
});

describe("what is not a handshake of ours", () => {
  it.each(["1.0.0", "3.0.0", "x", "", null])("with the serializer version %j is refused with 403", async (vsn) => {
    expect(await handshakeStatus(app.base, { vsn })).toBe(403);
    expect(await handshakeStatus(app.base, { vsn: "2.0.0" })).toBe(101);
  });

  it("a plain GET of the socket's path is told to upgrade", async () => {
    const response = await fetch(new URL("/live/websocket?vsn=2.0.0", app.base));
    expect([response.status, response.headers.get("upgrade")]).toEqual([426, "websocket"]);
  });

  it("an upgrade of a page is refused, and its view does not mount for it", async () => {
    const browser = app.browser();
    expect(await handshakeStatus(app.base, { path: "/nowhere", cookie: browser.cookie })).toBe(404);
    expect(await handshakeStatus(app.base, { path: "/" })).not.toBe(101);
    expect((await browser.get("/")).status).toBe(200);
  });

  it.each([
    ["no key", { "sec-websocket-key": "" }], ["a bad key", { "sec-websocket-key": "x" }],
    ["another version", { "sec-websocket-version": "7" }], ["another protocol", { upgrade: "h2c" }],
  ])("with %s is answered with an error, and leaves no socket behind", async (_what, changes) => {
    const status = await new Promise<number>((resolve, reject) => {
      const outgoing = request(new URL("/live/websocket?vsn=2.0.0", app.base), {
        headers: {
          origin: app.base, connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13",
          "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", ...changes,
        },
      });
      outgoing.on("response", (response) => resolve(response.resume().statusCode ?? 0));
      outgoing.on("upgrade", (_response, socket) => (socket.destroy(), resolve(101)));
      outgoing.on("error", reject).end();
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    const { socket } = await app.browser().open("/");
    expect((await socket.heartbeat()).status).toBe("ok");
    expect(app.endpoint.connections).toBe(1);
  });
});

describe("the right Origin with a session that is no good", () => {
  it("is accepted, and its join is answered stale, which makes the client reload the page", async () => {
    const browser = await app.loggedIn(1);
    const page = await browser.get("/posts/1");
    const other = await app.loggedIn(2);
    app.calls.clear();
    const { cookie, csrf } = browser;
    for (const [what, options] of Object.entries({
      "no cookie": { csrf }, "no CSRF token": { cookie }, "an empty CSRF token": { cookie, csrf: "" },
      "another session's CSRF token": { cookie, csrf: other.csrf },
      "another session's cookie": { cookie: other.cookie, csrf },
      "a tampered CSRF token": { cookie, csrf: tampered(csrf) },
      "a tampered cookie": { cookie: tampered(cookie), csrf },
      "a page token as CSRF token": { cookie, csrf: page.session },
    })) {
      const socket = await RawSocket.connect(app.base, options);
      expect(await socket.join(page), what).toEqual(stale);
      expect((await socket.heartbeat()).status, what).toBe("ok");
      socket.terminate();
    }
    expect(app.calls.log).toEqual([]);
    expect((await (await browser.socket()).join(page)).status).toBe("ok");
    expect(app.calls.of("ShowPost.mount")).toBe(1);
  });

  it("lets a user socket's connect decide without a session", async () => {
    const browser = await app.loggedIn(1);
    const path = "/chat/websocket";
    expect(await handshakeStatus(app.base, { cookie: browser.cookie, path })).toBe(403);
    expect(app.calls.log).toEqual(["chat.connect", "getUser"]);
    expect(await handshakeStatus(app.base, { cookie: browser.cookie, csrf: browser.csrf, path })).toBe(101);
  });
});

describe("the tokens of a join", () => {
  it("are refused as stale when they are missing, tampered, of another view, topic or session", async () => {
    // The first page after a log-in: it has a flash, and so a static token.
    const greeted = async (userId: number): Promise<{ browser: Browser; page: Page }> => {
      const browser = await app.loggedIn(userId);
      await browser.post("/login", { userId: String(userId) });
      return { browser, page: await browser.get("/posts/1") };
    };
    const { browser, page } = await greeted(1);
    const second = await browser.get("/posts/2");
    const { page: theirs } = await greeted(2);
    const socket = await browser.socket();
    app.calls.clear();
    if (page.static === null || theirs.static === null) throw new Error("no static token");
    for (const [what, changes] of Object.entries({
      "no session token": { session: undefined }, "null": { session: null }, "a number": { session: 7 },
      "an object": { session: { toString: "x" } }, "empty": { session: "" },
      "a tampered session token": { session: tampered(page.session) },
      "the session token of another topic": { session: second.session },
      "the static token as session token": { session: page.static },
      "the CSRF token as session token": { session: page.csrf },
      "a tampered static token": { static: tampered(page.static) },
      "the static token of another view": { static: theirs.static },
      "the session token as static token": { static: page.session },
      "a number as static token": { static: 7 }, "an empty static token": { static: "" },
    })) {
      expect(await socket.join(page, changes), what).toEqual(stale);
    }
    expect(await socket.join(theirs), "another session's page").toEqual(stale);
    expect(await socket.join(page, {}, "lv:phx-0"), "another topic").toEqual(stale);
    expect(await socket.join(page, {}, second.topic), "the other page's topic").toEqual(stale);
    for (const payload of [null, [], "x", 7, {}]) {
      const ref = socket.ref();
      socket.send(ref, ref, page.topic, "phx_join", payload);
      expect(await socket.reply(ref)).toEqual(stale);
    }
    expect(app.calls.log).toEqual([]);
    expect((await socket.join(page)).status).toBe("ok");
    expect((await socket.join(second)).status).toBe("ok");
    expect(app.calls.of("ShowPost.mount")).toBe(2);
  });
});

describe("the URL of a join", () => {
  it("must be there, once, on this origin, and the one that was rendered", async () => {
    const browser = await app.loggedIn(2);
    const page = await browser.get("/posts/1");
    const socket = await browser.socket();
    app.calls.clear();
    const { port } = new URL(app.base);
    const to = (path: string): string => new URL(path, app.base).href;
    for (const [what, changes] of Object.entries({
      "no url": { url: undefined }, "both": { redirect: page.url }, "null": { url: null }, "a number": { url: 7 },
      "not a url": { url: "posts" }, "a path": { url: "/posts/1" },
      "another host": { url: "http://evil.example/posts/1" }, "another name of it": { url: `http://localhost:${port}/posts/1` },
      "another port": { url: "http://127.0.0.1:1/posts/1" }, "another scheme": { url: `https://127.0.0.1:${port}/posts/1` },
      "another view": { url: to("/posts/1/edit") }, "a view of another live session": { url: to("/other") },
      "no route": { url: to("/nowhere") }, "a wrong escape": { url: to("/posts/%ff") },
      "a redirect to another live session": { url: undefined, redirect: to("/") },
      "a redirect to another host": { url: undefined, redirect: "http://evil.example/posts/1" },
      "a redirect to no route": { url: undefined, redirect: to("/nowhere") },
    })) {
      expect(await socket.join(page, changes), what).toEqual(unauthorized);
    }
    expect(app.calls.log).toEqual([]);

    expect((await socket.join(page)).status).toBe("ok");
    expect(app.calls.of("ShowPost.mount")).toBe(1);
    expect((await socket.join(page, { url: to("/posts/2?q=1") })).status, "patched by the user").toBe("ok");
    const navigated = await socket.join(page, { url: undefined, redirect: to("/posts/1/edit") });
    expect(navigated.status, "a navigation within the live session").toBe("ok");
    expect(app.calls.of("EditPost.mount")).toBe(1);
  });

  it("runs the guards of the view that it navigates to", async () => {
    const browser = await app.loggedIn(1);
    const { page, socket } = await browser.open("/posts/1");
    app.calls.clear();
    const redirect = new URL("/posts/1/edit", app.base).href;
    expect((await socket.join(page, { url: undefined, redirect })).response).toMatchObject({ reason: "reload", status: 403 });
    expect([app.calls.of("hook"), app.calls.of("EditPost.mount")]).toEqual([1, 0]);
  });
});

/** The text with one character of its end changed, behind which there is still a well-formed text. */
function tampered(text: string): string {
  const at = text.length - 8;
  return text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
}
