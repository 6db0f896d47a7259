// Views that join by their own token: sticky ones, and those of plain routes. What guards the page that showed them guards them too.
import { createEndpoint, csrfField, html, liveRender, liveSession, liveView, type Endpoint, type EndpointOptions } from "holdfast";
import { serve } from "holdfast/node";
import type { MiddlewareHandler } from "hono";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Browser, type Page } from "../support/browser.js";
import type { RawSocket, Reply } from "../support/raw-socket.js";

const secret = "a secret of this test, long enough to be one";
/** What has run, in order. */
const ran: string[] = [];
/** Whether the guard lets anybody through. */
let open = true;

const Clock = liveView.define({
  name: "clock", authorize: "public",
  async mount(socket) {
    const name = await socket.assignNew("userName", () => "nobody");
    ran.push(socket.connected ? `clock joined by ${name}` : "clock got");
    return { ticks: 0 };
  },
  events: { tick: { handle: (socket) => socket.update("ticks", (ticks) => ticks + 1) } },
  render: ({ ticks }, on) => html`<b phx-click=${on.tick}>${ticks}</b>`,
});
const Page = liveView.define({
  name: "page", authorize: "public",
  render: () => html`<main>${liveRender(Clock, { id: "live", sticky: true })}</main>`,
});
const Room = liveView.define({
  name: "room", authorize: "public", params: z.object({ room: z.string() }),
  mount: (socket, { params }) => void ran.push(`${params.room} ${socket.connected ? "joined" : "got"}`),
  render: () => html`<p>A room</p>${liveRender(Clock, { id: "clock", sticky: true })}`,
});

const guard: MiddlewareHandler = async (c, next) => {
  ran.push(`guard ${c.req.param("room") ?? c.req.path}`);
  if (!open) return c.redirect("/login");
  c.set("userName" as never, "ann" as never);
  return await next();
};

let endpoint: Endpoint;
let browser: Browser;
let socket: RawSocket;
beforeEach(() => {
  open = true;
});
afterEach(async () => {
  browser.close();
  await endpoint.close();
});

async function start(options: Partial<EndpointOptions>): Promise<void> {
  endpoint = createEndpoint({ secret, log() {}, ...options });
  browser = new Browser((await serve(endpoint, { port: 0 })).url);
}

/** Joins the view of this id alone, with the token that the page has for it. */
function join(page: Page, id: string): Promise<Reply> {
  const session = new RegExp(`<div id="${id}" data-phx-session="([^"]+)"`).exec(page.html)![1]!;
  ran.length = 0;
  return socket.join(page, { url: undefined, session, sticky: true }, `lv:${id}`);
}

async function visit(path: string): Promise<Page> {
  const page = await browser.get(path);
  expect(page.status).toBe(200);
  socket = await browser.socket();
  return page;
}

const toLogin = { status: "error", response: { events: [], redirect: { status: 302, to: "/login" } } };

/** The same page and socket, before and after the guard has closed; and a reconnect. */
async function guarded(page: Page, id: string, whenOpen: readonly string[], whenClosed: readonly string[]): Promise<void> {
  expect([(await join(page, id)).status, ran]).toEqual(["ok", whenOpen]);
  open = false;
  expect([await join(page, id), ran]).toEqual([toLogin, whenClosed]);
  socket = await browser.socket();
  expect([await join(page, id), ran]).toEqual([toLogin, whenClosed]);
  open = true;
  expect([(await join(page, id)).status, ran]).toEqual(["ok", whenOpen]);
}

describe("a sticky view of a live page", () => {
  it("is guarded by the middleware of the page's path", async () => {
    await start({
      routes: (app) => app.use("/admin/*", guard),
      live: [liveSession("default", {}, (live) => live("/admin/clock", Page))],
    });
    await guarded(await visit("/admin/clock"), "live", ["guard /admin/clock", "clock joined by ann"], ["guard /admin/clock"]);
  });

  it("is guarded by its live session's middleware", async () => {
    await start({ live: [liveSession("staff", { middleware: guard }, (live) => live("/clock", Page))] });
    await guarded(await visit("/clock"), "live", ["guard /clock", "clock joined by ann"], ["guard /clock"]);
  });
});

describe("a view of a plain route", () => {
  const render: MiddlewareHandler = (c) => {
    ran.push("handler");
    return endpoint.renderLive(c, Room, { session: { room: c.req.param("room") ?? "lobby" } });
  };
  const form: MiddlewareHandler = async (c) => c.html(String(html`<meta name="csrf-token" content="">${csrfField(c)}`));

  it("is guarded by the middleware of its path, and its GET is run again up to the view", async () => {
    await start({ routes: (app) => app.use("/rooms/:room", guard).get("/rooms/:room", render) });
    await guarded(await visit("/rooms/hall"), "live", ["guard hall", "handler", "hall joined"], ["guard hall"]);
  });

  it("is guarded by what stands before the handler in its own route, and by nothing behind it", async () => {
    const behind: MiddlewareHandler = (_c, next) => {
      ran.push("behind");
      return next();
    };
    await start({ routes: (app) => app.get("/rooms/:room", guard, render).use("/rooms/*", behind).get("*", behind) });
    await guarded(await visit("/rooms/hall"), "live", ["guard hall", "handler", "hall joined"], ["guard hall"]);
  });

  it("is guarded if it answered a POST, as the page's GET would be", async () => {
    await start({ routes: (app) => app.get("/form", form).post("/rooms/:room", guard, render) });
    const { html: shown } = await browser.get("/form");
    browser.csrf = /name="_csrf_token" value="([^"]+)"/.exec(shown)![1]!;
    const response = await browser.post("/rooms/hall");
    expect(response.status).toBe(200);
    const page = { ...(await browser.get("/form")), html: await response.text() };
    browser.csrf = /name="csrf-token" content="([^"]+)"/.exec(page.html)![1]!;
    socket = await browser.socket();
    await guarded(page, "live", ["guard hall", "hall joined"], ["guard hall"]);
  });

  it("whose own sticky view joins alone: that one, too", async () => {
    await start({ routes: (app) => app.use("/rooms/:room", guard).get("/rooms/:room", render) });
    const page = await visit("/rooms/hall");
    const { response } = await join(page, "live");
    const inner = JSON.stringify(response).replaceAll("\\\"", "\"");
    await guarded({ ...page, html: inner }, "clock", ["guard hall", "handler", "clock joined by ann"], ["guard hall"]);
  });

  /** A page of one process, and the process that comes after it. */
  async function deploy(pattern: string): Promise<Page> {
    await start({ routes: (app) => app.use("/rooms/:room", guard).get("/rooms/:room", render) });
    const page = await visit("/rooms/hall");
    const { cookies } = browser;
    browser.close();
    await endpoint.close();
    await start({ routes: (app) => app.use("/rooms/:room", guard).get(pattern, render) });
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    browser.csrf = page.csrf;
    // Sockets keep nothing for such views before there is one: the first is sent away once, and its page stays as it is.
    socket = await browser.socket();
    await expect(join(page, "live")).rejects.toThrow("closed with 1012");
    expect([socket.reason, ran]).toEqual(["restart;0", []]);
    socket = await browser.socket();
    return page;
  }

  it("is asked in a process that has not rendered it, too, as after a deploy", async () => {
    await guarded(await deploy("/rooms/:room"), "live", ["guard hall", "handler", "hall joined"], ["guard hall"]);
  });

  it("whose route is gone, as after a deploy, is loaded again", async () => {
    const page = await deploy("/halls/:room");
    expect(await join(page, "live")).toEqual({ status: "error", response: { reason: "unauthorized" } });
    expect(ran).toEqual(["guard hall"]);
  });

  it("waits its turn as the page of a live route does", async () => {
    await start({
      routes: (app) => app.get("/rooms/:room", render),
      limits: { admissionsPerSession: 0.001, admissionBurstPerSession: 2 },
    });
    await browser.get("/rooms/first");
    ran.length = 0;
    const statuses = [];
    for (let times = 0; times < 3; times++) statuses.push((await browser.get("/rooms/hall")).status);
    expect(statuses.slice(1)).toEqual([503, 503]);
    expect(ran.filter((one) => one === "hall got").length).toBe(statuses.filter((status) => status === 200).length);
  });
});
