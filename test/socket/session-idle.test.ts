// `sessionIdleMs` on two nodes of one application: what counts as a sign of life, and for which page.
import { createEndpoint, html, liveSession, liveView, logIn, onMount, redirect, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Browser } from "../support/browser.js";

const IDLE_MS = 60_000;
/** Longer than half of it, shorter than the whole. */
const STEP_MS = 40_000;

let endpoints: Endpoint[];
let urls: string[];
let browser: Browser;

function node(): Endpoint {
  const currentUser = onMount((_socket, { session }) => (session.fixtureUser === undefined ? redirect("/login") : {}));
  const Home = liveView.use(currentUser).define({
    name: "Home", authorize: () => true, mount: () => ({}),
    events: { work: { handle: () => {} } },
    render: (_assigns, on) => html`<button phx-click=${on.work}>work</button>`,
  });
  return createEndpoint({
    secret: "a secret of these tests, long enough", log() {}, limits: { sessionIdleMs: IDLE_MS, idleMs: Infinity }, csrfExempt: () => true,
    rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
    live: [liveSession("default", {}, (live) => live("/", Home))],
    routes(app) {
      app.post("/login", async (c) => {
        await logIn(c, { fixtureUser: "ann" });
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

it("events alone keep their own page, but not their session: its last request counts when a page reconnects", async () => {
  const busy = await browser.open("/");
  for (let step = 0; step < 3; step++) {
    later();
    expect((await busy.socket.event(busy.page, "work")).status).toBe("ok");
  }
  expect(busy.socket.open).toBe(true);
  const back = elsewhere();
  expect(await (await back.socket({ csrf: busy.page.csrf })).join(busy.page)).toMatchObject({ status: "error", response: { reason: "stale" } });
  expect((await back.get("/")).location).toBe("/login");
  back.close();
});
