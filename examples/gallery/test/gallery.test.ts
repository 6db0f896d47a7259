import { openBrowser, type LivePage } from "holdfast/testing";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createGallery } from "../dist/app.js";
import { Quote } from "../dist/pages/hooks/quote.js";
import { pages } from "../dist/registry.js";

/** A picture of one pixel. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

const logged: string[] = [];
const gallery = createGallery({ secret: "a secret of these tests, long enough", log: (message) => void logged.push(message) });
const visit = (path: string): Promise<LivePage> => openBrowser(gallery).visit(path);
beforeEach(() => void logged.splice(0));
afterAll(() => gallery.close());

/** These receive a message of their own as soon as they are connected. */
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

  it("a typed hook: what it pushes is answered, what it is sent is seen, and what its types forbid is refused", async () => {
    const page = await visit("/hooks/typed");
    expect(await page.renderHook(Quote.pushes.quote, { start: 2, end: 6 }, { from: "#quote" })).toEqual({ number: 1 });
    expect(await page.renderHook(Quote.pushes.quote, { start: 6, end: 6 }, { from: "#quote" })).toEqual({ refused: expect.any(String) as string });
    await page.click("#quotes button");
    page.expectPush(Quote.messages.show, { start: 2, end: 6 });
    const { reason } = await page.expectRefused(() => page.renderHook("quote", { start: 0, end: "all" }, { from: "#quote" }));
    expect([reason, page.text("#quotes q")]).toEqual(["bad_payload", "hook"]);
  });

  it("view transitions are the browser's: here it is a patch like any other", async () => {
    const page = await visit("/navigation/transitions");
    await page.follow("#weka");
    page.expectPatch("/navigation/transitions?bird=weka");
    page.expectText("#about", "A rail");
    expect((await openBrowser(gallery).get("/navigation/transitions?bird=dodo")).status).toBe(404);
  });

  it("forms: items of a list are added and removed, and errors wait until their field was used", async () => {
    const page = await visit("/forms/nested");
    await page.click("#add");
    await page.change("form", { "recipe[title]": "Tea", "recipe[steps][0][text]": "Boil", "recipe[steps][1][text]": "Pour" });
    await page.click('#steps button[value="0"]');
    await page.change("form", { "recipe[title]": "" });
    page.expectText(".error", "A recipe needs a title");
    await page.submit("form", { "recipe[title]": "Tea", "recipe[steps][0][text]": "Pour" });
    page.expectText("#saved", "Tea: Pour");
  });

  it("a form that the browser posts: only once the view has found it valid, and with the session's token", async () => {
    const page = await visit("/forms/posted");
    await page.submit("form", { word: "please" });
    page.expectText("form", "That is not the word");
    await expect(page.followTriggerAction("form", { word: "please" })).rejects.toThrow("phx-trigger-action");
    await page.submit("form", { word: "open sesame" });
    const answer = await page.followTriggerAction("form", { word: "open sesame" });
    expect((await answer.followRedirect()).flash("info")).toContain("Posted by the browser: open sesame");
  });

  it("a form is recovered after a crash, and one that opts out is not", async () => {
    const page = await visit("/forms/recovery");
    await page.change("#draft", { title: "Half a" });
    await page.change("#lost-form", { lost: "gone" });
    await page.click("#crash");
    await page.rejoin();
    page.expectText("#known", "note “Half a”");
    expect([page.attr("#title", "value"), page.attr("#lost", "value")]).toEqual(["Half a", ""]);
    expect(logged).toEqual(["view crashed"]);
  });

  it("a long list: each end loads what is next to it, and drops what is far", async () => {
    const page = await visit("/lists/long");
    for (let i = 0; i < 3; i++) await page.scroll("#days", "bottom");
    expect([page.text("#first"), page.text("#last"), page.count("#days li")]).toEqual(["20", "79", 60]);
    await page.scroll("#days", "top");
    expect([page.text("#first"), page.count("#days li"), page.has("#days li:first-child", "Day 0")]).toEqual(["0", 60, true]);
    await expect(page.scroll("#days", "top")).rejects.toThrow("phx-viewport-top");
  });

  it("uploads: pictures are refused by name and bytes, and the form is sent when all are there", async () => {
    const page = await visit("/uploads/pictures");
    const input = "#pictures input[type=file]";
    await page.chooseFiles(input, [{ name: "a.png", content: PNG, type: "image/png" }, { name: "b.txt", content: "b" }]);
    await expect(page.submit("#pictures")).rejects.toThrow(/is not pushed.*b\.txt/s);
    await page.click("[aria-label='Remove b.txt']");
    await page.submit("#pictures");
    page.expectText("#saved", `a.png: ${PNG.length} bytes`);
    await page.chooseFiles(input, [{ name: "c.png", content: "MZ", type: "image/png" }]);
    await expect(page.submit("#pictures")).rejects.toThrow(/c\.png/);
  });

  it("uploads: several inputs in one form, and nothing is lost of one that the other refuses", async () => {
    const page = await visit("/uploads/several");
    await page.chooseFiles("#cover input", [{ name: "front.png", content: PNG, type: "image/png" }]);
    await page.chooseFiles("#chapters input", [{ name: "1.txt", content: "one" }, { name: "2.md", content: "# two" }]);
    await expect(page.submit("#book", { title: "Birds" })).rejects.toThrow(/2\.md.*is of another type/s);
    await page.click("[aria-label='Remove 2.md']");
    await page.submit("#book", { title: "Birds" });
    page.expectText("#books", "Birds: front.png, chapters of 3 letters");
  });

  it("uploads: a folder's files come with their paths, at once", async () => {
    const page = await visit("/uploads/auto");
    const files = await page.chooseFiles("#folder input", [
      { name: "a.bin", content: "a", relativePath: "box/a.bin" }, { name: "b.bin", content: "b", relativePath: "box/inner/b.bin" },
    ]);
    await files.sendAll();
    page.expectText("#kept li", "box/a.bin box/inner/b.bin");
    const refused = await page.chooseFiles("#notes input", [{ name: "a.exe", content: "MZ" }]);
    expect(await refused.preflight()).toEqual({});
    page.expectText("#notes .error", "not_accepted");
  });

  it("uploads: what goes elsewhere goes to the address that the view has given", async () => {
    const page = await visit("/uploads/elsewhere");
    const files = await page.chooseFiles("#elsewhere input", [{ name: "a.bin", content: "a" }]);
    expect(await files.preflight()).toEqual({ "a.bin": expect.objectContaining({ uploader: "resumable" }) as object });
    await page.submit("#elsewhere");
    page.expectText("#saved", "a.bin: 0 bytes elsewhere");
    await page.chooseFiles("#elsewhere input", [{ name: "huge.bin", content: new Uint8Array(5_000_001) }]);
    await expect(page.submit("#elsewhere")).rejects.toThrow(/huge\.bin/);
  });

  it("uploads: of two requests that bring the same bytes elsewhere at once, one counts", async () => {
    const browser = openBrowser(gallery);
    const page = await browser.visit("/uploads/elsewhere");
    const files = await page.chooseFiles("#elsewhere input", [{ name: "a.bin", content: "abcdef" }]);
    const { url } = (await files.preflight())["a.bin"] as { url: string };
    const headers = { "x-csrf-token": browser.csrfToken, "upload-offset": "0" };
    const both = [1, 2].map(async () => (await browser.request(url, { method: "PATCH", headers, body: "abc" })).status);
    expect((await Promise.all(both)).toSorted()).toEqual([204, 409]);
    await page.submit("#elsewhere");
    page.expectText("#saved", "a.bin: 3 bytes elsewhere");
  });

  it("messages: what others say does not fill a page's memory", async () => {
    const [page, other] = [await visit("/messages/pubsub"), await visit("/messages/pubsub")];
    for (let i = 0; i < 60; i++) await other.submit("#say", { name: "Ann", text: `line ${i}` });
    await page.settle();
    for (const each of [page, other]) expect(each.html("#lines").match(/<li>/g)).toHaveLength(50);
    page.expectText("#lines li:first-child", "line 10");
  });

  it("the component kit: an error stands at the field that it describes", async () => {
    const page = await visit("/kit/input");
    await page.change("form", { email: "nobody" });
    expect(page.attr("#talk_email", "aria-describedby")).toContain("talk_email-errors");
    page.expectText("#talk_email-errors", "That is no address");
  });

  it("refusals reach no handler", async () => {
    const page = await visit("/errors/refused");
    await page.expectRefused(() => page.click("#event-policy"));
    await page.click("#count");
    page.expectText("#count", "Clicked 1 times");
    expect(logged).toEqual(["event refused"]);
  });
});
