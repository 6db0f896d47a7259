import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connected, watch, withoutNetwork, type Watched } from "./support/browser.js";
import { useDraftServer } from "./support/draft-server.js";

const { server, newContext } = useDraftServer();
let context: BrowserContext;
let watched: Watched;
let page: Page;

beforeEach(async () => {
  context = await newContext();
  watched = await watch(context);
  ({ page } = watched);
});
afterEach(() => context.close());

async function open(path: string): Promise<void> {
  await page.goto(server.url + path);
  await connected(page);
}

/** Connects the page with options of the test's own, as an application's own script does. */
async function withOptions(options: string): Promise<void> {
  await page.route("**/start.js", (route) => route.fulfill({
    contentType: "text/javascript",
    body: `import { clientHook, connect } from "./client/index.js";\nconnect(${options});\n`,
  }));
}

/** The parameters of the sockets' URLs. */
const parameters = (): string[][] => watched.sockets.map((socket) => [...new URL(socket.url()).searchParams.keys()]);

describe("connect", () => {
  it("puts nothing on the window", async () => {
    const plain = await context.newPage();
    await plain.route("**/start.js", (route) => route.abort());
    await plain.goto(server.url);
    const before = await plain.evaluate(() => Object.getOwnPropertyNames(window));
    await plain.unroute("**/start.js");
    await plain.goto(server.url);
    await connected(plain);
    const after = await plain.evaluate(() => Object.getOwnPropertyNames(window));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  it("puts the LiveSocket on the window when it is told to", async () => {
    const plain = await context.newPage();
    await plain.route("**/start.js", (route) => route.fulfill({
      contentType: "text/javascript", body: `import { connect } from "./client/index.js"; connect({ expose: true });`,
    }));
    await plain.goto(server.url);
    await connected(plain);
    expect(await plain.evaluate(() => (window as unknown as { liveSocket: { isConnected(): boolean } }).liveSocket.isConnected())).toBe(true);
  });

  it("sends its parameters with each join, asked anew, and keeps the npm client's counters out of the socket's URL", async () => {
    await withOptions("{ params: (view) => ({ zone: 'UTC', at: view?.id ?? 'socket' }), heartbeatIntervalMs: 20_000 }");
    const joins: Record<string, unknown>[] = [];
    page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => {
      const [, , , event, body] = JSON.parse(String(payload)) as [unknown, unknown, unknown, string, { params: Record<string, unknown> }];
      if (event === "phx_join") joins.push(body.params);
    }));
    await open("/");
    await connected(page);
    for (const _ of [1, 2]) {
      const before = joins.length;
      await server.kill();
      await server.start();
      // First the rejoin: until it notices the kill, the page is still connected.
      await expect.poll(() => joins.length, { timeout: 60_000 }).toBeGreaterThan(before);
      await connected(page);
    }
    const id = await page.getAttribute("[data-phx-main]", "id");
    expect(joins.map(({ zone, at, _mounts }) => [zone, at, _mounts])).toEqual(joins.map((_, mounts) => ["UTC", id, mounts]));
    expect(new Set(parameters().map((names) => names.join()))).toEqual(new Set(["zone,at,_csrf_token,vsn"]));
  });

  it("comes back when the server said, and not before", async () => {
    let closedAt = 0;
    const opened: number[] = [];
    await page.routeWebSocket(/\/live\/websocket/, (route) => {
      opened.push(Date.now());
      if (closedAt > 0) return void route.connectToServer();
      const server = route.connectToServer();
      // Behind the join: the page is connected when its socket is closed.
      server.onMessage((message) => {
        route.send(message);
        if (closedAt > 0) return;
        closedAt = Date.now();
        void route.close({ code: 1012, reason: "restart;1500" });
      });
    });
    await page.goto(server.url);
    await expect.poll(() => opened.length, { timeout: 60_000, interval: 20 }).toBe(2);
    await connected(page);
    expect(opened[1]! - closedAt).toBeGreaterThanOrEqual(1500);
    expect(watched.loads()).toBe(1);
  });

  it("says when the connection is lost, and when it is back", async () => {
    await open("/");
    const state = page.locator(".holdfast-connection[role=status]");
    expect(await state.textContent()).toBe("");
    await server.kill();
    await page.waitForFunction(() => document.querySelector(".holdfast-connection")!.textContent === "Reconnecting …");
    expect(await state.isVisible()).toBe(true);
    await server.start();
    await connected(page);
    await page.waitForFunction(() => document.querySelector(".holdfast-connection")!.textContent === "");
    expect(await state.isVisible()).toBe(false);
    // No style is blocked: not by this policy, and not by one that is stricter.
    expect(withoutNetwork(watched.complaints)).toEqual([]);
  });

  it("shows a lost connection in the application's own way, or not at all", async () => {
    await withOptions("{ connectionState: (state) => document.documentElement.dataset.connection = state }");
    await open("/");
    await server.kill();
    await page.waitForSelector("html[data-connection=reconnecting]");
    await server.start();
    await page.waitForSelector("html[data-connection=connected]");
    expect(await page.locator(".holdfast-connection").count()).toBe(0);
  });

  it("makes view transitions of navigations only, and only if told to", async () => {
    await withOptions("{ viewTransitions: ({ kind }) => kind === 'redirect' }");
    await page.addInitScript(() => {
      const start = document.startViewTransition.bind(document);
      document.startViewTransition = (update) => {
        document.documentElement.dataset["transitions"] = String(Number(document.documentElement.dataset["transitions"] ?? 0) + 1);
        return start(update);
      };
    });
    await open("/strict");
    await page.click("#tick");
    await page.waitForFunction(() => document.querySelector("#tick")!.textContent === "1");
    expect(await page.getAttribute("html", "data-transitions")).toBe(null);
    await page.evaluate(() => (window as unknown as { liveSocket: { js(): { navigate(to: string): void } } }).liveSocket.js().navigate("/long"));
    await page.waitForFunction(() => document.querySelector("h1")!.textContent === "Long");
    expect(await page.getAttribute("html", "data-transitions")).toBe("1");
    await page.fill("#body", "after it");
    await page.waitForFunction(() => document.querySelector("#length")!.textContent === "8");
    expect(watched.complaints).toEqual([]);
  });
});

describe("a form that is larger than a frame", () => {
  const notice = "form#long + holdfast-notice";
  /** 73 kB as they are, and nine thousand characters that are three bytes each, nine in a form's encoding. */
  const TEXTS: [string, string][] = [["a long paste", "x".repeat(73_000)], ["Japanese", "日".repeat(9_000)]];

  it.each(TEXTS)("is not sent, and the form says so; the text stays, and is sent once it is shorter (%s)", async (_, text) => {
    await open("/long");
    // The next patch puts it back without its role, because it has been announced.
    await page.evaluate(() => new MutationObserver(() => {
      const role = document.querySelector("holdfast-notice")?.getAttribute("role");
      if (typeof role === "string") document.documentElement.dataset["announced"] = role;
    }).observe(document.body, { childList: true, subtree: true }));
    await page.fill("#body", text);
    await page.waitForSelector(notice);
    expect(await page.textContent(notice)).toMatch(/^This is too long to be sent \(\d+ of at most 64 KB\)\. Nothing is lost/);
    await page.waitForSelector("html[data-announced=alert]");
    await page.click("#save");
    await page.waitForSelector("#save:enabled");
    expect(await page.inputValue("#body")).toBe(text);
    expect(await page.isEditable("#body")).toBe(true);

    await page.fill("#body", "shorter");
    await page.waitForSelector(notice, { state: "detached" });
    const saved = server.hear((said) => said.saved !== undefined);
    await page.click("#save");
    expect((await saved).saved).toEqual({ length: 7 });
    expect([watched.sockets.length, watched.loads(), watched.complaints]).toEqual([1, 1, []]);
  });

  it("is not sent by a recovery either: the view mounts, the text is back, and the socket stays open", async () => {
    const text = "y".repeat(73_000);
    await open("/long");
    await page.fill("#body", text);
    await page.waitForSelector(notice);
    await server.kill();
    await page.waitForSelector("[data-phx-main]:not(.phx-connected)");
    await server.start();
    await connected(page);
    expect(await page.inputValue("#body")).toBe(text);
    await page.waitForSelector(notice);
    await page.reload();
    await connected(page);
    expect(await page.inputValue("#body")).toBe(text);
    await page.waitForSelector(notice);
    await page.fill("#body", "shorter");
    await page.waitForFunction(() => document.querySelector("#length")!.textContent === "7");
    expect(withoutNetwork(watched.complaints)).toEqual([]);
  });

  it("closes the socket at most once when the page names no limit: the text stays, and is not sent again", async () => {
    await withOptions("{ frameBytes: Infinity }");
    const text = "z".repeat(73_000);
    await open("/long");
    await page.fill("#body", text);
    await page.waitForSelector(notice);
    await connected(page);
    expect(await page.inputValue("#body")).toBe(text);
    await page.click("#save");
    await page.fill("#body", "shorter");
    await page.waitForFunction(() => document.querySelector("#length")!.textContent === "7");
    expect([watched.sockets.length, watched.loads()]).toEqual([2, 1]);
  });

  it("is announced by the application itself, if it wants to", async () => {
    await open("/long");
    await page.evaluate(() => addEventListener("holdfast:too-large", (event) => {
      event.preventDefault();
      const { bytes, limit } = (event as CustomEvent<{ bytes: number; limit: number }>).detail;
      document.documentElement.dataset["tooLarge"] = `${(event.target as Element).id} ${bytes > limit} ${limit}`;
    }));
    await page.fill("#body", "x".repeat(73_000));
    await page.waitForSelector("html[data-too-large='long true 65536']");
    expect(await page.locator(notice).count()).toBe(0);
  });
});
