import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startFixture, type Fixture } from "../support/fixture-app.js";

let app: Fixture;
beforeAll(async () => {
  app = await startFixture();
});
afterAll(() => app.close());
beforeEach(() => app.calls.clear());
afterEach(() => app.cut());

describe("a POST", () => {
  it("needs the CSRF token of its own session", async () => {
    const browser = app.browser();
    await browser.get("/login");
    const other = app.browser();
    await other.get("/login");
    const page = await browser.get("/");
    const body = (fields: Record<string, string>): RequestInit => ({ method: "POST", body: new URLSearchParams(fields) });
    for (const [what, init] of Object.entries<RequestInit>({
      "none": body({ userId: "1" }),
      "an empty one": body({ _csrf_token: "", userId: "1" }),
      "another session's": body({ _csrf_token: other.csrf, userId: "1" }),
      "a page's session token": body({ _csrf_token: page.session, userId: "1" }),
      "a tampered one": body({ _csrf_token: `${browser.csrf.slice(0, -9)}AAAAAAAAA`, userId: "1" }),
      "one without its cookie": { ...body({ _csrf_token: browser.csrf, userId: "1" }), headers: { cookie: "" } },
      "none, as JSON": { method: "POST", body: '{"userId":1}', headers: { "content-type": "application/json" } },
      "none, as text": { method: "POST", body: `_csrf_token=${browser.csrf}`, headers: { "content-type": "text/plain" } },
      "another session's, in the header": { method: "POST", headers: { "x-csrf-token": other.csrf } },
      "none, by PUT": { ...body({ userId: "1" }), method: "PUT" },
      "none, by DELETE": { method: "DELETE" },
    })) {
      const response = await browser.copy().fetch("/login", init);
      expect(response.status, what).toBe(403);
    }
    expect(app.calls.of("login")).toBe(0);
    expect((await browser.post("/login", { userId: "1" })).status).toBe(302);
    const inHeader = await other.fetch("/login", { ...body({ userId: "1" }), headers: { "x-csrf-token": other.csrf } });
    expect(inHeader.status).toBe(302);
    expect(app.calls.of("login")).toBe(2);
  });

  it("with a foreign Origin is refused, whatever token it has", async () => {
    const browser = app.browser();
    await browser.get("/login");
    const fields = { userId: "1" };
    for (const origin of ["https://evil.example", `${app.base}.evil.example`, "http://127.0.0.1", app.base.replace("http", "https")]) {
      expect((await browser.copy().post("/login", fields, { origin })).status, origin).toBe(403);
    }
    expect(app.calls.of("login")).toBe(0);
    expect((await browser.post("/login", fields, { origin: app.base })).status).toBe(302);
    await browser.get("/login");
    expect((await browser.post("/login", fields)).status, "no Origin, as older browsers post").toBe(302);
    expect(app.calls.of("login")).toBe(2);
  });
});

describe("a redirect of a view", () => {
  const away = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example",
    "https://evil.example", "https:evil.example", "HTTP://evil.example/", "javascript:alert(1)", "data:text/html,x",
    "/.//evil.example", "/x/..//evil.example", "evil.example", "", "@evil.example", "?x", "./login",
  ];

  it.each(away)("to %j is refused over HTTP: a 500, and no Location", async (to) => {
    const page = await app.browser().get(`/go?to=${encodeURIComponent(to)}`);
    expect([page.status, page.location]).toEqual([500, null]);
    expect(page.html).not.toContain("evil");
    expect(app.calls.of("Go.mount")).toBe(1);
  });

  it.each(away)("to %j is refused from an event: the view ends, and the client is sent nowhere", async (to) => {
    const { page, socket } = await app.browser().open("/go");
    socket.sendEvent(page, "go", { to });
    await socket.push("phx_error");
    expect(app.calls.of("go")).toBe(1);
    expect(JSON.stringify(socket.frames)).not.toContain('"redirect"');
  });

  it("to a path of the application is followed, over HTTP, at a join and from an event", async () => {
    const browser = app.browser();
    const there = await browser.get(`/go?to=${encodeURIComponent("/posts/../other?a=1#b")}`);
    expect([there.status, there.location]).toEqual([302, "/other?a=1#b"]);

    const { page, socket } = await browser.open("/go");
    const joined = await socket.join(page, { url: `${app.base}/go?to=/other` });
    expect(joined).toEqual({ status: "error", response: { events: [], redirect: { status: 302, to: "/other" } } });

    await socket.join(page);
    socket.frames.length = 0;
    const joinRef = socket.joinRefs.get(page.topic)!;
    const ref = socket.sendEvent(page, "go", { to: "/other" });
    await socket.push("phx_close");
    expect(socket.frames).toEqual([
      [joinRef, null, page.topic, "diff", { e: [] }],
      [joinRef, ref, page.topic, "phx_reply", { status: "ok", response: { redirect: { status: 302, to: "/other" } } }],
      [joinRef, joinRef, page.topic, "phx_close", {}],
    ]);
  });
});

describe("a message left for the next page", () => {
  it("is shown by it, once, and is worth nothing when it is forged", async () => {
    const browser = app.browser();
    await browser.get("/login");
    const response = await browser.post("/login", { userId: "1" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/"]);
    const forger = browser.copy();
    expect((await browser.get("/")).html).toContain("Welcome back.");
    expect((await browser.get("/")).html).not.toContain("Welcome back.");

    for (const forged of ["eyJpbmZvIjoiSGkifQ", '{"info":"Hi"}', forger.csrf]) {
      forger.cookies.set("__phoenix_flash__", encodeURIComponent(forged));
      const page = await forger.get("/");
      expect([page.status, page.html.includes('<p id="root-flash"></p>')]).toEqual([200, true]);
    }
  });
});

describe("the session's cookie", () => {
  it("is HttpOnly and Lax, says nothing of what it holds, and is another one after log-in", async () => {
    const browser = app.browser();
    const response = await browser.fetch("/login");
    expect(response.headers.getSetCookie().join()).toMatch(/^holdfast=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    const before = browser.cookie;
    await browser.get("/login");
    expect(browser.cookie, "it stays the same until something changes").toBe(before);
    await browser.post("/login", { userId: "1" });
    expect(browser.cookies.get("holdfast")).not.toBe(before.slice("holdfast=".length));
    const [, value = ""] = browser.cookie.split("=");
    expect(Buffer.from(value, "base64url").toString("latin1")).not.toContain("users_socket");
  });

  it("is __Host- and Secure when the application is reached by https", async () => {
    const secure = await startFixture({ url: "https://app.example" });
    try {
      const response = await fetch(new URL("/login", secure.base));
      const [cookie = ""] = response.headers.getSetCookie();
      expect(cookie).toMatch(/^__Host-holdfast=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=\d+$/);
    } finally {
      await secure.close();
    }
  });
});

it.each(["/posts/x", "/posts/1.5", "/nowhere", "/constructor", "/__proto__", "/posts/%ff"])(
  "the path %s, which no route or schema takes, is a 404 and no mount runs",
  async (path) => {
    const browser = await app.loggedIn(1);
    expect((await browser.get(path)).status).toBe(404);
    expect(app.calls.log.filter((call) => call.endsWith(".mount"))).toEqual([]);
    expect((await browser.get("/posts/1")).status).toBe(200);
  },
);
