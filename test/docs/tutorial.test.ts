import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { clickAnswered, connected, watch, withoutNetwork, type Watched } from "../browser/support/browser.js";
import { launch } from "../browser/support/chromium.js";
import { RedisServer } from "../support/redis-server.js";
import { GuideApp } from "./support/guide-app.js";

// docs/guides/tutorial.md as its reader works through it: each step is built on the ones before, served, and used in a browser.
const STEPS = ["1-board", "2-people", "3-form", "4-ticket", "5-test", "6-nodes"];

let browser: Browser;
let app: GuideApp | undefined;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());
afterEach(async () => {
  await app?.stop();
  app = undefined;
});

async function upTo(step: number): Promise<GuideApp> {
  return (app = await GuideApp.build(...STEPS.slice(0, step).map((name) => `desk/${name}`)));
}

/** A tab with cookies of its own, in which nothing may go wrong but the network. */
async function visitor(): Promise<Watched> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const tab = await watch(context);
  onTestFinished(() => expect(withoutNetwork(tab.complaints)).toEqual([]));
  return tab;
}

async function logIn(url: string, name: string): Promise<Page> {
  const { page } = await visitor();
  await page.goto(`${url}/`);
  await page.waitForURL(/\/login$/);
  await page.fill("input[name=name]", name);
  await page.click("text=Log in");
  await page.waitForSelector(`text=Hello, ${name}.`);
  await connected(page);
  return page;
}

async function openTicket(page: Page, title: string): Promise<void> {
  await page.click("text=New ticket");
  await page.fill("input[name=title]", title);
  await page.click("button:text('Open')");
  await page.waitForSelector("text=is open.");
}

test("step 1: the board is served, and joined", async () => {
  const { url } = await (await upTo(1)).start();
  const { page } = await visitor();
  await page.goto(url);
  await connected(page);
  expect(await page.textContent("p")).toBe("0 open");
});

test("step 2: who is not logged in is led to the log-in, and comes back", async () => {
  const { url } = await (await upTo(2)).start();
  const page = await logIn(url, "cleo");
  await page.waitForSelector("text=cleo (customer)");
  await page.click("text=Log out");
  await page.waitForURL(/\/login$/);
});

test("step 3: what a customer opens is on an agent's board at once; a title that says nothing is refused", async () => {
  const { url } = await (await upTo(3)).start();
  const [ada, cleo] = [await logIn(url, "ada"), await logIn(url, "cleo")];
  await openTicket(cleo, "The printer is on fire");
  await ada.waitForSelector("text=The printer is on fire");
  await ada.waitForSelector("p:text('1 open')");
  await cleo.click("text=New ticket");
  await cleo.fill("input[name=title]", "?");
  await cleo.click("button:text('Open')");
  await cleo.waitForSelector("text=Say in a few words what is wrong.");
  expect(await cleo.inputValue("input[name=title]")).toBe("?");
});

test("step 3: what is typed outlives a restart of the server, and so does the log-in", async () => {
  const built = await upTo(3);
  const env = { SECRET: "a secret that outlives the process, long enough" };
  const first = await built.start(env);
  const page = await logIn(first.url, "cleo");
  await page.click("text=New ticket");
  await page.fill("input[name=title]", "The printer is on f");
  await first.stop();
  await page.waitForSelector("[data-phx-main].phx-loading");
  await built.start({ ...env, PORT: new URL(first.url).port });
  await connected(page);
  expect(await page.inputValue("input[name=title]")).toBe("The printer is on f");
  await page.fill("input[name=title]", "The printer is on fire");
  await page.click("button:text('Open')");
  await page.waitForSelector("text=is open.");
});

test("step 4: an agent takes and closes a ticket; the customer sees it, and who is there", async () => {
  const { url } = await (await upTo(4)).start();
  const [ada, cleo] = [await logIn(url, "ada"), await logIn(url, "cleo")];
  await openTicket(cleo, "The printer is on fire");
  for (const page of [ada, cleo]) await page.click("text=The printer is on fire");
  await cleo.waitForSelector("#online :text('ada (agent)')");
  await clickAnswered(ada, "#take");
  await cleo.waitForSelector("#state:text('with ada')");
  await clickAnswered(ada, "#close");
  await ada.waitForSelector("text=Ticket 1 is closed.");
  await cleo.waitForSelector("#state:text('closed')");
  expect(await cleo.locator("#take, #close").count()).toBe(0);
});

test("step 5: the reader's own test passes", async () => {
  const built = await upTo(5);
  const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
  // As long as the tests of this project: the reader's machine is faster than one that runs all of them.
  expect(await built.run(vitest, "run", "--test-timeout=180000")).toMatch(/Tests\s+4 passed/);
});

test("step 6: two nodes are one desk, and a page outlives its node's restart", async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const built = await upTo(6);
  expect(await built.run(fileURLToPath(new URL("../../dist/dev/cli.js", import.meta.url)), "check")).toMatch(/^holdfast check: 0 problems/);
  const env = { REDIS_URL: redis.url, SECRET: "the secret that both nodes of the desk have" };
  const [first, second] = [await built.start(env), await built.start(env)];
  const [ada, cleo] = [await logIn(first.url, "ada"), await logIn(second.url, "cleo")];
  await openTicket(cleo, "The printer is on fire");
  await ada.click("text=The printer is on fire");
  await cleo.click("text=The printer is on fire");
  await cleo.waitForSelector("#online :text('ada (agent)')");
  await clickAnswered(ada, "#take");
  await cleo.waitForSelector("#state:text('with ada')");

  await first.stop("SIGTERM");
  await cleo.waitForSelector("#online :text('ada (agent)')", { state: "detached" });
  await built.start({ ...env, PORT: new URL(first.url).port });
  await cleo.waitForSelector("#online :text('ada (agent)')");
  await clickAnswered(ada, "#close");
  await cleo.waitForSelector("#state:text('closed')");
});
