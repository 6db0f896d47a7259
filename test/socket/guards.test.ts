import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Browser } from "../support/browser.js";
import { startFixture, type Fixture } from "../support/fixture-app.js";

let app: Fixture;
beforeAll(async () => {
  app = await startFixture();
});
afterAll(() => app.close());
beforeEach(() => {
  app.calls.clear();
  app.users.set(1, { id: 1, role: "reader", confirmed: true, banned: false });
  app.users.set(2, { id: 2, role: "editor", confirmed: true, banned: false });
});

/** A page that the user could see, whose rights are then taken away: valid cookie, valid tokens. */
async function thenUnconfirmed(browser: Browser): Promise<Awaited<ReturnType<Browser["get"]>>> {
  const page = await browser.get("/posts/1");
  expect(page.status).toBe(200);
  app.users.get(1)!.confirmed = false;
  app.calls.clear();
  return page;
}

describe("an on-mount hook that redirects", () => {
  it("redirects the page's GET, with a flash, before mount", async () => {
    const browser = await app.loggedIn(3);
    const page = await browser.get("/posts/1");
    expect([page.status, page.location]).toEqual([302, "/login"]);
    expect(app.calls.of("hook")).toBe(1);
    expect(app.calls.of("ShowPost.mount")).toBe(0);
    expect((await browser.get("/login")).html).toContain('<p id="root-flash">Log in first.</p>');
    expect((await browser.get("/login")).html).toContain('<p id="root-flash"></p>'); // once
  });

  it("redirects a raw join with a valid cookie and valid tokens, before mount", async () => {
    const browser = await app.loggedIn(1);
    const page = await thenUnconfirmed(browser);
    const socket = await browser.socket();
    expect(await socket.join(page)).toEqual({
      status: "error", response: { events: [], redirect: { status: 302, to: "/login", flash: expect.any(String) as string } },
    });
    expect(app.calls.log).toEqual(["getUser", "hook"]); // the middleware, and then the hook: the same rule at both doors

    app.users.get(1)!.confirmed = true;
    expect((await socket.join(page)).status).toBe("ok");
    expect(app.calls.of("ShowPost.mount")).toBe(1);
  });

  it("leaves nothing behind that an event could reach", async () => {
    const browser = await app.loggedIn(1);
    const page = await thenUnconfirmed(browser);
    const hook = app.gate("hook");
    const socket = await browser.socket();
    const joinRef = socket.sendJoin(page);
    const early = socket.sendEvent(page, "like");
    await hook.entered;
    await socket.heartbeat(); // the event has been read, while the hook waits
    hook.open();
    await socket.reply(joinRef);
    expect(await socket.event(page, "like")).toEqual({ status: "error", response: { reason: "unmatched topic" } });
    expect(app.calls.of("like")).toBe(0);
    expect(socket.frames.filter(([, ref]) => ref === early)).toEqual([]);
  });

  it("loads the user once for a GET, though middleware and hook both ask, and again when connected", async () => {
    const browser = await app.loggedIn(1);
    const page = await browser.get("/posts/1");
    expect(app.calls.of("getUser")).toBe(1);
    expect(app.calls.of("hook")).toBe(1);
    const socket = await browser.socket();
    await socket.join(page);
    expect(app.calls.of("getUser")).toBe(2);
    expect(app.calls.of("hook")).toBe(2);
  });
});

describe("a view's policy", () => {
  it("answers the GET of a reader with 403, and the editor's with the page", async () => {
    const reader = await app.loggedIn(1);
    const refused = await reader.get("/posts/1/edit");
    expect(refused.status).toBe(403);
    expect(refused.html).toContain("<p>403</p>");
    expect(app.calls.of("EditPost.mount")).toBe(0);

    const editor = await app.loggedIn(2);
    expect((await editor.get("/posts/1/edit")).status).toBe(200);
    expect(app.calls.of("EditPost.mount")).toBe(1);
  });

  it("answers a join with a reload to the same 403, before mount", async () => {
    const browser = await app.loggedIn(2);
    const page = await browser.get("/posts/1/edit");
    app.users.get(2)!.role = "reader";
    app.calls.clear();
    const socket = await browser.socket();
    expect(await socket.join(page)).toMatchObject({ status: "error", response: { reason: "reload", status: 403 } });
    expect(app.calls.of("hook")).toBe(1);
    expect(app.calls.of("EditPost.mount")).toBe(0);
    expect((await browser.get("/posts/1/edit")).status).toBe(403);

    app.users.get(2)!.role = "editor";
    expect((await socket.join(page)).status).toBe("ok");
    expect(app.calls.of("EditPost.mount")).toBe(1);
  });

  it("is asked again before each event, when the user has changed since", async () => {
    const browser = await app.loggedIn(2);
    const { page, socket } = await browser.open("/posts/1/edit");
    expect(await socket.event(page, "save", "title=One", "form")).toMatchObject({ response: { diff: {} } });
    expect(app.calls.of("save")).toBe(1);

    app.users.get(2)!.role = "reader";
    expect(await socket.event(page, "save", "title=Two", "form")).toEqual({ status: "ok", response: {} });
    expect(app.calls.of("save")).toBe(1);

    app.users.get(2)!.role = "editor";
    await socket.event(page, "save", "title=Three", "form");
    expect(app.calls.of("save")).toBe(2);
  });

  it("is asked again at a patch: refused, the view ends, and its client loads the 403, as its rejoin would", async () => {
    const browser = await app.loggedIn(2);
    const { page, socket } = await browser.open("/posts/1/edit");
    const joinRef = socket.joinRefs.get(page.topic)!;
    const url = new URL("/posts/2/edit", page.url).href;
    app.calls.clear();
    expect(await socket.call(joinRef, page.topic, "live_patch", { url })).toEqual({ status: "ok", response: {} });
    expect(app.calls.of("EditPost.handleParams")).toBe(1);

    app.users.get(2)!.role = "reader";
    expect(await socket.call(joinRef, page.topic, "live_patch", { url: page.url }))
      .toEqual({ status: "ok", response: { redirect: { status: 302, to: "/posts/1/edit" } } });
    expect(await socket.push("phx_close")).toEqual([joinRef, joinRef, page.topic, "phx_close", {}]);
    expect(app.calls.of("EditPost.handleParams")).toBe(1);
    expect((await browser.get("/posts/1/edit")).status).toBe(403);
    expect((await socket.join(page)).response).toMatchObject({ reason: "reload", status: 403 });
  });

  it("is not got around by patching to another view's URL: the client is sent through its guards", async () => {
    const browser = await app.loggedIn(1);
    const { page, socket } = await browser.open("/posts/1");
    const url = new URL("/posts/1/edit", page.url).href;
    app.calls.clear();
    expect(await socket.call(socket.joinRefs.get(page.topic)!, page.topic, "live_patch", { url }))
      .toEqual({ status: "ok", response: { link_redirect: true } });
    expect(app.calls.log).toEqual([]);
  });
});

describe("the gate of events", () => {
  it("refuses a reader's updatePost and deletePost on a page that the reader may see", async () => {
    const reader = await app.loggedIn(1);
    const { page, socket } = await reader.open("/posts/1");
    for (const [event, value, type] of [["updatePost", "title=x", "form"], ["deletePost", {}, "click"]] as const) {
      expect(await socket.event(page, event, value, type)).toEqual({ status: "ok", response: {} });
    }
    expect([app.calls.of("updatePost"), app.calls.of("deletePost")]).toEqual([0, 0]);
    expect((await socket.event(page, "like")).response).toHaveProperty("diff");

    const editor = await app.loggedIn(2);
    const allowed = await editor.open("/posts/1");
    await allowed.socket.event(allowed.page, "updatePost", "title=x", "form");
    await allowed.socket.event(allowed.page, "deletePost");
    expect([app.calls.of("updatePost"), app.calls.of("deletePost")]).toEqual([1, 1]);
  });

  it.each([
    "nope", "constructor", "__proto__", "toString", "hasOwnProperty", "handle", "mount", "render", "", "lv:inc",
    "lv:__proto__", "phx_leave", "inc ", "INC", 7, null, true, ["inc"], { toString: "inc" },
  ])("answers the event %j, which no view declares, and calls nothing", async (name) => {
    const { page, socket } = await app.browser().open("/");
    app.calls.clear();
    expect(await socket.event(page, name)).toEqual({ status: "ok", response: {} });
    expect(app.calls.log).toEqual([]);
    expect(await socket.event(page, "inc")).toEqual({ status: "ok", response: { diff: { 0: "1" } } });
    expect(app.calls.log).toEqual(["inc"]);
  });

  it.each(["mount", "handleParams", "render", "event ", "info", "phx_reply", "phx_error", "diff", "lv:clear-flash", "__proto__"])(
    "answers the message %j with an error: no client frame triggers an internal callback",
    async (message) => {
      const { page, socket } = await app.browser().open("/");
      app.calls.clear();
      const reply = await socket.call(socket.joinRefs.get(page.topic)!, page.topic, message, { event: "inc", value: {} });
      expect(reply.status).toBe("error");
      expect(app.calls.log).toEqual([]);
      expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
    },
  );

  it.each([
    [{}], [{ text: 7 }], [{ text: "x".repeat(21) }], [{ Text: "x" }], [null], ["text=x"], [7], [[]], [[{ text: "x" }]],
  ])("answers a payload that the schema refuses, %j, without calling the handler", async (value) => {
    const { page, socket } = await app.browser().open("/");
    expect(await socket.event(page, "note", value)).toEqual({ status: "ok", response: {} });
    expect(app.calls.of("note")).toBe(0);
    expect((await socket.event(page, "note", { text: "fits" })).response).toEqual({ diff: { 1: "fits" } });
    expect(app.calls.of("note")).toBe(1);
  });

  it("reads a form's fields only from an encoded string", async () => {
    const { page, socket } = await app.browser().open("/");
    expect(await socket.event(page, "note", { text: "x" }, "form")).toEqual({ status: "ok", response: {} });
    expect(app.calls.of("note")).toBe(0);
    expect((await socket.event(page, "note", "text=x%20y", "form")).response).toEqual({ diff: { 1: "x y" } });
  });

  it("does not pass an event on that is addressed to a component", async () => {
    const { page, socket } = await app.browser().open("/");
    app.calls.clear();
    const reply = await socket.call(socket.joinRefs.get(page.topic)!, page.topic, "event", {
      type: "click", event: "inc", value: {}, cid: 1,
    });
    expect(reply).toEqual({ status: "ok", response: {} });
    expect(app.calls.log).toEqual([]);
  });
});
