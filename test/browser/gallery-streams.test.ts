import { describe, expect, it } from "vitest";
import { useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();

describe("streams", () => {
  const ROOT = "/lists/streams";
  const songs = (tab: Tab, ...titles: string[]): Promise<void> => tab.list("#songs b", titles);

  it("inserts at the end, at the beginning, at a position and behind all", async () => {
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

  it("keeps as many as its limit says, at either end", async () => {
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
