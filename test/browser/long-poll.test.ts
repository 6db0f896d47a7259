// The npm client's own LongPoll in a browser, and when `holdfast/client` uses it.
import { stat } from "node:fs/promises";
import { createEndpoint, fileInput, html, liveSession, liveView, logIn, onMount, redirect, topic, upload, userSocket } from "holdfast";
import { message } from "holdfast/hooks";
import type { BrowserContext, Page } from "playwright-core";
import { z } from "zod";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const said = topic<string>("said");
const secret = "a secret of this test, long enough to be one";

/** How often the page was joined. */
let mounts = 0;
const Counter = liveView.define({
  name: "Counter",
  authorize: "public",
  topics: () => ({ said }),
  mount(socket) {
    if (socket.connected) mounts++;
    return { count: 0, heard: "", name: "", files: upload({ accept: [".txt"], maxEntries: 2, maxFileSize: 1_000_000 }), kept: "" };
  },
  messages: { said: (socket, heard) => socket.assign({ heard }) },
  events: {
    inc: { handle: (socket) => socket.update("count", (count) => count + 1) },
    change: { params: z.object({ name: z.string().default("") }), handle: (socket, { name }) => socket.assign({ name }) },
    save: {
      async handle(socket) {
        const kept = await socket.consumeUploads("files", async ({ path, entry }) => `${entry.name} ${(await stat(path)).size}`);
        socket.assign({ kept: kept.join() });
      },
    },
  },
  render: ({ count, heard, name, files, kept }, on) => html`
    <output id="count">${count}</output> <button id="inc" phx-click=${on.inc}>Add one</button>
    <p id="heard">${heard}</p> <p id="name">${name}</p> <p id="kept">${kept}</p>
    <form id="form" phx-change=${on.change} phx-submit=${on.save}>
      <input name="name" id="field" value=${name} autocomplete="off"> ${fileInput(files)} <button id="save">Save</button>
    </form>
    <a id="other" href="/other" data-phx-link="redirect" data-phx-link-state="push">Other</a>`,
});
const Other = liveView.define({ name: "Other", authorize: "public", mount: () => ({}), render: () => html`<h1>Other</h1>` });

const signedIn = onMount((_socket, { session }) => ((session as { name?: string }).name === undefined ? redirect("/other") : {}));
const Account = liveView.use(signedIn).define({ name: "Account", authorize: () => true, mount: () => ({}), render: () => html`<h1>Account</h1>` });

const room = userSocket({
  connect: ({ params }) => ({ name: params["name"] ?? "nobody" }),
  id: ({ name }) => `user:${name}`,
  channels: (channel) => ({
    room: channel({
      pushes: { said: message<{ text: string; by: string }>() },
      join: () => ({}),
      handleIn: {
        say: { params: z.object({ text: z.string() }), handle: (socket, { text }) => socket.broadcast("said", { text, by: socket.assigns.name }) },
        count: { params: z.instanceof(Uint8Array), handle: (_socket, bytes) => ({ sum: bytes.reduce((sum, byte) => sum + byte, 0), length: bytes.length }) },
      },
    }),
  }),
});

const endpoint = createEndpoint({
  secret, log() {}, longPoll: { pollMs: 2_000 }, sockets: { "/room": room },
  live: [liveSession("public", {}, (live) => {
    live("/", Counter);
    live("/other", Other);
    live("/account", Account);
  })],
  // Browsers ask for it unbidden, and a 404 would be on the console.
  routes(app) {
    app.get("/favicon.ico", (c) => c.body(null, 204));
    app.get("/log-in", async (c) => {
      await logIn(c, { name: "ann", liveSocketId: "user:ann" } as { liveSocketId: string });
      return c.redirect("/account");
    });
  },
});
const served = useServed(endpoint);
let context: BrowserContext;
let watched: Watched;
let page: Page;
/** Methods of the requests of long poll. */
let polls: string[];

beforeEach(async () => {
  context = await served.browser.newContext();
  watched = await watch(context);
  ({ page } = watched);
  polls = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.endsWith("/longpoll")) polls.push(request.method());
  });
});
afterEach(() => context.close());

/** Starts the page's client with options of the test's own, as an application's script does. */
async function connectWith(options: string): Promise<void> {
  await page.route("**/start.js", (route) => route.fulfill({
    contentType: "text/javascript",
    body: `import { LongPoll } from "./phoenix.js"; import { connect } from "./client/index.js"; connect(${options});`,
  }));
}

const shows = async (selector: string, expected: string): Promise<void> => {
  await page.waitForFunction(([at, wanted]) => document.querySelector(at!)?.textContent === wanted, [selector, expected]);
};

describe("a page whose transport is the npm client's LongPoll", () => {
  beforeEach(async () => {
    await connectWith("{ transport: LongPoll }");
    await page.goto(served.url);
    await connected(page);
  });
  afterEach(() => expect([watched.complaints, watched.sockets]).toEqual([[], []]));

  it("is live: clicks, forms, broadcasts, navigation", async () => {
    for (const count of ["1", "2", "3"]) {
      await page.click("#inc");
      await shows("#count", count);
    }
    await page.fill("#field", "Ann");
    await shows("#name", "Ann");
    endpoint.broadcast(said, "good morning");
    await shows("#heard", "good morning");
    await page.click("#other");
    await shows("h1", "Other");
    expect(watched.loads()).toBe(1);
    expect(new Set(polls)).toEqual(new Set(["GET", "POST"]));
  });

  it("stays connected while nothing happens", async () => {
    const before = polls.length;
    await expect.poll(() => polls.length, { timeout: 60_000 }).toBeGreaterThan(before + 2);
    await page.click("#inc");
    await shows("#count", "1");
    expect(endpoint.connections).toBe(1);
  });

  it("uploads files, whose bytes travel as base64", async () => {
    await page.setInputFiles("#form input[type=file]", [
      { name: "a.txt", mimeType: "text/plain", buffer: Buffer.alloc(200_000, "a") }, { name: "b.txt", mimeType: "text/plain", buffer: Buffer.alloc(3, "b") },
    ]);
    // Until the server has answered it, the client submits without the files.
    await page.waitForSelector("#form input[type=file]:not([data-phx-active-refs=''])");
    await page.click("#save");
    await shows("#kept", "a.txt 200000,b.txt 3");
  });

  it("comes back by itself when its socket was closed, with what was typed", async () => {
    await page.fill("#field", "typed");
    await shows("#name", "typed");
    const before = mounts;
    const status = await page.evaluate(async () => {
      const { liveSocket } = window as unknown as { liveSocket: { getSocket(): { conn: { endpointURL(): string } } } };
      const response = await fetch(liveSocket.getSocket().conn.endpointURL(), { method: "POST", body: "what no client sends" });
      return ((await response.json()) as { status: number }).status;
    });
    expect(status).toBe(500);
    await expect.poll(() => mounts, { timeout: 60_000 }).toBe(before + 1);
    await connected(page);
    expect(await page.inputValue("#field")).toBe("typed");
    await shows("#name", "typed");
    expect(watched.loads()).toBe(1);
  });

  it.each(["disconnect", "endSessions"] as const)("leads to a page that its user may see after endpoint.%s", async (way) => {
    await page.goto(`${served.url}/log-in`);
    await connected(page);
    // Those of the pages before have ended.
    await expect.poll(() => endpoint.connections, { timeout: 60_000 }).toBe(1);
    const before = polls.length;
    const { sockets } = await endpoint[way]("user:ann");
    expect(sockets).toBe(1);
    if (way === "endSessions") await shows("h1", "Other");
    else await expect.poll(() => polls.length, { timeout: 60_000 }).toBeGreaterThan(before + 3);
    await connected(page);
    await shows("h1", way === "endSessions" ? "Other" : "Account");
  });

  it("leaves nothing behind when its tab is closed", async () => {
    await page.close();
    await expect.poll(() => endpoint.connections, { timeout: 60_000 }).toBe(0);
  });
});

it("channels over LongPoll: a join, messages, broadcasts, and bytes to the server", async () => {
  await page.route("**/start.js", (route) => route.fulfill({
    contentType: "text/javascript", body: `import * as phoenix from "./phoenix.js"; window.phoenix = phoenix;`,
  }));
  await page.goto(served.url);
  await page.waitForFunction(() => "phoenix" in window);
  const result = await page.evaluate(async () => {
    const { Socket, LongPoll } = (window as unknown as { phoenix: typeof import("phoenix") }).phoenix;
    const socket = new Socket("/room", { transport: LongPoll, params: { name: "ann" } });
    socket.connect();
    const channel = socket.channel("room", {});
    const answer = (push: { receive(status: string, callback: (response: unknown) => void): typeof push }): Promise<unknown> =>
      new Promise((resolve) => push.receive("ok", (response) => resolve({ ok: response })).receive("error", (response) => resolve({ error: response })));
    const heard = new Promise((resolve) => channel.on("said", resolve));
    const joined = await answer(channel.join());
    channel.push("say", { text: "hello" });
    const bytes = await answer(channel.push("count", Uint8Array.from([1, 2, 255]).buffer));
    const result = { joined, heard: await heard, bytes };
    socket.disconnect();
    return result;
  });
  expect(result).toEqual({ joined: { ok: {} }, heard: { text: "hello", by: "ann" }, bytes: { ok: { sum: 258, length: 3 } } });
});

describe("connect({ longPoll })", () => {
  it("uses long poll where no websocket has ever worked, and the next page tries websockets again", async () => {
    await connectWith("{ longPoll: { afterMs: 100 }, reconnectAfterMs: () => 50, connectionState: false }");
    let blocked = true;
    await page.routeWebSocket(/\/live\/websocket/, (socket) => void (blocked ? socket.close({ code: 1011 }) : socket.connectToServer()));
    await page.goto(served.url);
    await connected(page);
    await page.click("#inc");
    await shows("#count", "1");
    expect(polls).toContain("POST");
    blocked = false;
    await page.reload();
    await connected(page);
    polls.length = 0;
    await page.click("#inc");
    await shows("#count", "1");
    expect(polls).toEqual([]);
  });

  it("does not send a form that is too long over long poll either, and its text stays", async () => {
    await connectWith("{ longPoll: { afterMs: 100 }, reconnectAfterMs: () => 50, frameBytes: 2000 }");
    await page.routeWebSocket(/\/live\/websocket/, (socket) => void socket.close({ code: 1011 }));
    await page.goto(served.url);
    await connected(page);
    await page.fill("#field", "x".repeat(3000));
    await page.waitForSelector("holdfast-notice[data-kind=too-large]");
    expect(await page.inputValue("#field")).toHaveLength(3000);
    await page.fill("#field", "short");
    await shows("#name", "short");
  });

  it("comes back over long poll when the server said, and not before", async () => {
    await connectWith("{ longPoll: { afterMs: 100 }, reconnectAfterMs: () => 50 }");
    await page.routeWebSocket(/\/live\/websocket/, (socket) => void socket.close({ code: 1011 }));
    await page.goto(served.url);
    await connected(page);
    let closedAt = 0;
    const opened = new Promise<number>((resolve) => {
      void page.route("**/live/longpoll*", async (route) => {
        const polls = new URL(route.request().url()).searchParams.has("token");
        if (closedAt > 0 && !polls) resolve(Date.now());
        if (closedAt > 0 || route.request().method() !== "GET") return route.continue();
        closedAt = Date.now();
        await route.fulfill({ json: { status: 410, token: null, code: 1012, reason: "restart;1500" } });
      });
    });
    await page.click("#inc");
    expect(await opened - closedAt).toBeGreaterThanOrEqual(1500);
    await connected(page);
    expect(watched.loads()).toBe(1);
  });

  it("never leaves websockets when one has worked, however often they are refused then", async () => {
    await connectWith("{ longPoll: { afterMs: 100 }, reconnectAfterMs: () => 50, connectionState: false }");
    let refused = 0;
    let refusing = false;
    const close: (() => void)[] = [];
    await page.routeWebSocket(/\/live\/websocket/, (socket) => {
      if (refusing) {
        refused++;
        return void socket.close({ code: 1011 });
      }
      socket.connectToServer();
      close.push(() => void socket.close({ code: 1011 }));
    });
    await page.goto(served.url);
    await connected(page);
    refusing = true;
    close.forEach((each) => each());
    await expect.poll(() => refused, { timeout: 60_000 }).toBeGreaterThan(5);
    refusing = false;
    await connected(page);
    expect(polls).toEqual([]);
  });
});
