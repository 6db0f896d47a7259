// `sessionIdleMs` on two nodes of one application: what counts as a sign of life, and for which page.
import { createEndpoint, html, liveSession, liveView, logIn, logOut, onMount, redirect, topic, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import { openBrowser } from "holdfast/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Browser, type Page } from "../support/browser.js";
import type { RawSocket } from "../support/raw-socket.js";

const IDLE_MS = 60_000;
/** Longer than half of it, shorter than the whole. */
const STEP_MS = 40_000;

let endpoints: Endpoint[];
let urls: string[];
let browser: Browser;

const news = topic<string>("news");
/** What handlers have run, on all nodes. */
const handled: string[] = [];

function node(sessionIdleMs = IDLE_MS): Endpoint {
  const currentUser = onMount((_socket, { session }) => (session.fixtureUser === undefined ? redirect("/login") : {}));
  const Home = liveView.use(currentUser).define({
    name: "Home", authorize: () => true, mount: () => ({}),
    topics: () => ({ news }),
    messages: { news: (_socket, text) => void handled.push(text) },
    events: { work: { handle: () => void handled.push("work") } },
    render: (_assigns, on) => html`<button phx-click=${on.work}>work</button>`,
  });
  return createEndpoint({
    secret: "a secret of these tests, long enough", log() {}, limits: { sessionIdleMs, idleMs: Infinity }, csrfExempt: () => true,
    rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
    live: [liveSession("default", {}, (live) => live("/", Home))],
    routes(app) {
      app.post("/login", async (c) => {
        await logIn(c, { fixtureUser: "ann" });
        return c.redirect("/");
      });
      app.post("/logout", async (c) => {
        await logOut(c);
        return c.redirect("/");
      });
    },
  });
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  endpoints = [node(), node()];
  urls = await Promise.all(endpoints.map(async (endpoint) => (await serve(endpoint, { port: 0 })).url));
  browser = new Browser(urls[0]!);
  await browser.post("/login", {});
});
afterEach(async () => {
  browser.close();
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  vi.useRealTimers();
});

/** The same browser, with its present cookies, at the other node. */
function elsewhere(): Browser {
  const other = new Browser(urls[1]!);
  for (const [name, value] of browser.cookies) other.cookies.set(name, value);
  return other;
}
const later = (): void => void vi.setSystemTime(Date.now() + STEP_MS);

it("a page whose user works elsewhere closes, and comes back if there was a request meanwhile", async () => {
  const other = elsewhere();
  const idle = await other.open("/");
  const busy = await browser.open("/");
  later();
  await browser.get("/");
  expect((await busy.socket.event(busy.page, "work")).status).toBe("ok");
  later();
  expect(await idle.socket.code()).toBe(1001);
  expect((await busy.socket.event(busy.page, "work")).status).toBe("ok");
  // The browser has one cookie jar for both.
  const back = elsewhere();
  expect(await (await back.socket({ csrf: idle.page.csrf })).join(idle.page)).toMatchObject({ status: "ok" });
  back.close();
  other.close();
});

/** What holdfast/client does when the server asks for it. */
async function keepSession(who: Browser): Promise<void> {
  const answer = await who.fetch("/live/session");
  expect([answer.status, answer.headers.get("cache-control"), answer.headers.getSetCookie().length]).toEqual([204, "no-store", 1]);
}
const asks = ({ frames }: { readonly frames: readonly unknown[][] }): number => frames.filter(([, , , event]) => event === "holdfast:keep_session").length;

it("events keep their session: the server asks the page to have its cookie renewed, once in a quarter of the limit", async () => {
  const { page, socket } = await browser.open("/");
  for (let step = 1; step <= 3; step++) {
    later();
    for (let times = 0; times < 3; times++) expect((await socket.event(page, "work")).status).toBe("ok");
    expect(asks(socket)).toBe(step);
    await keepSession(browser);
  }
  expect(socket.open).toBe(true);
  expect(await (await browser.socket()).join(page)).toMatchObject({ status: "ok" });
  const other = elsewhere();
  expect((await other.get("/")).status).toBe(200);
  other.close();
});

it("behind the limit nothing runs, even before the sweep, and an event does not bring the session back", async () => {
  const { page, socket } = await browser.open("/");
  handled.length = 0;
  later();
  later();
  endpoints[0]!.broadcast(news, "too late");
  socket.sendEvent(page, "work");
  expect(await socket.code()).toBe(1001);
  expect(socket.reason).toBe("session idle");
  expect(handled).toEqual([]);
});

it("a live navigation keeps it too", async () => {
  const { page, socket } = await browser.open("/");
  later();
  expect(await socket.join(page, { url: undefined, redirect: page.url })).toMatchObject({ status: "ok" });
  expect(asks(socket)).toBe(1);
});

it.each([
  ["heartbeats", (socket) => socket.heartbeat()],
  ["the client's answers to a diff", (socket, page) => socket.call(socket.joinRefs.get(page.topic)!, page.topic, "cids_will_destroy", { cids: [] })],
  ["a crashed view's next join", (socket, page) => socket.join(page)],
] satisfies [string, (socket: RawSocket, page: Page) => Promise<unknown>][])("%s keep nothing", async (_what, send) => {
  const { page, socket } = await browser.open("/");
  later();
  await send(socket, page);
  expect(asks(socket)).toBe(0);
  later();
  expect(await socket.code()).toBe(1001);
});

it("the joins of a page that connects again keep nothing, whatever was navigated before", async () => {
  const page = await browser.get("/");
  later();
  const socket = await browser.socket();
  expect(await socket.join(page, { url: undefined, redirect: page.url })).toMatchObject({ status: "ok" });
  expect(asks(socket)).toBe(0);
  // What its user does then counts from the cookie's age, not from the connection's.
  expect((await socket.event(page, "work")).status).toBe("ok");
  expect(asks(socket)).toBe(1);
});

it("an ended session is not renewed", async () => {
  const { page, socket } = await browser.open("/");
  const thief = browser.copy();
  await browser.post("/logout");
  const answer = await thief.fetch("/live/session");
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([204, []]);
  expect(await socket.code()).toBe(1001);
  expect((await thief.get("/")).location).toBe("/login");
  expect(page.status).toBe(200);
});

it("without an idle limit nobody is asked, and nothing answers", async () => {
  const other = node(0);
  endpoints.push(other);
  browser.close();
  browser = new Browser((await serve(other, { port: 0 })).url);
  await browser.post("/login", {});
  const { page, socket } = await browser.open("/");
  later();
  expect((await socket.event(page, "work")).status).toBe("ok");
  expect([asks(socket), (await browser.fetch("/live/session")).status]).toEqual([0, 404]);
});

it("the kit's pages keep their session as holdfast/client does", async () => {
  const kit = openBrowser(endpoints[0]!);
  await kit.post("/login", []);
  const page = await kit.visit("/");
  for (let step = 0; step < 3; step++) {
    later();
    await page.click("button");
  }
  expect((await kit.get("/")).redirectedTo).toBeUndefined();
  page.close();
});
