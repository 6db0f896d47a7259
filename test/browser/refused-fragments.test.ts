// A page whose URL has a fragment, and whose join is refused: the client loads that URL again, and a browser that is there only scrolls.
import { createEndpoint, html, link, liveSession, liveView, NotFound } from "holdfast";
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
const Other = liveView.define({ name: "Other", authorize: "public", render: () => html`<h1>Other</h1>` });
const endpoint = createEndpoint({
  secret: newSecret(), log: () => {}, errorPage: ({ status }) => html`<h1>Our own ${status}</h1>`,
  live: [liveSession("default", {}, (live) => {
    live("/post", Post);
    live("/other", Other);
  })],
});
const served = useServed(endpoint);

it.each(["after a lost connection", "by the back button"])("%s the user gets the page that says why", async (how) => {
  deleted = false;
  const { page, loads } = await watch(await served.browser.newContext());
  const heading = (text: string): Promise<unknown> =>
    page.waitForFunction((wanted) => document.querySelector("h1")?.textContent === wanted, text);
  await page.goto(new URL("/post#comments", served.url).href);
  await connected(page);
  if (how === "by the back button") {
    await page.click("a");
    await heading("Other");
  }
  deleted = true;
  if (how === "by the back button") await page.evaluate(() => history.back());
  else await loseConnection(page);
  await heading("Our own 404");
  expect([new URL(page.url()).pathname, loads()]).toEqual(["/post", 2]);
  await page.context().close();
});
