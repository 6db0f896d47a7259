import { readFile } from "node:fs/promises";
import { createEndpoint, html, liveSession, liveView, logIn, type Endpoint } from "holdfast";
import { openBrowser, type Browser } from "holdfast/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { codeBlocks } from "../scripts/docs-code.mjs";
import { EditPost, Feed, inAndOut, published } from "./docs/programs/readme.js";

test("the README's first program is examples/counter/main.ts, and it runs", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  expect(codeBlocks(readme)[0]!.file).toBe("examples/counter/main.ts");
  // what sells it, before anybody scrolls
  expect(readme.slice(0, readme.indexOf("npx tsx")).split("\n").length).toBeLessThanOrEqual(30);

  vi.stubEnv("PORT", "0");
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await import("../examples/counter/main.js");
  const url = log.mock.calls[0]![0] as string;
  log.mockRestore();
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<button phx-click="increment">Clicked 0 times, by everybody</button>');
});

const Counter = liveView.define({
  name: "Counter", authorize: "public", mount: () => ({ count: 0 }),
  events: { increment: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`<button phx-click=${on.increment}>Clicked ${count} times, by everybody</button>`,
});
let app: { endpoint: Endpoint };
beforeEach(() => {
  app = { endpoint: createEndpoint({
    secret: "a secret of the README, long enough to be one", log: () => {},
    live: [liveSession("default", {}, (live) => {
      live("/", Counter);
      live("/posts/:postId/edit", EditPost);
      live("/feed", Feed);
    })],
    routes(hono) {
      hono.get("/in/:id", async (c) => {
        await logIn(c, { userId: Number(c.req.param("id")) });
        return c.text("in");
      });
      hono.get("/in-and-out", async (c) => {
        await inAndOut(c, app.endpoint, { id: 2, role: "editor", confirmedAt: new Date() });
        return c.text("out");
      });
    },
  }) };
});
afterEach(() => app.endpoint.close());

async function loggedIn(id: number): Promise<Browser> {
  const browser = openBrowser(app.endpoint);
  await browser.get(`/in/${id}`);
  return browser;
}

test("the README's test passes, and what an attacker sends is refused", async () => {
  // #region testing
  const page = await openBrowser(app.endpoint).visit("/"); // the GET, then the socket
  await page.click("button");
  page.expectText("button", "Clicked 1 times, by everybody");

  // What an attacker sends:
  await page.expectRefused(() => page.pushRaw("event", { type: "click", event: "deletePost", value: {} }), { reason: "unknown_event" });
  // #endregion
});

test("the README's guard, view and policy", async () => {
  (await openBrowser(app.endpoint).get("/posts/1/edit")).expectRedirect("/login");
  expect((await (await loggedIn(1)).get("/posts/1/edit")).status).toBe(403);
  const page = await (await loggedIn(2)).visit("/posts/1/edit");
  await page.submit("#post", { title: "Mine" });
  expect(page.attr("#post input", "value")).toBe("Mine");
});

test("the README's parts of a page: a component in a stream, a task, a sticky view", async () => {
  const page = await (await loggedIn(1)).visit("/feed");
  await page.renderAsync();
  page.expectText("p", "21°");
  app.endpoint.broadcast(published, { id: 1, title: "Hello" });
  await page.settle();
  await page.click("#posts button");
  page.expectText("#posts button", "♥ Hello");
  expect(page.has("audio")).toBe(true);
});

test("the README's way in and out: the cookie of the log-in is worthless afterwards", async () => {
  const browser = openBrowser(app.endpoint);
  expect((await browser.get("/in-and-out")).body).toBe("out");
  (await browser.get("/posts/1/edit")).expectRedirect("/login");
});
