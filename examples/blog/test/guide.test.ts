// Phoenix LiveView's guide on security, paragraph by paragraph, as the blog keeps it.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openBrowser, type LivePage } from "holdfast/testing";
import { SEED_LOGINS } from "../src/db/seeds.js";
import type { App } from "../src/web/endpoint.js";
import { browserOf, login, seededBlog } from "./seeded-blog.js";

let app: App;

beforeEach(async () => {
  app = await seededBlog();
});
afterEach(() => app.close());

const open = async (role: string, path: string): Promise<LivePage> => (await browserOf(app, login(role))).visit(path);
const getUser = () => vi.spyOn(app.accounts, "getUser");

describe("both the HTTP request and the stateful connection receive the session, and both validate it", () => {
  test("a page of nobody is refused over HTTP", async () => {
    (await openBrowser(app.endpoint).get("/posts")).expectRedirect("/login");
  });
  test("a page that was rendered is refused over the socket once its user is banned", async () => {
    const browser = await browserOf(app, login("reader"));
    const page = await browser.get("/posts/1");
    expect(page.status).toBe(200);
    // Banned behind the endpoint's back: the cookie and the tokens are as good as before.
    vi.spyOn(app.accounts, "getUser").mockResolvedValue(undefined);
    const getPost = vi.spyOn(app.blog, "getPostForUser");
    const joined = await page.connect();
    joined.expectRedirect("/login");
    expect(getPost).not.toHaveBeenCalled(); // mount has not run
  });
});

describe("mounting: authenticated and confirmed, on every request and at every mount", () => {
  test("a user who has not confirmed is sent to log in at both doors", async () => {
    const unconfirmed = SEED_LOGINS.find((l) => !l.confirmed)!;
    const user = (await app.accounts.getUser(4))!;
    expect(user.email).toBe(unconfirmed.email);
    const browser = await browserOf(app, login("reader"));
    const page = await browser.get("/posts/1");
    getUser().mockResolvedValue(user);
    (await browser.get("/posts/1")).expectRedirect("/login");
    (await page.connect()).expectRedirect("/login");
  });
});

test("assign_defaults: every view is built on the one base that loads the user", async () => {
  const browser = await browserOf(app, login("admin"));
  const spy = getUser();
  for (const path of ["/posts", "/posts/new", "/posts/1", "/posts/1/edit", "/users"]) {
    expect((await browser.get(path)).status).toBe(200);
  }
  spy.mockResolvedValue(undefined);
  for (const path of ["/posts", "/posts/new", "/posts/1", "/posts/1/edit", "/users"]) {
    (await browser.get(path)).expectRedirect("/login");
  }
});

test("assign_new: one GET loads the user once, although middleware and hook both ask; the connected mount loads anew", async () => {
  const browser = await browserOf(app, login("reader"));
  const spy = getUser();
  const page = await browser.get("/posts/1");
  expect(spy).toHaveBeenCalledTimes(1);
  await page.connect();
  expect(spy).toHaveBeenCalledTimes(3); // the handshake's middleware, and the mount behind it
});

describe("events: what changes is propagated with PubSub", () => {
  test("the editor saves, and the reader's page changes", async () => {
    const reader = await open("reader", "/posts/1");
    const editor = await open("editor", "/posts/1/edit");
    await editor.submit("#post-form", { title: "A title nobody had before", body: "New." });
    await reader.waitFor(() => reader.text("#title") === "A title nobody had before");
    expect(reader.text("#body")).toBe("New.");
  });
});

describe("events: authorization at mount and at every action", () => {
  test("a reader may not open the edit page, over HTTP and over the socket", async () => {
    const browser = await browserOf(app, login("reader"));
    expect((await browser.get("/posts/1/edit")).status).toBe(403);
    const page = await browser.visit("/posts/1");
    const elsewhere = await page.pushRaw("live_patch", { url: "http://localhost/posts/1/edit" });
    expect(elsewhere).toMatchObject({ status: "ok", response: { link_redirect: true } });
  });
  test.each(["renamePost.submit", "deletePost"])("%s of a reader, sent by hand, reaches no context", async (event) => {
    const page = await open("reader", "/posts/1?open=rename");
    const rename = vi.spyOn(app.blog, "renamePost");
    const remove = vi.spyOn(app.blog, "deletePost");
    const answer = await page.pushRaw("event", { type: "form", event, value: "title=Mine&body=now" });
    expect(answer).toMatchObject({ status: "ok", response: {} });
    expect(rename).not.toHaveBeenCalled();
    expect(remove).not.toHaveBeenCalled();
  });
  test("the same event of an editor does reach it", async () => {
    const page = await open("editor", "/posts/1?open=rename");
    const rename = vi.spyOn(app.blog, "renamePost");
    await page.pushRaw("event", { type: "form", event: "renamePost.submit", value: "title=Mine" });
    expect(rename).toHaveBeenCalledTimes(1);
  });
  test("the context validates for itself: it takes the user and throws", async () => {
    const reader = (await app.accounts.getUser(3))!;
    await expect(app.blog.updatePost(reader, { id: 1 }, { title: "x", body: "y" })).rejects.toMatchObject({ status: 403 });
  });
});

describe("disconnecting all instances of a given live user", () => {
  test("live_socket_id: broadcasting disconnect closes that user's pages, and no other's", async () => {
    const one = await open("reader", "/posts");
    const two = await open("reader", "/posts/1");
    const other = await open("editor", "/posts");
    app.endpoint.broadcast("users_socket:3", "disconnect", {});
    expect([one.closed?.code, two.closed?.code, other.closed]).toEqual([1001, 1001, undefined]);
    other.expectLive();
  });
  test("the client connects again and mount runs again: still logged in, still there", async () => {
    const page = await open("reader", "/posts/1");
    await app.endpoint.disconnect("users_socket:3");
    const getPost = vi.spyOn(app.blog, "getPostForUser");
    await page.rejoin();
    page.expectLive();
    expect(getPost).toHaveBeenCalledTimes(1);
  });
  test("no longer logged in: the page leads to the log-in, and a copy of the cookie opens nothing", async () => {
    const browser = await browserOf(app, login("reader"));
    const page = await browser.visit("/posts/1");
    await app.accounts.banUser((await app.accounts.getUser(1))!, 3);
    expect(page.closed?.code).toBe(1001);
    (await browser.get("/posts/1")).expectRedirect("/login");
  });
  test("channels: the same id, the same end", async () => {
    const browser = await browserOf(app, login("reader"));
    await browser.get("/posts"); // a page of the new session, for its CSRF token
    const socket = await browser.handshake({ path: "/socket" });
    if (socket instanceof Response) throw new Error(`handshake refused: ${socket.status}`);
    const joined = await socket.push("1", "1", "lobby", "phx_join", {});
    expect(joined.status).toBe("ok");
    expect(await socket.push("1", "2", "lobby", "ping", {})).toMatchObject({ response: { pong: true } });
    await app.endpoint.disconnect("users_socket:3");
    expect(socket.closed?.code).toBe(1001);
  });
});
