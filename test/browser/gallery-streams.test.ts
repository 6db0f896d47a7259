import { describe, expect, it } from "vitest";
import { HeldBack, loseConnection } from "./support/browser.js";
import { useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();

describe("streams", () => {
  const ROOT = "/lists/streams";
  const songs = (tab: Tab, ...titles: string[]): Promise<void> => tab.list("#songs b", titles);

  it("inserts at the end, at the beginning, at a position and after all items", async () => {
    const tab = await gallery.open(ROOT);
    await songs(tab, "Arrival", "Bells", "Canon");
    await tab.click("#append");
    await songs(tab, "Arrival", "Bells", "Canon", "Dusk");
    await tab.click("#prepend");
    await songs(tab, "Echo", "Arrival", "Bells", "Canon", "Dusk");
    await tab.click("#second");
    await songs(tab, "Echo", "Fog", "Arrival", "Bells", "Canon", "Dusk");
    await tab.click("#far");
    await songs(tab, "Echo", "Fog", "Arrival", "Bells", "Canon", "Dusk", "Arrival");
    await tab.click("#several");
    await tab.list("#songs b", ["Right", "Left", "Echo", "Fog", "Arrival", "Bells", "Canon", "Dusk", "Arrival"]);
  });

  it("keeps as many items as its limit allows, at either end", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#limit-end");
    await songs(tab, "Dusk", "Arrival", "Bells");
    await tab.click("#limit-end");
    await songs(tab, "Echo", "Dusk", "Arrival");
    await tab.click("#limit-start");
    await songs(tab, "Dusk", "Arrival", "Fog");
    await tab.click("#limit-start");
    await songs(tab, "Arrival", "Fog", "Arrival");
  });

  it("replaces an item where it is, and with updateOnly only one that is there", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.evaluate(() => {
      (document.querySelector("#songs-2") as HTMLElement & { marked?: boolean }).marked = true;
    });
    await tab.click("#songs-2 >> text=Rename");
    await songs(tab, "Arrival", "Song 2, renamed", "Canon");
    await tab.click("#update-only");
    await songs(tab, "Arrival", "Bells, updated", "Canon");
    expect(await tab.page.evaluate(() => (document.querySelector("#songs-2") as HTMLElement & { marked?: boolean }).marked)).toBe(true);
    await tab.click("#songs-2 >> text=Remove", "#update-only", "#append");
    await songs(tab, "Arrival", "Canon", "Dusk");
  });

  it("deletes an item, deletes by DOM id, and two streams stand on one page", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#songs-1 >> text=Play");
    await songs(tab, "Bells", "Canon");
    await tab.list("#played li", ["Song 1"]);
    await tab.click("#songs-3 >> text=Play");
    await songs(tab, "Bells");
    await tab.list("#played li", ["Song 3", "Song 1"]);
    await tab.click("#songs-2 >> text=Remove");
    await songs(tab);
    await tab.list("#played li", ["Song 3", "Song 1"]);
    // What is gone is gone: to take it away again changes nothing.
    await tab.click("#append");
    await songs(tab, "Dusk");
  });

  it("resets to other items, to none, and with inserts and deletes in one render", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#append", "#prepend", "#songs-2 >> text=Rename");
    await songs(tab, "Echo", "Arrival", "Song 2, renamed", "Canon", "Dusk");
    await tab.click("#reset");
    await songs(tab, "Arrival", "Bells", "Canon");
    await tab.click("#empty");
    await songs(tab);
    await tab.click("#append");
    await songs(tab, "Fog");
    await tab.click("#mixed");
    await songs(tab, "In front", "Arrival");
    await tab.click("#append");
    await songs(tab, "In front", "Arrival", "Arrival");
  });

  it("sends what changed, not the list, and forgets it: a new view begins with its first items", async () => {
    const tab = await gallery.open(ROOT);
    const before = tab.watched.frames.length;
    await tab.click("#append");
    await songs(tab, "Arrival", "Bells", "Canon", "Dusk");
    const diff = JSON.stringify(tab.watched.frames.slice(before).find(([, , , event]) => event === "phx_reply"));
    expect(diff).toContain("Dusk");
    expect(diff).not.toMatch(/Arrival|Bells|Canon|<li/);
    await tab.rejoins(() => tab.click("#broken"));
    expect(gallery.crashes().join()).toMatch(/stream "songs" has no DOM id/);
    await songs(tab, "Arrival", "Bells", "Canon");
    await tab.click("#append");
    await songs(tab, "Arrival", "Bells", "Canon", "Dusk");
  });
});

describe("streams in components", () => {
  const ROOT = "/lists/nested-streams";
  const cards = (tab: Tab, column: string, ...texts: string[]): Promise<void> =>
    tab.list(`#column-${column}-cards li`, texts.map((text) => `${text} ×`));

  it("are each their own, and stay when the keyed list around them moves", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#column-Soon .add", "#column-Soon .add", "#column-Now li:first-child button");
    await cards(tab, "Soon", "Soon 4", "Soon 3", "Soon 1", "Soon 2");
    await cards(tab, "Now", "Now 2");
    await tab.click("#reverse");
    await tab.list("#board h3", ["Later", "Soon", "Now"]);
    await cards(tab, "Soon", "Soon 4", "Soon 3", "Soon 1", "Soon 2");
    await cards(tab, "Now", "Now 2");
    await cards(tab, "Later", "Later 1", "Later 2");
    await tab.click("#column-Now .add");
    await cards(tab, "Now", "Now 3", "Now 2");
  });

  it("resets one, drops one with its column, and begins one with a new column", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#column-Now .add", "#column-Now .reset");
    await cards(tab, "Now", "the only one");
    await cards(tab, "Soon", "Soon 1", "Soon 2");
    await tab.click("#drop-first");
    await tab.list("#board h3", ["Soon", "Later"]);
    await tab.click("#add-column");
    await tab.list("#board h3", ["Soon", "Later", "More1"]);
    await cards(tab, "More1", "More1 1", "More1 2");
    await tab.click("#column-More1 .add");
    await cards(tab, "More1", "More1 3", "More1 1", "More1 2");
    await cards(tab, "Later", "Later 1", "Later 2");
  });
});

describe("a long list", () => {
  const days = (tab: Tab): Promise<number[]> => tab.page.locator("#days > li").evaluateAll((items) => items.map(({ id }) => Number(id.replace("days-", ""))));
  /**
   * Scrolls towards an end of the window, until the list has (or has no longer) a day.
   *
   * In steps, as a wheel does: at once would be a jump. Each begins with a little in the other direction, because whoever is at the
   * end already would not move, and each waits for its frame, because two in one frame may come to no movement. Either way the
   * client would be told nothing.
   */
  const scrollUntil = async (tab: Tab, to: "top" | "bottom", wanted: (days: readonly number[]) => boolean): Promise<number[]> => {
    await expect.poll(async () => {
      await tab.page.locator("#window").evaluate(async (element, pixels) => {
        for (const by of [-pixels / 10, pixels]) {
          element.scrollBy(0, by);
          await new Promise(requestAnimationFrame);
        }
      }, to === "top" ? -150 : 150);
      return wanted(await days(tab));
    }, { timeout: 60_000, interval: 30 }).toBe(true);
    return days(tab);
  };
  const isWhole = (shown: readonly number[]): boolean => shown.length <= 60 && shown.every((day, at) => at === 0 || day === shown[at - 1]! + 1);

  it("is scrolled in both directions: the browser keeps three pages, without a gap", async () => {
    const tab = await gallery.open("/lists/long");
    expect(await days(tab)).toEqual(Array.from({ length: 20 }, (_, day) => day));
    const below = await scrollUntil(tab, "bottom", (shown) => shown.includes(130));
    expect(isWhole(below)).toBe(true);
    expect(below).not.toContain(0);
    const above = await scrollUntil(tab, "top", (shown) => shown.includes(0));
    expect(isWhole(above)).toBe(true);
    await tab.shows("#first", "0");
    expect(above).not.toContain(130);
    // At its beginning nothing is asked for any more.
    const asked = await tab.text("#asked");
    for (const by of [100, -200]) await tab.page.locator("#window").evaluate((element, pixels) => element.scrollBy(0, pixels), by);
    expect(await tab.text("#asked")).toBe(asked);
    expect(tab.loads).toBe(1);
  });

  it("begins anew when somebody jumps to its top from far below", async () => {
    const tab = await gallery.open("/lists/long");
    await scrollUntil(tab, "bottom", (shown) => shown.includes(130));
    await tab.page.focus("#window");
    await tab.page.locator("#window").evaluate((element) => element.scrollTo(0, 0));
    await expect.poll(async () => (await days(tab))[0], { timeout: 60_000 }).toBe(0);
    expect(isWhole(await days(tab))).toBe(true);
  });

  it("can be scrolled on after the connection was lost while it waited for a page, and after it was scrolled meanwhile", async () => {
    const tab = await gallery.tab();
    const held = await HeldBack.of(tab.page);
    await tab.open("/lists/long");
    held.hold();
    const toBottom = (): Promise<void> => tab.page.locator("#window").evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await toBottom();
    await tab.page.waitForSelector("#days[data-phx-ref-src]");
    await tab.rejoins(async () => {
      const lost = loseConnection(tab.page);
      await tab.page.waitForSelector("[data-phx-main]:not(.phx-connected)");
      // It asks for another page, and is not heard.
      await tab.page.locator("#window").evaluate((element) => element.scrollTo(0, 0));
      await toBottom();
      held.release();
      await lost;
    });
    expect((await scrollUntil(tab, "top", (shown) => shown.includes(0)))[0]).toBe(0);
    expect(isWhole(await scrollUntil(tab, "bottom", (shown) => shown.includes(50)))).toBe(true);
    expect(tab.loads).toBe(1);
  });
});
