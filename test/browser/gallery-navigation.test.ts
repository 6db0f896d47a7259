import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PATIENT, STATUS, useGallery, type Tab } from "./support/gallery.js";

// Another site: redirects may lead there, because it is on the gallery's list.
const foreign = createServer((_request, response) => {
  response.setHeader("content-type", "text/html").end("<!doctype html><link rel=icon href=data:,><h1>Elsewhere</h1>");
});
let elsewhere: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  elsewhere = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`;
  vi.stubEnv("ELSEWHERE", elsewhere);
});
afterAll(() => {
  foreign.closeAllConnections();
  foreign.close();
});

const gallery = useGallery();

/** What the client asked the server for, of its own accord, on the view's topic. */
function sent(tab: Tab): string[] {
  const events: string[] = [];
  for (const socket of tab.watched.sockets) {
    socket.on("framesent", ({ payload }) => {
      if (typeof payload === "string") events.push((JSON.parse(payload) as unknown[])[3] as string);
    });
  }
  return events;
}

describe("parameters and actions", () => {
  const ROOT = "/navigation/params";

  it("links patch, pushing or replacing, and back and forward run handleParams in the same view", async () => {
    const tab = await gallery.open(ROOT);
    const length = await tab.historyLength();
    expect([await tab.text("#action"), await tab.text("#runs")]).toEqual(["index", "1"]);
    await tab.click("#by-height");
    await tab.list("#plants a", ["Clover", "Agave", "Birch"]);
    await tab.at(`${ROOT}?sort=height`);
    await tab.click("#show-agave");
    await tab.shows("#plant", "This is the Agave. Edit");
    expect([tab.path, await tab.text("#action"), await tab.text("#runs")]).toEqual([`${ROOT}/agave`, "show", "3"]);
    await tab.click("#edit");
    await tab.shows("#plant", "You would edit the Agave.");
    expect(await tab.historyLength()).toBe(length + 3);
    await tab.click("#by-height-replace");
    await tab.at(`${ROOT}?sort=height`);
    await tab.shows("#action", "index");
    expect(await tab.historyLength()).toBe(length + 3);
    await tab.back();
    await tab.shows("#plant", "This is the Agave. Edit");
    await tab.back();
    await tab.list("#plants a", ["Clover", "Agave", "Birch"]);
    await tab.back();
    await tab.list("#plants a", ["Agave", "Birch", "Clover"]);
    await tab.forward();
    await tab.list("#plants a", ["Clover", "Agave", "Birch"]);
    await tab.shows("#runs", "9");
    expect(tab.loads).toBe(1);
  });

  it("the server patches, pushing or replacing", async () => {
    const tab = await gallery.open(ROOT);
    const length = await tab.historyLength();
    await tab.click("#tallest");
    await tab.shows("#plant", /^This is the Birch/);
    await tab.at(`${ROOT}/birch`);
    expect(await tab.historyLength()).toBe(length + 1);
    await tab.click("#smallest");
    await tab.shows("#plant", /^This is the Clover/);
    await tab.at(`${ROOT}/clover`);
    expect(await tab.historyLength()).toBe(length + 1);
    await tab.back();
    await tab.shows("#action", "index");
    await tab.gone("#plant");
    expect(tab.loads).toBe(1);
  });

  it("begins at any of its URLs", async () => {
    const tab = await gallery.open(`${ROOT}/clover/edit`);
    expect([await tab.text("#action"), await tab.text("#plant")]).toEqual(["edit", "You would edit the Clover."]);
  });

  it("a patch to a URL that does not exist, or that the schema refuses, ends on the error page of that status", async () => {
    for (const url of [`${ROOT}/dodo`, `${ROOT}?sort=smell`]) {
      const response = await fetch(gallery.url + url);
      expect(response.status).toBe(404);
    }
    gallery.expects(STATUS(404));
    const tab = await gallery.open(ROOT);
    await tab.click("#bad-sort");
    await tab.shows("h1", "There is nothing here");
    await tab.open(ROOT);
    await tab.click("#missing");
    await tab.shows("h1", "There is nothing here");
  });
});

describe("from view to view", () => {
  const HERE = "/navigation/navigate";
  const THERE = "/navigation/navigate/there";

  it.each([
    ["a link", "#push", 1], ["a replacing link", "#replace", 0], ["a patch to another view", "#patch-away", 1],
    ["JS.navigate", "#js-navigate", 1], ["JS.navigate, replacing", "#js-replace", 0],
    ["pushNavigate", "#go", 1], ["pushNavigate, replacing", "#go-replacing", 0], ["return navigate", "#go-by-return", 1],
  ])("%s goes there over the socket that is open", async (_name, selector, pushed) => {
    const tab = await gallery.open(HERE);
    const length = await tab.historyLength();
    await tab.click("#click");
    await tab.shows("#click", "Clicked 1 times");
    await tab.click(selector);
    await tab.shows("#where", "There");
    await tab.connected();
    expect(tab.path).toBe(THERE);
    expect([tab.loads, tab.watched.sockets.length]).toEqual([1, 1]);
    expect(await tab.historyLength()).toBe(length + pushed);
    expect(await tab.page.locator("#flash p").count()).toBe(selector === "#go" ? 1 : 0);
  });

  it("back and forward navigate too, and the view that was left begins anew", async () => {
    const tab = await gallery.open(HERE);
    await tab.click("#click");
    await tab.shows("#click", "Clicked 1 times");
    await tab.click("#push");
    await tab.shows("#where", "There");
    await tab.back();
    await tab.shows("#where", "Here");
    await tab.shows("#click", "Clicked 0 times");
    await tab.click("#click");
    await tab.shows("#click", "Clicked 1 times");
    await tab.forward();
    await tab.shows("#where", "There");
    await tab.click("#back");
    await tab.shows("#where", "Here");
    expect([tab.loads, tab.watched.sockets.length]).toEqual([1, 1]);
  });

  it("a flash message comes along once", async () => {
    const tab = await gallery.open(HERE);
    await tab.click("#go");
    await tab.shows("#flash p", "Carried over by the navigation.");
    await tab.click("#back");
    await tab.shows("#where", "Here");
    await tab.gone("#flash p");
  });

  it("where no view is, the page is loaded and is a 404; another site is refused", async () => {
    gallery.expects(STATUS(404));
    const tab = await gallery.open(HERE);
    await tab.click("#go-nowhere");
    await tab.shows("h1", "There is nothing here");
    expect([tab.path, tab.loads]).toEqual([`${HERE}/nowhere`, 2]);
    await tab.open(HERE);
    await tab.rejoins(() => tab.click("#go-outside"));
    expect(tab.path).toBe(HERE);
    expect(gallery.crashes().join()).toContain("A redirect leads out of the application");
  });

  it("a patch by the server cannot lead to another view: it is a mistake, with an error that says what to do", async () => {
    const tab = await gallery.open(HERE);
    await tab.rejoins(() => tab.click("#patch-there"));
    expect(tab.path).toBe(HERE);
    expect(gallery.crashes().join()).toMatch(/patched to a URL of another view[\s\S]*pushNavigate/);
  });
});

describe("redirects", () => {
  const ROOT = "/navigation/redirect";

  it.each([["socket.redirect", "#inside"], ["return redirect", "#by-return"]])("%s loads a page of this site", async (_name, selector) => {
    const tab = await gallery.open(ROOT);
    await tab.click(selector);
    await tab.at(`${ROOT}/arrived`);
    await tab.shows("#arrived", "Arrived, from an event.");
    await tab.connected();
    expect(tab.loads).toBe(2);
    await tab.list("#flash p", selector === "#inside" ? ["The message came along."] : []);
  });

  it("in mount it redirects at both doors", async () => {
    const response = await fetch(`${gallery.url}${ROOT}/mount`, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, `${ROOT}/arrived?from=mount`]);
    const tab = await gallery.open(ROOT);
    await tab.click("#in-mount");
    await tab.at(`${ROOT}/arrived?from=mount`);
    await tab.shows("#arrived", "Arrived, from mount.");
  });

  it("an external one goes to the site on the list, and nowhere else", async () => {
    const tab = await gallery.open(ROOT);
    for (const selector of ["#disguised", "#unlisted"]) {
      await tab.rejoins(() => tab.click(selector));
      expect(tab.path).toBe(ROOT);
    }
    expect(gallery.crashes().map((message) => /^[^.]*/.exec(message)![0])).toEqual([
      "A redirect leads out of the application", "A redirect leads out of the application",
    ]);
    await tab.click("#outside");
    await tab.page.waitForURL(elsewhere);
    await tab.shows("h1", "Elsewhere");
  });
});

describe("anchors and scrolling", () => {
  const ROOT = "/navigation/scroll";
  const scrollY = (tab: Tab): Promise<number> => tab.page.evaluate(() => Math.round(window.scrollY));
  const scrolled = async (tab: Tab, test: (y: number) => boolean): Promise<number> => {
    await expect.poll(async () => test(await scrollY(tab)), PATIENT).toBe(true);
    return scrollY(tab);
  };
  /** The client notes where the page is a moment after it has come to rest. */
  const noted = (tab: Tab): Promise<unknown> =>
    tab.page.waitForFunction(() => (history.state as { scroll?: number } | null)?.scroll === window.scrollY);
  const topOf = (tab: Tab, selector: string): Promise<number> =>
    tab.page.evaluate((at) => Math.round(document.querySelector(at)!.getBoundingClientRect().top), selector);

  it("the browser handles an anchor, and the server is not told", async () => {
    const tab = await gallery.open(ROOT);
    const events = sent(tab);
    await tab.click("#to-anchor");
    await expect.poll(() => topOf(tab, "#storey-3"), PATIENT).toBeLessThan(700);
    await scrolled(tab, (y) => y > 300);
    expect(tab.path).toBe(`${ROOT}#storey-3`);
    await tab.click("#to-top");
    await scrolled(tab, (y) => y < 800);
    expect(tab.path).toBe(`${ROOT}#top`);
    await tab.back();
    await tab.at(`${ROOT}#storey-3`);
    expect(events.filter((event) => event !== "heartbeat")).toEqual([]);
    expect(tab.loads).toBe(1);
  });

  it("a navigation begins at the top, and going back restores the scroll position", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.locator("#cellar-from-below").scrollIntoViewIfNeeded();
    const before = await scrolled(tab, (y) => y > 300);
    await noted(tab);
    await tab.click("#cellar-from-below");
    await tab.page.locator("#barrels").waitFor();
    await scrolled(tab, (y) => y === 0);
    await noted(tab);
    await tab.back();
    await tab.page.locator("#storey-3").waitFor();
    await scrolled(tab, (y) => Math.abs(y - before) < 5);
    await tab.forward();
    await tab.page.locator("#barrels").waitFor();
    await scrolled(tab, (y) => y === 0);
    expect(tab.loads).toBe(1);
  });

  it("a navigation with an anchor begins there", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#barrels-link");
    await tab.at(`${ROOT}/cellar#barrels`);
    await scrolled(tab, (y) => y > 300);
    await expect.poll(() => topOf(tab, "#barrels"), PATIENT).toBeLessThan(100);
    expect(tab.loads).toBe(1);
  });

  it("a patch leaves the page where it is", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.locator("#light-2").scrollIntoViewIfNeeded();
    const before = await scrolled(tab, (y) => y > 300);
    await tab.click("#light-2");
    await tab.shows(".lit", /^Storey 2 /);
    await tab.click("#light-3");
    await tab.shows(".lit", /^Storey 3 /);
    expect(await scrollY(tab)).toBe(before);
  });
});

describe("patches in a row", () => {
  const ROOT = "/navigation/loop";

  it("handleParams patches three times and is done", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#three");
    await tab.shows("#step", "3");
    await tab.at(`${ROOT}?until=3&step=3`);
    await tab.click("#four");
    await tab.shows("#step", "4");
    await tab.at(`${ROOT}?until=4&step=4`);
    expect(gallery.crashes()).toEqual([]);
    expect(tab.loads).toBe(1);
  });

  it("begins with patches, over HTTP by redirects", async () => {
    const tab = await gallery.tab();
    await tab.page.goto(`${gallery.url}${ROOT}?until=2`);
    await tab.connected();
    await tab.shows("#step", "2");
    expect(tab.path).toBe(`${ROOT}?until=2&step=2`);
  });

  it("stops after twenty, with an error in the log", async () => {
    const tab = await gallery.open(ROOT);
    await tab.rejoins(() => tab.click("#endless"));
    expect(gallery.crashes()[0]).toMatch(/patched itself 21 times in a row/);
    // The client hears of a URL when the view has arrived there: the new one begins where the old one was.
    expect(tab.path).toBe(ROOT);
    await tab.click("#three");
    await tab.shows("#step", "3");
  });
});

describe("out of the live session", () => {
  const ROOT = "/navigation/sessions";

  it.each([["a link", "#other"], ["a patch", "#other-patch"], ["pushNavigate", "#leave"]])(
    "%s to another live session loads the page", async (_name, selector) => {
      const tab = await gallery.open(ROOT);
      await tab.click(selector);
      await tab.at(`${ROOT}/other`);
      await tab.shows("#where", "Another live session");
      await tab.connected();
      expect(tab.loads).toBe(2);
      await tab.click("#back");
      await tab.shows("#where", "The gallery’s live session");
      await tab.connected();
      expect(tab.loads).toBe(3);
    });

  it("navigationType says in advance how a URL is reached", async () => {
    const tab = await gallery.open(ROOT);
    await tab.list("#ways dt", [ROOT, "/lists/keyed", `${ROOT}/other`, `${ROOT}/plain`]);
    await tab.list("#ways dd", ["patch", "navigate", "href", "href"]);
  });

  it("a link to a plain route loads the page", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#plain");
    await tab.shows("#where", "A plain route");
    expect([tab.path, tab.loads]).toEqual([`${ROOT}/plain`, 2]);
    await tab.back();
    await tab.shows("#where", "The gallery’s live session");
    await tab.connected();
  });
});

describe("view transitions", () => {
  /** A page that counts the transitions that have ended: during one, it takes no clicks. */
  async function counting(reducedMotion: "reduce" | "no-preference"): Promise<Tab> {
    const tab = await gallery.tab();
    await tab.page.emulateMedia({ reducedMotion });
    await tab.page.addInitScript(() => {
      const start = document.startViewTransition.bind(document);
      let ended = 0;
      document.startViewTransition = (update) => {
        const transition = start(update);
        void transition.finished.then(() => (document.documentElement.dataset["transitions"] = String(++ended)));
        return transition;
      };
    });
    return tab.open("/navigation/transitions");
  }

  it("accompany the way to another URL, and no other update", async () => {
    const tab = await counting("no-preference");
    await tab.click("#see");
    await tab.shows("#see", "Seen 1 times");
    expect(await tab.page.getAttribute("html", "data-transitions")).toBe(null);
    await tab.click("#weka");
    await tab.page.waitForSelector("html[data-transitions='1']");
    await tab.shows("#about", /^A rail/);
    await tab.click("#see");
    await tab.shows("#see", "Seen 2 times");
    expect(await tab.page.getAttribute("html", "data-transitions")).toBe("1");
    expect(tab.loads).toBe(1);
  });

  it("are left out for users who prefer less motion, and the page changes all the same", async () => {
    const tab = await counting("reduce");
    await tab.click("#tui");
    await tab.shows("#about", /^A honeyeater/);
    expect(await tab.page.getAttribute("html", "data-transitions")).toBe(null);
  });
});
