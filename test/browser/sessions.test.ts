import type { BrowserContext } from "playwright-core";
import { describe, expect, it } from "vitest";
import { fixture } from "./support/app.js";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const { endpoint, mounts } = fixture();
const served = useServed(endpoint);

async function logIn(user: string): Promise<[BrowserContext, Watched]> {
  const context = await served.browser.newContext();
  const tab = await watch(context);
  await tab.page.goto(`${served.url}/account`);
  expect(tab.page.url()).toBe(`${served.url}/login`);
  await tab.page.fill("#user", user);
  await tab.page.click("#log-in");
  await tab.page.waitForURL(`${served.url}/account`);
  await connected(tab.page);
  expect(await tab.page.textContent("#user")).toBe(user);
  expect(await tab.page.textContent("#flash")).toBe(`Welcome, ${user}`);
  return [context, tab];
}

async function secondTab(context: BrowserContext): Promise<Watched> {
  const tab = await watch(context);
  await tab.page.goto(`${served.url}/account`);
  await connected(tab.page);
  return tab;
}

async function increment(tab: Watched, to: string): Promise<void> {
  await tab.page.click("#inc");
  await tab.page.waitForFunction((wanted) =>
    document.querySelector("[data-phx-main].phx-connected #count")?.textContent === wanted, to);
}

describe("a message left for the next page", () => {
  it("is not shown again by the next page of a navigation", async () => {
    const [, { page }] = await logIn("mary");
    await page.click("#more");
    await page.waitForURL(`${served.url}/account/more`);
    await page.waitForFunction(() => document.querySelector("[data-phx-main].phx-connected #flash")?.textContent === "");
  });

  it("is not shown again when the page connects anew", async () => {
    const [, { page }] = await logIn("lise");
    await endpoint.disconnect("users_socket:lise");
    await page.waitForFunction(() => document.querySelector("[data-phx-main].phx-connected #flash")?.textContent === "");
  });
});

describe("endpoint.disconnect", () => {
  it("makes every tab of the user mount again, and nobody else's", async () => {
    const [context, first] = await logIn("ada");
    const second = await secondTab(context);
    const [, other] = await logIn("grace");
    for (const tab of [first, second, other]) await increment(tab, "1");
    const before = mounts.get("ada")!;

    expect(await endpoint.disconnect("users_socket:ada")).toMatchObject({ sockets: 2, missing: [] });
    for (const { page } of [first, second]) {
      await page.waitForFunction(() =>
        document.querySelector("[data-phx-main].phx-connected #count")?.textContent === "0");
      expect(page.url()).toBe(`${served.url}/account`);
    }
    expect(mounts.get("ada")).toBe(before + 2);
    // The log-in page and the account: no document was loaded anew. Each socket was replaced by another one.
    expect([first.loads(), second.loads(), other.loads()]).toEqual([2, 1, 2]);
    expect([first, second, other].map(({ sockets }) => sockets.length)).toEqual([2, 2, 1]);

    await increment(other, "2");
    expect(mounts.get("grace")).toBe(1);
    for (const { complaints } of [first, second, other]) expect(complaints).toEqual([]);
  });
});

describe("endpoint.endSessions", () => {
  it("sends every tab of the user to the log-in page, and a copy of the cookie opens nothing", async () => {
    const [context, first] = await logIn("emmy");
    const second = await secondTab(context);
    const [, elsewhere] = await logIn("emmy");
    const [, other] = await logIn("sofia");
    for (const tab of [first, second, elsewhere, other]) await increment(tab, "1");
    const stolen = await context.cookies();

    expect(await endpoint.endSessions("users_socket:emmy")).toMatchObject({ sockets: 3, missing: [] });
    for (const { page } of [first, second, elsewhere]) {
      await page.waitForURL(`${served.url}/login`);
      expect(await page.textContent("h1")).toBe("Log in");
    }
    await increment(other, "2");
    expect([other.loads(), other.sockets.length]).toEqual([2, 1]);

    const thief = await served.browser.newContext();
    await thief.addCookies(stolen);
    const page = await thief.newPage();
    await page.goto(`${served.url}/account`);
    expect(page.url()).toBe(`${served.url}/login`);
    for (const { complaints } of [first, second, elsewhere, other]) expect(complaints).toEqual([]);
  });
});
