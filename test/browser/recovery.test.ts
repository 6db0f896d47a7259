import { serve } from "holdfast/node";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fixture, newSecret, type Fixture } from "./support/app.js";
import { connected, watch, withoutNetwork, type Watched } from "./support/browser.js";
import { launch } from "./support/chromium.js";

const secret = newSecret();
let app: Fixture;
let port: number;
let url: string;
let browser: Browser;

// The test runner listens for what nobody caught and calls the run failed. Here it must meet what a user's process has:
// the endpoint's own guard and nothing else. Listeners of ours count what the guard was given.
const ORIGINS = ["uncaughtException", "unhandledRejection"] as const;
const runners = ORIGINS.map((origin) => [origin, process.listeners(origin as never)] as const);

beforeAll(async () => {
  for (const origin of ORIGINS) process.removeAllListeners(origin);
  app = fixture(secret);
  ({ url, port } = await serve(app.endpoint, { port: 0 }));
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await app.endpoint.close();
  for (const [origin, listeners] of runners) {
    process.removeAllListeners(origin);
    for (const listener of listeners) process.on(origin, listener as never);
  }
});

let open: () => Promise<Watched>;
let closeAll: () => Promise<void>;
beforeEach(() => {
  const contexts: Awaited<ReturnType<Browser["newContext"]>>[] = [];
  open = async () => {
    const context = await browser.newContext();
    contexts.push(context);
    return watch(context);
  };
  closeAll = async () => {
    for (const context of contexts) await context.close();
  };
});
afterEach(() => closeAll());

const count = (tab: Watched): Promise<string | null> => tab.page.textContent("#count");
const counts = async (tab: Watched, value: string): Promise<void> => {
  await tab.page.waitForFunction((wanted) =>
    document.querySelector("[data-phx-main].phx-connected #count")?.textContent === wanted, value);
};

describe("a view that crashes", () => {
  it.each([
    ["its handler throws", "#crash"],
    ["its timer throws", "#crash-later"],
    ["a timer of Node's own throws", "#crash-raw-timer"],
    ["nobody awaits its promise", "#crash-unawaited"],
  ])("recovers when %s, and no other page notices", async (_, button) => {
    const [crashing, other] = await Promise.all([open(), open()]);
    for (const tab of [crashing, other]) {
      await tab.page.goto(url);
      await connected(tab.page);
      await tab.page.click("#inc");
      await counts(tab, "1");
    }
    const before = app.logged.length;
    const frames = other.frames.length;
    await crashing.page.click(button);
    await counts(crashing, "0");
    expect(app.logged.slice(before)).toEqual(["view crashed"]);
    await crashing.page.click("#inc");
    await counts(crashing, "1");
    expect(crashing.loads()).toBe(1);

    expect(await count(other)).toBe("1");
    expect(other.frames.slice(frames).filter(([, , topic]) => topic !== "phoenix")).toEqual([]);
    await other.page.click("#inc");
    await counts(other, "2");
    expect([other.loads(), other.sockets.length]).toEqual([1, 1]);
    expect([...crashing.complaints, ...other.complaints]).toEqual([]);
  });
});

describe("a server that ends and comes back", () => {
  it("finds its pages again by themselves, and a half-filled form keeps its text", async () => {
    const [form, counter] = await Promise.all([open(), open()]);
    await form.page.goto(`${url}/form`);
    await connected(form.page);
    await form.page.fill("#name", "half a sen");
    await form.page.waitForFunction(() => document.querySelector("#echo")!.textContent === "half a sen");
    await counter.page.goto(url);
    await connected(counter.page);
    await counter.page.click("#inc");
    await counts(counter, "1");

    await app.endpoint.close();
    await Promise.all([form, counter].map(({ page }) => page.waitForSelector("[data-phx-main]:not(.phx-connected)")));
    // What is typed while nobody is there counts as well.
    await form.page.focus("#name");
    await form.page.press("#name", "End");
    await form.page.keyboard.type("tence");
    app = fixture(secret);
    await serve(app.endpoint, { port });

    await connected(form.page);
    expect(await form.page.inputValue("#name")).toBe("half a sentence");
    // The client has told the new view what the form holds.
    await form.page.waitForFunction(() => document.querySelector("#echo")!.textContent === "half a sentence");
    await form.page.press("#name", "Enter");
    await form.page.waitForSelector("#saved li");
    expect(await form.page.textContent("#saved")).toBe("half a sentence");
    await counts(counter, "0");
    await counter.page.click("#inc");
    await counts(counter, "1");
    expect([form.loads(), counter.loads()]).toEqual([1, 1]);
    expect(withoutNetwork([...form.complaints, ...counter.complaints])).toEqual([]);
  });
});
