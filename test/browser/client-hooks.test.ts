import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connected, watch, type Watched } from "./support/browser.js";
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

it("a custom element is a hook by createHook", async () => {
  await page.route("**/start.js", (route) => route.fulfill({
    contentType: "text/javascript",
    body: `import { connect, createHook } from "./client/index.js";
customElements.define("a-probe", class extends HTMLElement {
  connectedCallback() {
    createHook(this, { async mounted() { this.el.title = (await this.pushEvent("picked", { index: 7 })).label; } });
  }
});
connect({ hooks: { Probe: {} } });`,
  }));
  await page.goto(`${server.url}/hooked`);
  await page.waitForSelector("#element[title='label 7']", { state: "attached", timeout: 60_000 });
  expect(watched.complaints).toEqual([]);
});

it("a module beside the view is loaded without a build step, under the page's policy with its nonce, and by its hash", async () => {
  await page.goto(`${server.url}/hooked`);
  await page.waitForSelector("#probe[title]");
  expect(await probe()).toEqual(["label 3", "3,6", "1"]);
  expect(watched.complaints).toEqual([]);
  const [, href, nonce] = /<link rel="modulepreload" href="([^"]+)" integrity="sha384-[^"]+" nonce="([^"]+)" data-holdfast-hooks>/.exec(
    await (await page.request.get(`${server.url}/hooked`)).text(),
  )!;
  const module = await page.request.get(server.url + href);
  expect(module.headers()["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(module.headers()["content-security-policy"]).toMatch(/script-src 'nonce-/);
  expect(await module.text()).toMatch(/from "\/assets\/holdfast\/[\w-]+\/hooks\/index\.js"/);
  expect(nonce).not.toBe("");
});

it("a module that was changed on the way does not run, and the page connects all the same", async () => {
  await page.route("**/assets/holdfast/hooks/*/*.hooks.mjs", (route) => route.fulfill({ contentType: "text/javascript", body: "globalThis.stolen = true;" }));
  await page.goto(`${server.url}/hooked`);
  await connected(page);
  expect(await page.evaluate(() => "stolen" in globalThis)).toBe(false);
  expect(watched.complaints.join("\n")).toMatch(/integrity/);
  expect(watched.complaints.join("\n")).toMatch(/\[holdfast\] The hooks of .*probe\.hooks\.mjs are missing/);
});

it("a push that is too large rejects, and its element is not left locked", async () => {
  await page.route("**/start.js", (route) => route.fulfill({ contentType: "text/javascript", body: `import { connect } from "./client/index.js";
connect({ hooks: { Probe: {
    async mounted() {
      try {
        await this.pushEvent("picked", { index: 1, text: "x".repeat(70_000) });
      } catch (error) {
        document.documentElement.title = error.message;
      }
      await this.pushEvent("picked", { index: 2 });
    },
  } } });` }));
  await page.goto(`${server.url}/hooked`);
  await page.waitForSelector("#probe[data-picks='1']");
  expect(await page.getAttribute("html", "title")).toMatch(/frame too large.*65536/);
  await connected(page);
  expect([watched.sockets.length, watched.loads(), watched.complaints]).toEqual([1, 1, []]);
});

describe("a push that the server refuses", () => {
  const attempts = `const refused = async (attempt) => attempt.then((reply) => reply, (error) => error.message);
const answers = [
  await refused(this.pushEvent("picked", { index: "not a number" })),
  (await this.pushEventTo("#probe", "picked", {})).map(({ status, reason, value }) => [status, reason?.message ?? value]),
  await refused(this.pushEvent("unknown")),
];
this.pushEvent("picked", { index: "x" }, () => answers.push("called"));
answers.push(await this.pushEvent("picked", { index: 2 }));
document.documentElement.title = JSON.stringify(answers);`;

  it.each([
    ["an object", `hooks: { Probe: { async mounted() { ${attempts} } } }`],
    ["a class", `hooks: { Probe: class extends viewHook({ name: "Probe" }) { async mounted() { ${attempts} } } }`],
  ])("rejects in %s, its callback is not called, and the element goes on", async (_kind, options) => {
    await page.route("**/start.js", (route) => route.fulfill({
      contentType: "text/javascript", body: `import { connect, viewHook } from "./client/index.js"; connect({ ${options} });`,
    }));
    await page.goto(`${server.url}/hooked`);
    await page.waitForSelector("#probe[data-picks='1']");
    await page.waitForSelector("html[title]");
    const picked = 'The server refused the event "picked". Its log says why.';
    expect(JSON.parse((await page.getAttribute("html", "title"))!)).toEqual([
      picked, [["rejected", picked]], 'The server refused the event "unknown". Its log says why.', { label: "label 2" },
    ]);
    expect(watched.complaints).toEqual([]);
  });
});
