// A browser, a real proxy with TLS, and an endpoint that knows of it. The proxies' configurations are those of docs/serving.md.
import { request } from "node:https";
import { createEndpoint, html, liveSession, liveView, logIn, putFlash, sessionOf, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { watch } from "../browser/support/browser.js";
import { launch } from "../browser/support/chromium.js";
import { freePort } from "../support/free-port.js";
import { startNginx, startNodeProxy, type Proxy } from "../support/proxies.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const Counter = liveView.define({
  name: "counter", authorize: "public",
  mount: (socket) => ({ count: 0, peer: socket.connectInfo.peer }),
  events: { more: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count, peer }, on) => html`<button id="more" phx-click=${on.more}>${count}</button><p id="peer">${peer}</p><p>${"text ".repeat(500)}</p>`,
});

interface Answer { status: number; headers: Record<string, string | string[] | undefined>; body: string }

describe.each([["nginx", startNginx], ["a proxy in Node", startNodeProxy]] as const)("behind %s", (_name, startProxy) => {
  let endpoint: Endpoint;
  let proxy: Proxy;
  /** Lets the second half of /slow go. */
  let release = (): void => {};

  beforeAll(async () => {
    const port = await freePort();
    endpoint = createEndpoint({
      secret: "a secret of this test, long enough to be one", log() {}, url: `https://localhost:${port}`, trustProxy: "loopback",
      live: [liveSession("default", {}, (live) => live("/", Counter))],
      routes(app) {
        app.get("/login", async (c) => {
          await logIn(c, { liveSocketId: "users_socket:1" });
          return c.text("in");
        });
        app.get("/heavy", (c) => {
          sessionOf(c).put({ words: "x".repeat(2_800) } as object);
          putFlash(c, "info", "x".repeat(2_800));
          return c.text("heavy");
        });
        app.get("/slow", () => new Response(new ReadableStream({
          start(controller) {
            controller.enqueue("first\n");
            release = () => {
              controller.enqueue("second\n");
              controller.close();
            };
          },
        }).pipeThrough(new TextEncoderStream())));
      },
    });
    const { port: target } = await serve(endpoint, { port: 0 });
    proxy = await startProxy(port, target);
  });
  afterAll(async () => {
    await proxy?.stop();
    await endpoint.close();
  });

  function get(path: string, headers: Record<string, string> = {}, onData?: (text: string) => void): Promise<Answer> {
    return new Promise((resolve, reject) => {
      request(proxy.url + path, { rejectUnauthorized: false, headers }, (response) => {
        let body = "";
        response.setEncoding("latin1").on("data", (text: string) => {
          body += text;
          onData?.(text);
        }).on("error", reject).on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      }).on("error", reject).end();
    });
  }

  it("a browser gets the page, joins, and its clicks arrive", async () => {
    const { page, complaints } = await watch(await browser.newContext({ ignoreHTTPSErrors: true }));
    await page.goto(proxy.url);
    await page.waitForSelector(".phx-connected");
    await page.click("#more");
    await page.waitForFunction(() => document.querySelector("#more")?.textContent === "1");
    expect(await page.textContent("#peer")).toBe("127.0.0.1");
    const protocol = await page.evaluate(() => (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming).nextHopProtocol);
    expect(protocol).toBe("h2");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("cookies are for https alone, and pages are compressed by the application alone", async () => {
    const { headers } = await get("/login");
    expect(headers["set-cookie"]![0]).toMatch(/^__Host-.*; Secure/);
    const cookie = headers["set-cookie"]![0]!.split(";")[0]!;
    expect((await get("/", { "accept-encoding": "br, gzip" })).headers["content-encoding"]).toBe("br");
    expect((await get("/", { "accept-encoding": "br, gzip", cookie, "sec-fetch-site": "cross-site" })).headers["content-encoding"]).toBeUndefined();
  });

  it("a head with a session and a flash as large as cookies may be passes", async () => {
    const { status, headers } = await get("/heavy");
    expect([status, [headers["set-cookie"] ?? []].flat().map((cookie) => cookie.length > 3_700 && cookie.length <= 4_096)]).toEqual([200, [true, true]]);
  });

  it("a client's claim about its own address is not trusted", async () => {
    const { body } = await get("/", { "x-forwarded-for": "6.6.6.6" });
    expect(/id="peer">([^<]*)</.exec(body)![1]).toBe("127.0.0.1");
  });

  it("a socket of another origin is refused", async () => {
    const socket = new WebSocket(`${proxy.url.replace("https", "wss")}/live/websocket?vsn=2.0.0`, { rejectUnauthorized: false, origin: "https://evil.example" });
    const status = await new Promise((resolve) => {
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode));
      socket.on("open", () => resolve("open"));
      socket.on("error", () => {});
    });
    expect(status).toBe(403);
  });

  it("an answer is forwarded as it is written, which long poll needs", async () => {
    const { body } = await get("/slow", {}, (text) => {
      if (text.includes("first")) release();
    });
    expect(body).toBe("first\nsecond\n");
  });
});
