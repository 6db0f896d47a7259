import { createHash } from "node:crypto";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { connected, watch, type Watched } from "./support/browser.js";
import { launch } from "./support/chromium.js";
import { DraftServer } from "./support/draft-server.js";

const server = new DraftServer();
let browser: Browser;
let context: BrowserContext;
let watched: Watched;
let page: Page;

beforeAll(async () => {
  await server.start();
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await server.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
  watched = await watch(context);
  ({ page } = watched);
});
afterEach(() => context.close());

/** What a hook's module says; `this.el` is where the test looks. */
const PROBE = `{
  async mounted() {
    this.handleEvent("points", ({ values }) => (this.el.dataset.points = values.join()));
    const { label } = await this.pushEvent("picked", { index: 3 });
    this.el.title = label;
  },
}`;

const probe = (): Promise<(string | null)[]> =>
  page.$eval("#probe", (el) => [el.getAttribute("title"), el.getAttribute("data-points"), el.getAttribute("data-picks")]);

it("a declared hook pushes, is answered, and is sent what the server pushes", async () => {
  await page.route("**/start.js", (route) => route.fulfill({
    contentType: "text/javascript",
    body: `import { clientHook, connect } from "./client/index.js";
connect({ hooks: { ...clientHook({ name: "Probe", pushes: {}, messages: {} }, ${PROBE}) } });`,
  }));
  await page.goto(`${server.url}/hooked`);
  await page.waitForSelector("#probe[title]");
  expect(await probe()).toEqual(["label 3", "3,6", "1"]);
  expect(watched.complaints).toEqual([]);
});

it("a class of viewHook is a hook as well", async () => {
  await page.route("**/start.js", (route) => route.fulfill({
    contentType: "text/javascript",
    body: `import { connect, viewHook } from "./client/index.js";
class Probe extends viewHook({ name: "Probe" }) { async mounted() { this.el.title = (await this.pushEvent("picked", { index: 5 })).label; } }
connect({ hooks: { Probe } });`,
  }));
  await page.goto(`${server.url}/hooked`);
  await page.waitForSelector("#probe[title='label 5']");
  expect(watched.complaints).toEqual([]);
});

/** Opens the page with a module of hooks beside it, listed as the server lists it. */
async function beside(text: string): Promise<void> {
  await page.route("**/assets/beside.js", (route) => route.fulfill({ contentType: "text/javascript", body: text }));
  await page.addInitScript((integrity) => {
    new MutationObserver((_, observer) => {
      if (document.head === null) return;
      observer.disconnect();
      const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href: "/assets/beside.js", integrity });
      link.setAttribute("data-holdfast-hooks", "");
      document.head.append(link);
    }).observe(document, { childList: true, subtree: true });
  }, `sha384-${createHash("sha384").update(text).digest("base64")}`);
  await page.goto(`${server.url}/hooked`);
}

it("a module beside the view is loaded without a build step, under the page's policy", async () => {
  await beside(`export default { Probe: ${PROBE} };`);
  await page.waitForSelector("#probe[title]");
  expect(await probe()).toEqual(["label 3", "3,6", "1"]);
  expect(watched.complaints).toEqual([]);
});

it("a push that is too large rejects, and its element is not left locked", async () => {
  await beside(`export default { Probe: {
    async mounted() {
      try {
        await this.pushEvent("picked", { index: 1, text: "x".repeat(70_000) });
      } catch (error) {
        document.documentElement.title = error.message;
      }
      await this.pushEvent("picked", { index: 2 });
    },
  } };`);
  await page.waitForSelector("#probe[data-picks='1']");
  expect(await page.getAttribute("html", "title")).toMatch(/frame too large.*65536/);
  await connected(page);
  expect([watched.sockets.length, watched.loads(), watched.complaints]).toEqual([1, 1, []]);
});
