import { createEndpoint, html, link, liveRender, liveSession, liveView } from "holdfast";
import { afterEach, expect, it } from "vitest";
import { loseConnection, watch, type Watched } from "./support/browser.js";
import { newSecret } from "./support/app.js";
import { useServed } from "./support/served.js";

const Counter = liveView.define({
  name: "counter",
  authorize: "public",
  mount: (_socket, { params }) => ({ count: Number((params as { from: string }).from) }),
  events: { more: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`<button id="more" phx-click=${on.more}>${count}</button>`,
});
/** A page whose counter stays when its visitor navigates. */
const paged = (at: string, to: string) => liveView.define({
  name: `page ${at}`, authorize: "public",
  render: () => html`<p id="at">${at}</p>${link({ navigate: to, id: "go", inner: "Go" })}${liveRender(Counter, { id: "kept", session: { from: 3 }, sticky: true })}`,
});
/** Paths that are closed. */
const closed = new Set<string>();
const endpoint = createEndpoint({
  secret: newSecret(),
  routes: (app) => {
    app.use(async (c, next) => (closed.has(c.req.path) ? c.redirect("/closed") : next()));
    app.get("/closed", (c) => c.html("<p id=closed>Closed</p>"));
    app.get("/from/:from", (c) => endpoint.renderLive(c, Counter, { session: { from: c.req.param("from") } }));
  },
  live: [liveSession("default", {}, (live) => {
    live("/one", paged("one", "/two"));
    live("/two", paged("two", "/one"));
  })],
});
const served = useServed(endpoint);
let watched: Watched | undefined;
afterEach(() => {
  closed.clear();
  return watched?.page.context().close();
});

it("the client joins a live view that a plain route has rendered, and comes back to it after its socket was cut", async () => {
  watched = await watch(await served.browser.newContext());
  const { page, complaints } = watched;
  await page.goto(`${served.url}/from/7`);
  await page.waitForSelector("#live.phx-connected");
  await page.click("#more");
  await page.waitForFunction(() => document.querySelector("#more")?.textContent === "8");
  await loseConnection(page);
  await page.waitForFunction(() => document.querySelector("#more")?.textContent === "7");
  await page.click("#more");
  await page.waitForFunction(() => document.querySelector("#more")?.textContent === "8");
  expect([complaints, watched.loads()]).toEqual([[], 1]);
});

it("when the route's middleware no longer admits its user, a page that comes back follows its redirect", async () => {
  watched = await watch(await served.browser.newContext());
  const { page } = watched;
  await page.goto(`${served.url}/from/7`);
  await page.waitForSelector("#live.phx-connected");
  closed.add("/from/7");
  await loseConnection(page);
  await page.waitForSelector("#closed");
});

it("a sticky view comes back with the page that shows it now, though the page that showed it first is closed", async () => {
  watched = await watch(await served.browser.newContext());
  const { page, complaints } = watched;
  await page.goto(`${served.url}/one`);
  await page.waitForSelector("#kept.phx-connected");
  await page.click("#more");
  await page.click("#go");
  await page.waitForFunction(() => document.querySelector("#at")?.textContent === "two");
  expect(await page.textContent("#more")).toBe("4");
  closed.add("/one");
  await loseConnection(page);
  await page.waitForFunction(() => document.querySelector("#more")?.textContent === "3");
  expect([complaints, watched.loads()]).toEqual([[], 1]);

  closed.add("/two");
  await loseConnection(page);
  await page.waitForSelector("#closed");
});
