// A patch to a URL that its view refuses: the user gets the page that says so, as when they load that URL.
import {
  createEndpoint, Forbidden, html, JS, link, liveRender, liveSession, liveView, NotFound, patch, StatusError, type Endpoint,
} from "holdfast";
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newSecret } from "./support/app.js";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

let log: string[] = [];
/** The post that has been deleted since its link was rendered. */
let deleted: string | undefined;
/** Whether the URL is refused to the view that is there, and not to one that mounts at it. */
let refusesPatches = false;

const Inner = liveView.define({
  name: "Inner", authorize: "public",
  events: { lead: { handle: () => patch("/posts/missing") } },
  render: (_assigns, on) => html`<button id="inner-leads" phx-click=${on.lead}>Lead the page</button>`,
});
const Post = liveView.define({
  name: "Post", authorize: (_assigns, { params }) => (params as { id: string }).id !== "policy",
  mount: () => ({ id: "" }),
  handleParams(socket, { params }) {
    const { id } = params as { id: string };
    if (refusesPatches && socket.assigns.id !== "") throw new NotFound("only at a patch");
    // Before the check: what it shows must reach nobody.
    socket.assign({ id });
    if (id === "missing" || id === deleted) throw new NotFound(`post ${id}`);
    if (id === "forbidden") throw new Forbidden(`post ${id}`);
    if (id === "locked") throw new StatusError(423, "somebody edits it");
  },
  events: { lead: { handle: () => patch("/posts/missing#comments") } },
  render: ({ id }, on) => html`
    <h1>Post ${id}</h1>
    ${["1#comments", "2", "missing", "forbidden", "locked", "policy"].map((to) => link({ patch: `/posts/${to}`, inner: to }))}
    ${["missing", "forbidden"].map((to) => link({ patch: `/hidden/${to}`, inner: to }))}
    <button id="lead" phx-click=${on.lead}>Lead</button>
    <button id="fade" phx-click=${JS.transition("fade", { time: 600, blocking: true })}>Fade</button>
    ${liveRender(Inner, { id: "inner" })}`,
});

const write = (_details: object, message: string): void => void log.push(message);
const endpoint: Endpoint = createEndpoint({
  secret: newSecret(), log: { debug: () => {}, info: write, warn: write, error: write },
  limits: { crashBudget: 2, crashWindowMs: 3_600_000 }, longPoll: true, hideForbidden: (path) => path.startsWith("/hidden/"),
  errorPage: ({ status }) => html`<h1>Our own ${status}</h1>`,
  live: [liveSession("default", {}, (live) => {
    live("/posts/:id", Post);
    live("/hidden/:id", Post);
  })],
});
const served = useServed(endpoint);

let context: BrowserContext;
let watched: Watched;
let page: Page;
/** The pages that were loaded. */
let loaded: string[];
beforeEach(async () => {
  log = [];
  deleted = undefined;
  refusesPatches = false;
  context = await served.browser.newContext();
  watched = await watch(context);
  ({ page } = watched);
  loaded = [];
  page.on("response", (response) => {
    if (response.request().isNavigationRequest()) loaded.push(`${response.status()} ${new URL(response.url()).pathname}`);
  });
});
afterEach(() => context.close());

async function open(path: string): Promise<void> {
  await page.goto(new URL(path, served.url).href);
  await connected(page);
}

/** The page's URL and heading are those of the refusal, and the page that was left has not crashed. */
async function ends(path: string, heading: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector("h1")?.textContent === wanted, heading);
  expect(new URL(page.url()).pathname).toBe(path);
  expect(watched.frames.filter(([, , , event]) => event === "phx_error")).toEqual([]);
  expect(log).not.toContain("view crashed");
}

const follow = (to: string): Promise<void> => page.click(`a[href="${to}"]`);

it.each([["missing", 404], ["forbidden", 403], ["locked", 423], ["policy", 403]] as const)(
  "a link to a post that is %s loads its error page at once", async (id, status) => {
    await open("/posts/1");
    await follow(`/posts/${id}`);
    await ends(`/posts/${id}`, `Our own ${status}`);
    expect(loaded).toEqual(["200 /posts/1", `${status} /posts/${id}`]);
    expect(log.filter((line) => line === "patch refused")).toHaveLength(1);
    expect(JSON.stringify(watched.frames)).not.toContain(`"diff":{"0"`);

    await page.goBack();
    await connected(page);
    expect(await page.textContent("h1")).toBe("Post 1");
  });

it("the back button, to a URL with a fragment: a browser would only scroll there", async () => {
  await open("/posts/2");
  await follow("/posts/1#comments");
  await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Post 1");
  await follow("/posts/2");
  await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Post 2");
  deleted = "1";
  await page.evaluate(() => history.back());
  await ends("/posts/1", "Our own 404");
  expect(loaded).toEqual(["200 /posts/2", "404 /posts/1"]);
});

it.each(["#lead", "#inner-leads"])("a patch that an event returns, its own or a nested view's: %s", async (button) => {
  await open("/posts/1");
  await page.click(button);
  await ends("/posts/missing", "Our own 404");
  expect(loaded).toEqual(["200 /posts/1", "404 /posts/missing"]);
});

it("spends no crash budget", async () => {
  for (let round = 0; round < 4; round++) {
    await open("/posts/1");
    await follow("/posts/missing");
    await ends("/posts/missing", "Our own 404");
  }
  await open("/posts/1");
});

it("loads once where the page's GET admits what the patch does not", async () => {
  await open("/posts/1");
  refusesPatches = true;
  await follow("/posts/2");
  await ends("/posts/2", "Post 2");
  await connected(page);
  expect(loaded).toEqual(["200 /posts/1", "200 /posts/2"]);
});

it("over long poll", async () => {
  await page.route("**/start.js", (route) => route.fulfill({
    contentType: "text/javascript",
    body: 'import { LongPoll } from "./phoenix.js"; import { connect } from "./client/index.js"; connect({ transport: LongPoll });',
  }));
  await open("/posts/1");
  await follow("/posts/missing");
  await ends("/posts/missing", "Our own 404");
  expect([loaded, watched.sockets]).toEqual([["200 /posts/1", "404 /posts/missing"], []]);
});

describe("where the application hides what is forbidden", () => {
  it.each(["missing", "forbidden"])("%s: the same page", async (id) => {
    await open("/posts/1");
    await follow(`/hidden/${id}`);
    await ends(`/hidden/${id}`, "Our own 404");
  });
  it.each(["missing", "forbidden"])("%s: the same page while a transition holds back the client", async (id) => {
    await open("/posts/1");
    await page.evaluate((to) => {
      document.querySelector<HTMLElement>(`a[href="${to}"]`)!.click();
      document.querySelector<HTMLElement>("#fade")!.click();
    }, `/hidden/${id}`);
    await ends(`/hidden/${id}`, "Our own 404");
  });
});
