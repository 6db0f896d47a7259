// A page whose URL has a fragment, and whose join is refused, or whose view crashes at the back button: the client loads that URL again, and a
// browser that is there only scrolls.
import { createEndpoint, html, link, liveRender, liveSession, liveView, NotFound } from "holdfast";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { newSecret } from "./support/app.js";
import { connected, loseConnection, watch } from "./support/browser.js";
import { useServed } from "./support/served.js";

let deleted = false;
const Post = liveView.define({
  name: "Post", authorize: "public",
  mount() {
    if (deleted) throw new NotFound("the post is gone");
    return {};
  },
  render: () => html`<h1>Post</h1> ${link({ navigate: "/other", inner: "Other" })}`,
});
let broken = false;
const Paged = liveView.define({
  name: "Paged", authorize: "public",
  mount: () => ({ n: "" }),
  handleParams(socket, { params }) {
    const { n } = params as { n: string };
    if (broken && n === "1") throw new Error("on purpose");
    socket.assign({ n });
  },
  render: ({ n }) => html`
    <h1>Page ${n}</h1> ${link({ patch: "/pages/1#end", inner: "1" })} ${link({ patch: "/pages/2", inner: "2" })} ${link({ navigate: "/other", inner: "Other" })}`,
});
const Inner = liveView.define({
  name: "Inner", authorize: "public",
  mount() {
    if (deleted) throw new NotFound("the post is gone");
    return {};
  },
  render: () => html`<p>inner</p>`,
});
const Around = liveView.define({ name: "Around", authorize: "public", render: () => html`<h1>Around</h1>${liveRender(Inner, { id: "inner" })}` });
const Sticky = liveView.define({
  name: "Sticky", authorize: "public", render: () => html`<h1>Sticky</h1>${liveRender(Inner, { id: "inner", sticky: true })}`,
});
const Other = liveView.define({ name: "Other", authorize: "public", render: () => html`<h1>Other</h1>` });
const endpoint = createEndpoint({
  secret: newSecret(), log: () => {}, errorPage: ({ status }) => html`<h1>Our own ${status}</h1>`,
  live: [liveSession("default", {}, (live) => {
    live("/post", Post);
    live("/pages/:n", Paged);
    live("/around", Around);
    live("/sticky", Sticky);
    live("/other", Other);
  })],
});
const served = useServed(endpoint);

const heading = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction((wanted) => document.querySelector("h1")?.textContent === wanted, text);

it.each(["after a lost connection", "by the back button"])("%s the user gets the page that says why", async (how) => {
  deleted = false;
  const { page, loads } = await watch(await served.browser.newContext());
  await page.goto(new URL("/post#comments", served.url).href);
  await connected(page);
  if (how === "by the back button") {
    await page.click("a");
    await heading(page, "Other");
  }
  deleted = true;
  if (how === "by the back button") await page.evaluate(() => history.back());
  else await loseConnection(page);
  await heading(page, "Our own 404");
  expect([new URL(page.url()).pathname, loads()]).toEqual(["/post", 2]);
  await page.context().close();
});

it.each(["/around", "/sticky"])("so where a nested view's join is refused: %s", async (path) => {
  deleted = false;
  const { page, loads } = await watch(await served.browser.newContext());
  await page.goto(new URL(`${path}#end`, served.url).href);
  await connected(page);
  await page.waitForSelector("#inner.phx-connected");
  deleted = true;
  await loseConnection(page);
  await heading(page, "Our own 404");
  expect([new URL(page.url()).pathname, loads()]).toEqual([path, 2]);
  await page.context().close();
});

it.each(["2", "Other"])("a page whose handleParams crashes at the back button is an error page: from %s", async (left) => {
  broken = false;
  const { page, loads } = await watch(await served.browser.newContext());
  const follow = async (text: string, to: string): Promise<void> => {
    await page.click(`a:text-is("${text}")`);
    await heading(page, to);
  };
  await page.goto(new URL("/pages/2", served.url).href);
  await connected(page);
  await follow("1", "Page 1");
  await follow(left, left === "2" ? "Page 2" : "Other");
  broken = true;
  await page.evaluate(() => history.back());
  await heading(page, "Our own 500");
  expect([new URL(page.url()).pathname, loads()]).toEqual(["/pages/1", 2]);
  await page.context().close();
});
