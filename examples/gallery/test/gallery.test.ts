import { openBrowser, type LivePage } from "holdfast/testing";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createGallery } from "../dist/app.js";
import { pages } from "../dist/registry.js";

const logged: string[] = [];
const gallery = createGallery({ secret: "a secret of these tests, long enough", log: (message) => void logged.push(message) });
const visit = (path: string): Promise<LivePage> => openBrowser(gallery).visit(path);
beforeEach(() => void logged.splice(0));
afterAll(() => gallery.close());

/** These say something to themselves as soon as they are connected: a message, and who is there. */
const TALKS = new Set(["/messages/mailbox", "/messages/presence"]);

describe("each page", () => {
  it.each(pages.map(({ path }) => path).filter((path) => !TALKS.has(path)))("%s is the same before and after it has connected", async (path) => {
    const browser = openBrowser(gallery);
    const dead = await browser.get(path);
    expect(dead.status).toBe(200);
    expect(dead.title).toMatch(/^.+ · Holdfast gallery$/);
    // What nobody sees: the client's own marks, on which side of a stream's items the white space stands, their proofs,
    // which only a connected page needs, and what a form has for this time only.
    const plain = (html: string): string =>
      html.replaceAll(/ (?:data-phx-[\w-]+|id="phx-[^"]*"|class="phx-[^"]*")(?:="[^"]*")?/g, "").replaceAll(/\s+(?=<)/g, "")
        .replaceAll(/~~[\w-]{16}/g, "").replaceAll(/(?<=name="_(?:submission|csrf_token)" value=")[\w-]+/g, "");
    const before = plain(dead.html("main"));
    const live = await dead.connect();
    expect(live.live).toBe(true);
    expect(plain(live.html("main"))).toBe(before);
    expect(logged).toEqual([]);
    live.close();
  });
});

describe("without a browser", () => {
  it("parameters: patches stay in the view, and what is not there is a 404", async () => {
    const page = await visit("/navigation/params");
    const same = await page.follow("#show-birch");
    expect(same).toBe(page);
    page.expectText("#plant", "This is the Birch.");
    await page.click("#smallest");
    page.expectPatch("/navigation/params/clover");
    expect((await openBrowser(gallery).get("/navigation/params/dodo")).status).toBe(404);
  });

  it("navigation: another view over the same socket", async () => {
    const page = await visit("/navigation/navigate");
    await page.click("#go");
    page.expectRedirect("/navigation/navigate/there");
    const there = await page.followRedirect();
    there.expectText("#where", "There");
    there.expectText("#flash", "Carried over by the navigation.");
  });

  it("streams: what is inserted and deleted", async () => {
    const page = await visit("/lists/streams");
    await page.click("#limit-end");
    await page.click("#songs-1 button:last-child");
    expect(page.text("#songs b")).toContain("Dusk");
    expect([page.count("#songs li"), page.has("#songs b", "Arrival")]).toEqual([2, false]);
  });

  it("components: each its own", async () => {
    const page = await visit("/components/live");
    await page.click("#one .like");
    await page.click("#one .like");
    page.expectText("#one", "Tea: 2 likes");
    page.expectText("#coffee", "Coffee: 0 likes");
    await page.click("#other");
    page.expectText("#two", "Tea: 0 likes");
  });

  it("tasks: a failure is a value", async () => {
    const page = await visit("/loading/values");
    page.expectText("#weather", "loading …");
    await page.click("#fail");
    await page.waitForText("#weather", "not known, no answer");
  });

  it("nested views: one crashes and its parent goes on", async () => {
    const page = await visit("/nested/views");
    await page.click("#inc");
    await page.child("#child-Ann").click(".inc");
    page.expectText("#child-Ann .inc", "1");
    page.expectText("#inc", "1");
  });

  it("refusals reach no handler", async () => {
    const page = await visit("/errors/refused");
    await page.expectRefused(() => page.click("#event-policy"));
    await page.click("#count");
    page.expectText("#count", "Clicked 1 times");
    expect(logged).toEqual(["event refused"]);
  });
});
