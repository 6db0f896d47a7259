import {
  createEndpoint, createPubSub, Forbidden, html, liveSession, liveView, NotFound, redirect, renderToString, topic, type Endpoint,
  type EndpointOptions, type Socket,
} from "holdfast";
import { serve } from "holdfast/node";
import { openBrowser } from "holdfast/testing";
import type { Context, MiddlewareHandler } from "hono";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { Browser } from "./support/browser.js";

const secret = "a secret of this test, long enough to be one";
const said = topic<string>("said");
const endpoints: Endpoint[] = [];
afterEach(async () => {
  for (const endpoint of endpoints.splice(0)) await endpoint.close();
});

function make(options: Partial<EndpointOptions> = {}): Endpoint {
  const endpoint = createEndpoint({ secret, log() {}, ...options });
  endpoints.push(endpoint);
  return endpoint;
}

describe("broadcasts", () => {
  const sockets = new Map<string, Pick<Socket<object>, "broadcastFrom" | "localBroadcastFrom">>();
  const Page = liveView.define({
    authorize: "public",
    topics: () => ({ said }),
    mount(socket, { uri }) {
      if (socket.connected) sockets.set(uri.search, socket);
      return { heard: [] as readonly string[] };
    },
    messages: { said: (socket, text) => socket.update("heard", (heard) => [...heard, text]) },
    render: ({ heard }) => html`<p id="heard">${heard.join()}</p>`,
  });
  const live = [liveSession("default", {}, (route) => route("/", Page))];

  it("reach nobody once their PubSub is closed, and end no process", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): unknown => unhandled.push(error);
    process.on("unhandledRejection", note);
    try {
      const pubsub = createPubSub();
      const endpoint = make({ live, pubsub });
      await pubsub.close();
      endpoint.broadcast(said, "late");
      endpoint.broadcast("users_socket:1", "disconnect", {});
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", note);
    }
  });

  it("go to all views except their sender", async () => {
    const endpoint = make({ live });
    const [one, other] = [await openBrowser(endpoint).visit("/?a"), await openBrowser(endpoint).visit("/?b")];
    endpoint.broadcastFrom(sockets.get("?a")!, said, "typed");
    endpoint.broadcastFrom(sockets.get("?a")!, said.name, "other event", "not heard");
    endpoint.broadcast(said, "all");
    await Promise.all([one.settle(), other.settle()]);
    one.expectText("#heard", "all");
    other.expectText("#heard", "typed,all");
  });

  it("that are local stay on their node", async () => {
    const pubsub = createPubSub();
    const published: (boolean | undefined)[] = [];
    const { publish } = pubsub;
    Object.defineProperty(pubsub, "publish", { value: (message: never, how?: { local?: boolean }) => {
      published.push(how?.local);
      return publish.call(pubsub, message, how);
    } });
    const endpoint = make({ live, pubsub });
    const page = await openBrowser(endpoint).visit("/");
    endpoint.localBroadcast(said, "here");
    endpoint.localBroadcastFrom(sockets.get("")!, said, "here, but not to this view");
    endpoint.broadcast(said, "everywhere");
    await page.settle();
    page.expectText("#heard", "here,everywhere");
    expect(published).toEqual([true, true, undefined]);
  });

  it("are kept for nodes that were away, if their topic says so", async () => {
    const pubsub = createPubSub();
    const kept: (number | undefined)[] = [];
    const { publish } = pubsub;
    Object.defineProperty(pubsub, "publish", { value: (message: never, how?: { replay?: number }) => {
      kept.push(how?.replay);
      return publish.call(pubsub, message, how);
    } });
    const endpoint = make({ live, pubsub });
    await openBrowser(endpoint).visit("/");
    const lasting = topic<string>("lasting", { replay: 10 });
    endpoint.broadcast(lasting, "to all");
    endpoint.broadcastFrom(sockets.get("")!, lasting, "to all others");
    expect(kept).toEqual([10, 10]);
  });
});

describe("addresses", () => {
  it("are behind the endpoint's url, or where it is served", async () => {
    expect(make({ url: "https://app.example/" }).url("/confirm/1?a=ü")).toBe("https://app.example/confirm/1?a=%C3%BC");
    const endpoint = make();
    expect(() => endpoint.url("/")).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
    const { url } = await serve(endpoint, { port: 0 });
    expect(endpoint.url("/posts/1")).toBe(`${url}/posts/1`);
  });

  it("begin at the root of an origin, so a url with a path is refused", () => {
    expect(() => make({ url: "https://example.com/desk/" })).toThrow(expect.objectContaining({
      code: "endpoint_config_invalid", message: expect.stringMatching(/has a path[^]*"https:\/\/example\.com"[^]*a name or a port of its own/) as string,
    }));
  });

  it("are the application's own", () => {
    const endpoint = make({ url: "https://app.example" });
    expect(endpoint.path("/posts/../about#x")).toBe("/about#x");
    for (const path of ["//evil.example", "https://evil.example/", "javascript:alert(1)", "", "posts"]) {
      expect(() => endpoint.path(path), path).toThrow(expect.objectContaining({ code: "redirect_refused" }));
      expect(() => endpoint.url(path), path).toThrow(expect.objectContaining({ code: "redirect_refused" }));
    }
  });
});

it("nothing of the endpoint's own routes keeps an application from Hono's fastest router", async () => {
  const endpoint = make({ longPoll: true, live: [liveSession("default", {}, (live) => live("/posts/:id", liveView.define({ authorize: "public", render: () => html`<p></p>` })))] });
  expect((await endpoint.app.request("/posts/1")).status).toBe(200);
  expect(endpoint.app.router.name).toContain("RegExpRouter");
});

it("a template can be rendered where there is no page: for a mail", () => {
  expect(renderToString(html`<p>Hello ${"<b>"}</p>`)).toBe("<p>Hello &lt;b&gt;</p>");
});

describe("a live view of a plain route", () => {
  const Chat = liveView.define({
    name: "chat",
    params: z.object({ room: z.string() }),
    authorize: (_assigns, { params }) => params.room !== "closed",
    mount(_socket, { params: { room } }) {
      if (room === "secret") throw new Forbidden();
      return room === "moved" ? redirect("/elsewhere") as never : { room, said: 0 };
    },
    events: { say: { handle: (socket) => socket.update("said", (before) => before + 1) } },
    render: ({ room, said: times }, on) => html`<p id="room">${room}: ${times}</p><button id="say" phx-click=${on.say}>Say</button>`,
  });
  const embedding = (): Endpoint => {
    const endpoint = make({
      routes: (app) => app.get("/embed/:room", (c) => endpoint.renderLive(c, Chat, { session: { room: c.req.param("room") }, title: "A room" })),
    });
    return endpoint;
  };
  const tokenIn = (body: string): string => / data-phx-session="([^"]+)"/.exec(body)![1]!;

  it("is a whole page, whose client joins the view alone and acts on it", async () => {
    const { url } = await serve(embedding(), { port: 0 });
    const browser = new Browser(url);
    const page = await browser.get("/embed/lobby");
    expect(page.html).toMatch(/<title>A room<\/title>/);
    expect(page.html).toContain('<p id="room">lobby: 0</p>');
    const socket = await browser.socket();
    const answer = await socket.join(page, { session: tokenIn(page.html) }, "lv:live");
    expect(answer.status).toBe("ok");
    const joinRef = socket.joinRefs.get("lv:live")!;
    const said = await socket.call(joinRef, "lv:live", "event", { type: "click", event: "say", value: {} });
    expect(JSON.stringify(said.response)).toContain('"1"');
    browser.close();
  });

  it("is opened by the testing kit as any live page", async () => {
    const page = await openBrowser(embedding()).visit("/embed/lobby");
    await page.click("#say");
    page.expectText("#room", "lobby: 1");
    page.disconnect();
    await page.rejoin();
    page.expectText("#room", "lobby: 0");
    expect(page.title).toBe("A room");
  });

  it("is guarded by its policy, and answers what it throws", async () => {
    const endpoint = embedding();
    for (const room of ["closed", "secret"]) expect((await openBrowser(endpoint).get(`/embed/${room}`)).status, room).toBe(403);
    const moved = await openBrowser(endpoint).get("/embed/moved");
    expect([moved.status, moved.redirectedTo]).toEqual([302, "/elsewhere"]);
  });

  it("cannot be joined by another session, nor under another name", async () => {
    const { url } = await serve(embedding(), { port: 0 });
    const [browser, stranger] = [new Browser(url), new Browser(url)];
    const session = tokenIn((await browser.get("/embed/lobby")).html);
    const page = await stranger.get("/embed/lobby");
    const socket = await stranger.socket();
    const stale = { status: "error", response: { reason: "stale" } };
    expect(await socket.join(page, { session }, "lv:live")).toEqual(stale);
    expect(await socket.join(page, { session: tokenIn(page.html) }, "lv:other")).toEqual(stale);
    expect((await socket.join(page, { session: tokenIn(page.html) }, "lv:live")).status).toBe("ok");
    stranger.close();
  });

  describe("is guarded at its join by what guards its GET", () => {
    const seen: string[] = [];
    const Report = liveView.define({
      name: "report",
      authorize: "public",
      mount(socket, { uri, params }) {
        seen.push(`${socket.connected ? "join" : "GET"} ${uri.pathname}${uri.search} ${JSON.stringify(params)}`);
        return { by: "" };
      },
      events: { read: { handle: () => void seen.push("read") } },
      render: (_assigns, on) => html`<button phx-click=${on.read}>Read</button>`,
    });
    /** How the guard named in the URL answers now. */
    const verdicts = new Map<string, (c: Context, next: () => Promise<void>) => Promise<Response | void>>();
    const guard = (name: string): MiddlewareHandler => async (c, next) => {
      const verdict = c.req.query("guard") === name ? verdicts.get("now") : undefined;
      return verdict === undefined ? next() : verdict(c, next);
    };
    const guarded = (): Endpoint => {
      const endpoint = make({
        routes(app) {
          app.use(guard("app"));
          app.use("/reports/*", guard("path"));
          app.get("/reports/:id", guard("route"), async (c) => {
            const answer = c.req.query("guard") === "handler" ? await verdicts.get("now")?.(c, async () => {}) : undefined;
            return answer ?? endpoint.renderLive(c, Report, { session: { id: c.req.param("id") } });
          });
          app.post("/reports/:id", (c) => endpoint.renderLive(c, Report, { session: { id: "posted" } }));
          app.get("/bare/:id", async (c) => {
            const page = await endpoint.renderLive(c, Report);
            return page.status === 200 ? c.html((await page.text()).replace("Read", "Read it")) : c.text("made of another", 200);
          });
        },
      });
      return endpoint;
    };
    beforeEach(() => {
      seen.length = 0;
      verdicts.clear();
    });

    it.each(["app", "path", "route", "handler"])("%s", async (name) => {
      const { url } = await serve(guarded(), { port: 0 });
      const browser = new Browser(url);
      const page = await browser.get(`/reports/7?guard=${name}`);
      const join = async (): Promise<unknown> => {
        const socket = await browser.socket();
        const { status, response } = await socket.join(page, { session: tokenIn(page.html) }, "lv:live");
        return status === "ok" ? status : response;
      };
      expect(await join()).toBe("ok");
      const path = `/reports/7?guard=${name} {"id":"7"}`;
      expect(seen.splice(0)).toEqual([`GET ${path}`, `join ${path}`]);

      verdicts.set("now", async (c) => c.text("no", 403));
      expect(await join()).toEqual({ reason: "unauthorized" });
      verdicts.set("now", async (c) => c.redirect("/login"));
      expect(await join()).toEqual({ events: [], redirect: { status: 302, to: "/login" } });
      verdicts.set("now", async () => {
        throw new NotFound();
      });
      expect(await join()).toEqual({ reason: "unauthorized" });
      // What it answers only after it has let the request through counts too.
      verdicts.set("now", async (c, next) => {
        await next();
        return void (c.res = c.text("no", 403));
      });
      if (name !== "handler") expect(await join()).toEqual({ reason: "unauthorized" });
      // Nobody reads its answer, which may hold a file open.
      const cancelled = vi.fn();
      verdicts.set("now", async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}), cancel: cancelled }), { status: 403 }));
      expect(await join()).toEqual({ reason: "unauthorized" });
      expect(cancelled).toHaveBeenCalledOnce();
      expect(seen).toEqual([]);

      verdicts.clear();
      expect(await join()).toBe("ok");
      expect(seen).toEqual([`join ${path}`]);
      browser.close();
    });

    it("but not where its GET is not asked: what another method has rendered, and a page that the handler has changed", async () => {
      const { url } = await serve(guarded(), { port: 0 });
      const browser = new Browser(url);
      const changed = await browser.get("/bare/1");
      expect(changed.html).toContain("Read it");
      const posted = await (await browser.post("/reports/1")).text();
      for (const html of [posted, changed.html]) {
        const socket = await browser.socket();
        expect((await socket.join(changed, { session: tokenIn(html) }, "lv:live")).status).toBe("ok");
      }
      browser.close();
    });
  });
});

it("an endpoint without a secret is refused with the command that makes one", () => {
  expect(() => createEndpoint({ secret: process.env["HOLDFAST_NO_SUCH_SECRET"] as string })).toThrow(/secret_weak[^]*randomBytes/);
});

it("externalOrigins that are no origins are refused at boot, and not at the first redirect", () => {
  for (const origin of ["https://pay.example/cart", "pay.example", "https://*.example", ""]) {
    expect(() => createEndpoint({ secret: "a secret of this test, long enough to be one", externalOrigins: [origin] })).toThrow(/`externalOrigins` is not an origin[^]*origin_invalid/);
  }
});
