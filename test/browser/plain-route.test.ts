import { createEndpoint, html, liveView } from "holdfast";
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
const endpoint = createEndpoint({
  secret: newSecret(), routes: (app) => app.get("/from/:from", (c) => endpoint.renderLive(c, Counter, { session: { from: c.req.param("from") } })),
});
const served = useServed(endpoint);
let watched: Watched | undefined;
afterEach(() => watched?.page.context().close());

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
