import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContext } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixture, reordered, written } from "./support/app.js";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const require = createRequire(import.meta.url);
const { endpoint } = fixture();
const served = useServed(endpoint);
let context: BrowserContext;
let watched: Watched;

beforeEach(async () => {
  context = await served.browser.newContext();
  watched = await watch(context);
});
afterEach(async () => {
  const { complaints } = watched;
  await context.close();
  expect(complaints).toEqual([]);
});

async function open(path: string): Promise<Watched> {
  await watched.page.goto(served.url + path);
  await connected(watched.page);
  return watched;
}

const text = (selector: string): Promise<string | null> => watched.page.textContent(selector);
const shows = async (selector: string, expected: string): Promise<void> => {
  await watched.page.waitForFunction(
    ([at, wanted]) => document.querySelector(at!)?.textContent === wanted, [selector, expected]);
};

describe("the clients", () => {
  it.each([
    ["phoenix.js", "phoenix", "phoenix.mjs"],
    ["phoenix_live_view.js", "phoenix_live_view", "phoenix_live_view.esm.js"],
  ])("%s is served as npm has it", async (path, name, file) => {
    const response = await fetch(`${served.url}/assets/holdfast/${path}`);
    const original = readFileSync(require.resolve(name).replace(/[^/\\]+$/, file), "utf8");
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(await response.text()).toBe(original);
  });

  it("is told the version that it has itself", async () => {
    const { page, frames } = await open("/");
    const join = frames.find(([, , topic, event]) => String(topic).startsWith("lv:") && event === "phx_reply");
    const { response } = join![4] as { response: { liveview_version: string } };
    const own = await page.evaluate(() =>
      (window as unknown as { liveSocket: { version(): string } }).liveSocket.version());
    expect(response.liveview_version).toBe(own);
  });
});

describe("a page", () => {
  it("connects, and a click changes it", async () => {
    const { page } = await open("/");
    expect(await page.title()).toBe("Fixture");
    await page.click("#inc");
    await shows("#count", "1");
    await page.click("#inc");
    await shows("#count", "2");
  });

  it("sets its title and its flash, and pushes events to the window", async () => {
    const { page } = await open("/");
    await page.evaluate(() => {
      window.addEventListener("phx:shout", (event) => {
        document.documentElement.dataset["shout"] = JSON.stringify((event as CustomEvent).detail);
      });
    });
    await page.click("#inc");
    await page.click("#rename");
    await page.waitForFunction(() => document.title === "Count 1");
    await page.click("#notice");
    await shows("#flash", "Noted");
    await page.click("#shout");
    await page.waitForFunction(() => document.documentElement.dataset["shout"] === '{"count":1}');
  });

  it("moves a keyed list's elements, with the typed text, the focus and the caret in them", async () => {
    const { page } = await open("/");
    // The client gives an input that has no focus the value that the server renders; what the server does not render at
    // all is the user's own, and says so with phx-update="ignore".
    for (const item of ["a", "b", "c"]) await page.fill(`#own-${item} input`, `text of ${item}`);
    await page.fill("#input-a", "being typed");
    await page.evaluate(() => {
      document.querySelector<HTMLInputElement>("#input-a")!.setSelectionRange(2, 4);
      for (const item of document.querySelectorAll<HTMLElement & { was?: string }>("#list li")) item.was = item.id;
    });
    const list = (): Promise<unknown[]> => page.$$eval("#list li", (items) =>
      items.map((item) => [item.id, (item as HTMLElement & { was?: string }).was, item.querySelector<HTMLInputElement>("span input")!.value]));
    const focus = (): Promise<unknown[]> => page.evaluate(() => {
      const active = document.activeElement as HTMLInputElement;
      return [active.id, active.value, active.selectionStart, active.selectionEnd];
    });

    endpoint.broadcast(reordered, ["c", "d", "b", "a"]);
    await page.waitForSelector("#input-d");
    expect(await list()).toEqual([
      ["item-c", "item-c", "text of c"], ["item-d", undefined, ""], ["item-b", "item-b", "text of b"],
      ["item-a", "item-a", "text of a"],
    ]);
    expect(await focus()).toEqual(["input-a", "being typed", 2, 4]);

    endpoint.broadcast(reordered, ["a", "c"]);
    await page.waitForSelector("#input-b", { state: "detached" });
    expect(await list()).toEqual([["item-a", "item-a", "text of a"], ["item-c", "item-c", "text of c"]]);
    expect(await focus()).toEqual(["input-a", "being typed", 2, 4]);
  });
});

describe("a form", () => {
  it("sends its changes and its submit", async () => {
    const { page } = await open("/form");
    await page.fill("#name", "Ada & <Grace>");
    await shows("#echo", "Ada & <Grace>");
    await page.press("#name", "Enter");
    await shows("#saved", "Ada & <Grace>");
    expect(await text("#echo")).toBe("");
    await page.fill("#name", "Second");
    await shows("#echo", "Second");
    await page.click("#save");
    await page.waitForSelector("#saved li:nth-child(2)");
    expect(await page.$$eval("#saved li", (items) => items.map((item) => item.textContent)))
      .toEqual(["Ada & <Grace>", "Second"]);
    expect(page.url()).toBe(`${served.url}/form`);
  });
});

describe("navigation", () => {
  it("stays in the document within a live session, with back and forward", async () => {
    const { page, loads } = await open("/");
    await page.evaluate(() => { document.documentElement.dataset["document"] = "first"; });
    await page.click("#to-form");
    await page.waitForSelector("#form");
    expect(page.url()).toBe(`${served.url}/form`);
    await page.goBack();
    await page.waitForSelector("#count");
    await page.goForward();
    await page.waitForSelector("#form");
    await connected(page);
    await page.fill("#name", "works");
    await shows("#echo", "works");
    expect(await page.evaluate(() => document.documentElement.dataset["document"])).toBe("first");
    expect(loads()).toBe(1);
  });

  it("carries the flash through a navigation", async () => {
    const { page, loads } = await open("/");
    await page.click("#leave");
    await page.waitForSelector("#form");
    await shows("#flash", "Came from the counter");
    expect(page.url()).toBe(`${served.url}/form`);
    expect(loads()).toBe(1);
  });

  it("loads the page of another live session fully", async () => {
    const { page, loads } = await open("/");
    await page.click("#to-elsewhere");
    await shows("h1", "Elsewhere");
    await connected(page);
    expect(page.url()).toBe(`${served.url}/elsewhere`);
    expect(loads()).toBe(2);
  });

  it("loads fully where a handler redirects", async () => {
    const { page, loads } = await open("/");
    await page.click("#leave-fully");
    await shows("h1", "Elsewhere");
    await connected(page);
    expect(loads()).toBe(2);
  });

  it("patches the URL with link and server, and goes back and forward through what was patched", async () => {
    const { page, loads } = await open("/paged");
    expect([await text("#page"), await text("#patches")]).toEqual(["1", "1"]);
    await page.click("#second");
    await shows("#page", "2");
    expect(page.url()).toBe(`${served.url}/paged?page=2`);
    await page.click("#third");
    await shows("#page", "3");
    await page.waitForURL(`${served.url}/paged?page=3`);
    await page.goBack();
    await shows("#page", "2");
    await page.goBack();
    await shows("#page", "1");
    expect(page.url()).toBe(`${served.url}/paged`);
    await page.goForward();
    await shows("#page", "2");
    // One mount: a second one would have begun to count anew.
    expect(await text("#patches")).toBe("6");
    expect(loads()).toBe(1);
  });
});

describe("what somebody else wrote", () => {
  const HOSTILE = `"'><script>window.pwned=1</script><img src=x onerror="window.pwned=1;alert(1)"><b>&amp;</b>`;

  async function expectText(expected: string): Promise<void> {
    const { page } = watched;
    await shows("#text", expected);
    expect(await page.inputValue("#attribute")).toBe(expected);
    expect(await page.getAttribute("#quoted", "title")).toBe(`He said: ${expected}`);
    expect(await page.$$eval("main *", (all) => all.map((element) => element.localName)))
      .toEqual(["h1", "p", "input", "p", "p", "a"]);
    expect(await page.evaluate(() => (window as unknown as { pwned?: unknown }).pwned)).toBeUndefined();
  }

  it("is text on the first load, without any script of ours", async () => {
    const plain = await served.browser.newContext({ javaScriptEnabled: false });
    const page = await plain.newPage();
    await page.goto(`${served.url}/texts?text=${encodeURIComponent(HOSTILE)}`);
    expect(await page.textContent("#text")).toBe(HOSTILE);
    expect(await page.locator("main *").count()).toBe(6);
    await plain.close();
  });

  it("is text once connected, and in a diff", async () => {
    await open(`/texts?text=${encodeURIComponent(HOSTILE)}`);
    await expectText(HOSTILE);
    const other = `</p>${HOSTILE}<!--`;
    endpoint.broadcast(written, other);
    await expectText(other);
  });

  it.each(["javascript:window.pwned=1", " java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>"])(
    "is no link that runs code: %j", async (hostile) => {
      const { page } = await open(`/texts?text=${encodeURIComponent(hostile)}`);
      expect(await page.getAttribute("#link", "href")).toBe("about:invalid#blocked");
      endpoint.broadcast(written, "/paged");
      await page.waitForSelector('#link[href="/paged"]');
      endpoint.broadcast(written, hostile);
      await page.waitForSelector('#link[href="about:invalid#blocked"]');
      expect(await text("#text")).toBe(hostile);
    });
});
