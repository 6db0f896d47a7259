// A page whose GET admits whom its join refuses: the client loads it again, and so on.
import { createEndpoint, html, liveRender, liveSession, liveView, NotFound, type Endpoint } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { createMiddleware } from "hono/factory";
import { expect, test } from "vitest";
import { newSecret } from "./support/app.js";
import { connected, watch } from "./support/browser.js";
import { useServed } from "./support/served.js";

let revoked = false;
const refusing = (error: () => Error) => ({
  authorize: "public" as const,
  mount(socket: { connected: boolean }) {
    if (socket.connected) throw error();
    return {};
  },
});
const Missing = liveView.define({ name: "Missing", ...refusing(() => new NotFound("a replica lags")), render: () => html`<p>there</p>` });
const Crashing = liveView.define({ name: "Crashing", ...refusing(() => new Error("on purpose")), render: () => html`<p>there</p>` });
const AroundMissing = liveView.define({ name: "AroundMissing", authorize: "public", render: () => html`<div>${liveRender(Missing, { id: "inner" })}</div>` });
const AroundSticky = liveView.define({
  name: "AroundSticky", authorize: "public", render: () => html`<div>${liveRender(Missing, { id: "inner", sticky: true })}</div>`,
});
const AroundCrashing = liveView.define({ name: "AroundCrashing", authorize: "public", render: () => html`<div>${liveRender(Crashing, { id: "inner" })}</div>` });
const Plain = liveView.define({ name: "Plain", authorize: "public", render: () => html`<p>there</p>` });
const Revocable = liveView.define({ name: "Revocable", authorize: () => !revoked, render: () => html`<p>there</p>` });

/** Admits what a browser loads, and no join: it looks at a header that only navigations have. */
const navigationsOnly = createMiddleware(async (c, next) => {
  if (c.req.header("sec-fetch-mode") !== "navigate") return c.text("no", 403);
  return next();
});

const endpoint: Endpoint = createEndpoint({
  secret: newSecret(), log: () => {}, limits: { crashWindowMs: 3_600_000 },
  live: [
    liveSession("default", {}, (live) => {
      live("/missing", Missing);
      live("/around-missing", AroundMissing);
      live("/around-sticky", AroundSticky);
      live("/around-crashing", AroundCrashing);
      live("/revocable", Revocable);
    }),
    liveSession("guarded", { middleware: navigationsOnly }, (live) => live("/guarded", Plain)),
  ],
});
const served = useServed(endpoint);

test.each(["/missing", "/around-missing", "/guarded"])("is an error page after a few reloads: %s", async (path) => {
  const { page, loads } = await watch(await served.browser.newContext());
  const statuses: number[] = [];
  page.on("response", (response) => {
    if (response.request().isNavigationRequest()) statuses.push(response.status());
  });
  await page.goto(new URL(path, served.url).href);
  await expect.poll(() => statuses.at(-1), { timeout: 60_000 }).toBe(500);
  expect(loads()).toBe(6);
  await page.context().close();
}, 90_000);

test("stays after a few reloads, without the sticky view that is refused", async () => {
  const { page, loads, frames } = await watch(await served.browser.newContext());
  await page.goto(new URL("/around-sticky", served.url).href);
  // The client gives a nested view up after three joins that crashed.
  const crashed = (): number => frames.filter(([, , , , payload]) => JSON.stringify(payload).includes("join crashed")).length;
  await expect.poll(crashed, { timeout: 60_000 }).toBe(3);
  await connected(page);
  expect(loads()).toBe(6);
  await page.context().close();
}, 90_000);

test("is an error page if a nested view has used up its crashes, and its joins are refused therefore", async () => {
  const browser = openBrowser(endpoint, { origin: served.url });
  // Five crashes of the nested view, and five refusals, each of which makes the client load the page again.
  for (let n = 0; n < 10; n++) expect((await browser.visit("/around-crashing")).status).toBe(200);
  expect((await browser.get("/around-crashing")).status).toBe(500);
});

test("joins that are refused after a lost connection are not counted: their user learns why", async () => {
  const browser = openBrowser(endpoint, { origin: served.url });
  const pages = [];
  for (let n = 0; n < 6; n++) pages.push(await browser.visit("/revocable"));
  revoked = true;
  for (const page of pages) {
    page.disconnect();
    await page.rejoin();
    expect(page.joinError).toMatchObject({ reason: "reload", status: 403 });
  }
  expect((await browser.get("/revocable")).status).toBe(403);
});
