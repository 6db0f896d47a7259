import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGallery } from "../../examples/gallery/dist/app.js";
import { serve } from "holdfast/node";
import { describe, expect, it } from "vitest";
import { newSecret } from "./support/app.js";
import { PATIENT, useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();

describe("layouts", () => {
  const ROOT = "/page/layouts";
  const layout = (tab: Tab, kind: "gallery" | "bare" | "none"): Promise<unknown> => tab.page.waitForFunction((wanted) => {
    const bare = document.querySelector("[data-layout=bare]") !== null;
    const full = document.querySelector("#contents") !== null;
    return (bare ? "bare" : full ? "gallery" : "none") === wanted;
  }, kind);

  it("are switched while the view lives, and the view keeps its state", async () => {
    const tab = await gallery.open(ROOT);
    await layout(tab, "gallery");
    await tab.click("#visit");
    await tab.shows("#visit", "2");
    await tab.click("#bare");
    await layout(tab, "bare");
    await tab.shows(".chapter", "A layout of its own, which knows of 2 visits");
    await tab.click("#visit", "#message");
    await tab.shows(".chapter", "A layout of its own, which knows of 3 visits");
    await tab.shows(".flash", "Shown by whichever layout there is.");
    await tab.click("#none");
    await layout(tab, "none");
    await tab.shows("#visit", "3");
    await tab.click("#visit");
    await tab.shows("#visit", "4");
    expect(tab.loads).toBe(1);
  });

  it.each(["bare", "none"] as const)("are chosen in mount: %s, over HTTP and by navigation", async (kind) => {
    const tab = await gallery.open(`${ROOT}?layout=${kind}`);
    await layout(tab, kind);
    await tab.click("#begin-gallery");
    await layout(tab, "gallery");
    await tab.connected();
    await tab.shows("#began", "the gallery’s");
    await tab.click(`#begin-${kind}`);
    await layout(tab, kind);
    await tab.shows("#began", kind);
    expect(tab.loads).toBe(1);
  });

  it("a live session has a document of its own, with another prefix and suffix around its titles", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#poster");
    await tab.shows("h1", "A root layout of its own");
    await tab.connected();
    expect([await tab.page.title(), await tab.page.getAttribute("html", "data-root")]).toEqual(["Poster: One (Holdfast)", "poster"]);
    await tab.click("#two");
    await tab.page.waitForFunction(() => document.title === "Poster: Two (Holdfast)");
    await tab.click("#back");
    await layout(tab, "gallery");
    expect([tab.loads, await tab.page.getAttribute("html", "data-root")]).toEqual([3, null]);
  });
});

describe("the view's element", () => {
  const ROOT = "/page/container";
  const main = (tab: Tab): Promise<unknown> => tab.page.evaluate(() => {
    const { localName, lang, dataset, classList } = document.querySelector<HTMLElement>("[data-phx-main]")!;
    return [localName, lang, dataset["kind"] ?? "", classList.contains("contained")];
  });

  it("is what the definition says, over HTTP and when joined", async () => {
    const page = await (await fetch(gallery.url + ROOT)).text();
    expect(page).toMatch(/<section [^>]*data-phx-main[^>]*>/);
    const tab = await gallery.open(ROOT);
    expect(await main(tab)).toEqual(["section", "en", "main", true]);
    await tab.click("#inc");
    await tab.shows("#inc", "1");
    expect(await tab.page.evaluate(() => document.querySelector("#clock")!.outerHTML)).toMatch(/^<article .*data-kind="nested"/);
  });

  it("has the next view's attributes after a navigation, and none of the last one's", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#narrow");
    await tab.page.waitForSelector("#there");
    await tab.connected();
    expect(await main(tab)).toEqual(["section", "", "other", false]);
    await tab.click("#back");
    await tab.page.waitForSelector("#inc");
    await tab.connected();
    expect(await main(tab)).toEqual(["section", "en", "main", true]);
    expect(tab.loads).toBe(1);
  });

  // This client makes the new view's element from the one that is there: what the join renames is never put into the page.
  it("keeps its name over a navigation until the page is loaded, whatever the server says", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#contents a[href='/page/title']");
    await tab.shows("main h1", "The page’s title");
    await tab.connected();
    const join = tab.watched.frames.findLast(([joinRef, ref, , event]) => joinRef === ref && event === "phx_reply");
    expect(join![4]).toMatchObject({ response: { container: ["div", {}] } });
    await tab.click("#unread");
    await tab.shows("#unread", "1 unread");
    await tab.page.reload();
    await tab.connected();
    expect(await main(tab)).toEqual(["div", "", "", false]);
  });

  it("is refused when it could run code or holds no markup", async () => {
    const tab = await gallery.open(ROOT);
    await tab.list("#script, #input, #onclick, #main-tag", [
      "view_definition_invalid", "view_definition_invalid", "view_definition_invalid", "accepted",
    ]);
  });
});

describe("the connection", () => {
  const ROOT = "/page/connection";

  it("is known by its params, its peer, its user agent and the listed headers, and no others", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#look");
    const { language, agent } = await tab.page.evaluate(() => ({ language: navigator.language, agent: navigator.userAgent }));
    await tab.shows("#language", language);
    await tab.shows("#peer", /^(?:::ffff:)?127\.0\.0\.1$/);
    await tab.shows("#user-agent", agent);
    await tab.shows("#accepts", new RegExp(`^${language}`));
    // It was sent, and is not on the list.
    await tab.shows("#cookie", "not shown");
  });

  it("is not stale while nothing changed, however often the view mounts", async () => {
    const tab = await gallery.open(ROOT);
    await tab.rejoins(() => tab.click("#crash"));
    expect(await tab.page.locator("#stale").count()).toBe(0);
  });

  it("is stale when a tracked file has changed since the page was loaded, and a reload mends it", async () => {
    const publicDir = await mkdtemp(join(tmpdir(), "gallery-"));
    await cp(fileURLToPath(new URL("../../examples/gallery/public", import.meta.url)), publicDir, { recursive: true });
    const secret = newSecret();
    const start = async (port: number): Promise<{ url: string; port: number; close(): Promise<void> }> => {
      const endpoint = createGallery({ secret, publicDir });
      return { ...(await serve(endpoint, { port })), close: () => endpoint.close() };
    };
    let server = await start(0);
    try {
      const tab = await gallery.tab();
      const failed = /WebSocket connection to .* failed/;
      gallery.expects(failed);
      await tab.page.goto(server.url + ROOT);
      await tab.connected();
      expect(await tab.page.locator("#stale").count()).toBe(0);
      // A deploy: other files, a new process, the same address.
      await server.close();
      await tab.page.waitForSelector("[data-phx-main].phx-client-error");
      await expect.poll(() => tab.complaints, PATIENT).toContainEqual(expect.stringMatching(failed));
      await appendFile(join(publicDir, "gallery.css"), "\n/* changed */\n");
      server = await start(server.port);
      await tab.shows("#stale", "The application has changed. Reload");
      await tab.connected();
      await tab.click("#reload");
      await tab.page.waitForFunction(() => document.querySelector("#stale") === null);
      await tab.connected();
      expect([tab.loads, await tab.page.locator("#stale").count()]).toEqual([2, 0]);
    } finally {
      await server.close();
      await rm(publicDir, { recursive: true, force: true });
    }
  });
});

describe("temporary assigns", () => {
  const ROOT = "/page/temporary";

  it("are sent once and shown until another comes", async () => {
    const tab = await gallery.open(ROOT);
    const lines = (text: string): Promise<void> => tab.shows("#report div:last-child", text);
    await lines("Report 1, line 200");
    const before = tab.watched.frames.length;
    await tab.click("#count");
    await tab.shows("#count", "Render the view: 1");
    await lines("Report 1, line 200");
    expect(JSON.stringify(tab.watched.frames.slice(before))).not.toContain("Report");
    await tab.click("#next");
    await lines("Report 2, line 200");
    expect(await tab.page.locator("#report div").count()).toBe(200);
    await tab.click("#count");
    await tab.shows("#count", "Render the view: 2");
    await lines("Report 2, line 200");
  });

  it("a place that is removed and comes back is empty until another value comes", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#toggle");
    await tab.gone("#report");
    await tab.click("#toggle");
    await tab.page.waitForSelector("#report");
    expect(await tab.page.locator("#report div").count()).toBe(0);
    await tab.click("#next");
    await tab.shows("#report div:first-child", "Report 2, line 1");
  });
});
