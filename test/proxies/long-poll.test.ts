// A browser behind a real proxy that lets no websocket through: the page works by long poll.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createEndpoint, html, liveSession, liveView, logIn, topic, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import { createProxyServer } from "http-proxy-3";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { connected, watch, type Watched } from "../browser/support/browser.js";
import { launch } from "../browser/support/chromium.js";
import { freePort } from "../support/free-port.js";
import { startNginx, type Proxy } from "../support/proxies.js";
import { Gate } from "../support/wait.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const said = topic<string>("said");
/** How often a page was joined. */
let joins = 0;
const Counter = liveView.define({
  name: "counter", authorize: "public",
  topics: () => ({ said }),
  mount(socket) {
    if (socket.connected) joins++;
    return { count: 0, heard: "" };
  },
  messages: { said: (socket, heard) => socket.assign({ heard }) },
  events: { more: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count, heard }, on) => html`<button id="more" phx-click=${on.more}>${count}</button><p id="heard">${heard}</p>`,
});

describe("behind an nginx that refuses websockets", () => {
  let endpoint: Endpoint;
  let proxy: Proxy;
  let page: Page;
  let watched: Watched;
  /** The answers to polls, in order. */
  const answers: Promise<string>[] = [];

  beforeAll(async () => {
    const port = await freePort();
    endpoint = createEndpoint({
      secret: "a secret of this test, long enough to be one", log() {}, url: `https://localhost:${port}`, trustProxy: "loopback",
      // A client that ends its poll is gone at once. Were that lost on the way, it would be there for longer than the test waits.
      longPoll: { pollMs: 15_000, gapMs: 120_000 },
      live: [liveSession("default", {}, (live) => live("/", Counter))],
      routes(app) {
        app.get("/favicon.ico", (c) => c.body(null, 204));
        app.get("/log-in", async (c) => {
          await logIn(c, { liveSocketId: "user:ann" });
          return c.redirect("/");
        });
      },
    });
    const { port: target } = await serve(endpoint, { port: 0 });
    proxy = await startNginx(port, target, { websockets: false });

    watched = await watch(await browser.newContext({ ignoreHTTPSErrors: true }));
    ({ page } = watched);
    page.on("response", (response) => {
      const { pathname, searchParams } = new URL(response.url());
      const polled = response.request().method() === "GET" && pathname === "/live/longpoll" && searchParams.get("token");
      // The last one's page is gone.
      if (polled) answers.push(response.text().catch(() => ""));
    });
    await page.route("**/start.js", (route) => route.fulfill({
      contentType: "text/javascript",
      body: `import { connect } from "./client/index.js"; connect({ longPoll: { afterMs: 100 }, reconnectAfterMs: () => 50 });`,
    }));
    await page.goto(`${proxy.url}/log-in`);
    await connected(page);
  });
  afterAll(async () => {
    await page?.context().close();
    await proxy?.stop();
    await endpoint?.close();
  });

  const shows = (selector: string, expected: string): Promise<unknown> =>
    page.waitForFunction(([at, wanted]) => document.querySelector(at!)?.textContent === wanted, [selector, expected]);

  it("no websocket has opened, and a click is answered", async () => {
    await page.click("#more");
    await shows("#more", "1");
    expect(watched.sockets.length).toBeGreaterThanOrEqual(3);
    expect(watched.frames).toEqual([]);
    expect(watched.complaints.filter((text) => !/WebSocket connection to .* failed/.test(text))).toEqual([]);
    expect(watched.loads()).toBe(1);
  });

  it("what the server sends arrives with a poll that waits, and not with the one after it", async () => {
    await page.click("#more");
    await shows("#more", "2");
    const { length } = answers;
    endpoint.broadcast(said, "good morning");
    await shows("#heard", "good morning");
    const empty = (await Promise.all(answers.slice(length))).filter((answer) => answer.includes('"status":204'));
    expect(empty).toEqual([]);
  });

  it("a page that the server disconnects hears of it, and joins again", async () => {
    const before = joins;
    expect((await endpoint.disconnect("user:ann")).sockets).toBe(1);
    await expect.poll(() => joins, { timeout: 60_000 }).toBe(before + 1);
    await connected(page);
    await page.click("#more");
    await shows("#more", "1");
    expect(endpoint.connections).toBe(1);
  });

  it("a tab that is closed is gone", async () => {
    await page.close();
    await expect.poll(() => endpoint.connections, { timeout: 60_000 }).toBe(0);
  });
});

it("a proxy that neither passes an upgrade on nor answers it: the page stops waiting for its websocket", async () => {
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, trustProxy: "loopback", longPoll: true,
    live: [liveSession("default", {}, (live) => live("/", Counter))],
    routes: (app) => app.get("/favicon.ico", (c) => c.body(null, 204)),
  });
  const { port: target } = await serve(endpoint, { port: 0 });
  onTestFinished(() => endpoint.close());
  const forward = createProxyServer({ target: `http://127.0.0.1:${target}` });
  const swallowed: { destroy(): void }[] = [];
  const upgrade = new Gate();
  const server = createServer((request, response) => {
    // The page asks whether long poll answers before it gives its websocket up: not before that has been on its way here.
    const ready = request.url!.startsWith("/live/longpoll") ? upgrade.wait() : Promise.resolve();
    void ready.then(() => forward.web(request, response));
  }).on("upgrade", (_, socket) => {
    swallowed.push(socket);
    upgrade.open();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of swallowed) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const { page, complaints, frames } = await watch(context);
  await page.route("**/start.js", (route) => route.fulfill({
    contentType: "text/javascript", body: `import { connect } from "./client/index.js"; connect({ longPoll: { silentMs: 200 } });`,
  }));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await connected(page);
  await page.click("#more");
  await page.waitForSelector("#more:text('1')");
  expect([swallowed.length, frames]).toEqual([1, []]);
  expect(complaints.filter((text) => !/WebSocket is closed before the connection is established/.test(text))).toEqual([]);
});
