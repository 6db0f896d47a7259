import { describe, expect, it } from "vitest";
import { useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();

describe("live components", () => {
  const ROOT = "/components/live";
  const shows = (tab: Tab, id: string, title: string, likes: number, updates: number): Promise<void> =>
    tab.shows(`#${id}`, new RegExp(`^${title}: ${likes} likes, ${updates} updates `));

  it("has state and events of its own, and its events find it by themselves, by its number and by a selector", async () => {
    const tab = await gallery.open(ROOT);
    await shows(tab, "one", "Tea", 0, 1);
    await tab.click("#one .like", "#one .like", "#coffee .like");
    await shows(tab, "one", "Tea", 2, 1);
    await shows(tab, "coffee", "Coffee", 1, 1);
    await tab.click("#one .myself");
    await shows(tab, "one", "Tea", 7, 1);
    await tab.click("#by-selector");
    await shows(tab, "coffee", "Coffee", 2, 1);
    await tab.shows("#pushed", "0");
    await tab.click("#to-view");
    await tab.shows("#pushed", "1");
    await shows(tab, "coffee", "Coffee", 2, 1);
  });

  it("an event that its schema or its policy refuses never reaches a handler, and locks nothing", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#one .too-many");
    await gallery.refused("many", "bad_payload");
    await tab.click("#one .forbidden");
    await gallery.refused("forbidden", "event_policy");
    await tab.click("#one .like");
    await shows(tab, "one", "Tea", 1, 1);
    expect(await tab.page.locator("#one .phx-click-loading").count()).toBe(0);
  });

  it("other props update it, and only it; the view's other renders do not", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#one .like", "#to-view");
    await tab.shows("#pushed", "1");
    await shows(tab, "one", "Tea", 1, 1);
    const before = tab.watched.frames.length;
    await tab.click("#rename");
    await shows(tab, "one", "Tea!", 1, 2);
    await shows(tab, "coffee", "Coffee", 0, 1);
    expect(JSON.stringify(tab.watched.frames.slice(before))).not.toContain("Coffee");
  });

  it("another id is another component, and the first one is gone for good", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#one .like", "#one .like");
    await shows(tab, "one", "Tea", 2, 1);
    await tab.click("#other");
    await shows(tab, "two", "Tea", 0, 1);
    await tab.gone("#one");
    await tab.forgot(1);
    await tab.click("#two .like", "#other");
    await shows(tab, "one", "Tea", 0, 1);
    await tab.forgot(2);
    await tab.click("#one .like", "#toggle");
    await tab.gone("#one");
    await tab.forgot(3);
    await tab.click("#toggle");
    await shows(tab, "one", "Tea", 0, 1);
    await tab.click("#one .like");
    await shows(tab, "one", "Tea", 1, 1);
  });

  it("the same id of another definition is another component", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click(".star");
    await tab.shows(".star", "★");
    await shows(tab, "coffee", "Coffee", 0, 1);
  });

  it("two components of one definition send their statics once", async () => {
    const tab = await gallery.open(ROOT);
    const join = JSON.stringify(tab.watched.frames.find(([, , topic, event]) => String(topic).startsWith("lv:") && event === "phx_reply"));
    expect(join.match(/class=\\"like\\"/g)).toHaveLength(1);
  });

  it("an event for a component that is not there is answered, and nothing happens", async () => {
    const tab = await gallery.open(ROOT);
    // The button that is pressed is taken away in the same moment: its event comes behind the other's.
    await tab.page.evaluate(() => {
      const like = document.querySelector<HTMLElement>("#one .like")!;
      document.querySelector<HTMLElement>("#toggle")!.click();
      like.click();
    });
    await tab.gone("#one");
    await tab.click("#coffee .like");
    await shows(tab, "coffee", "Coffee", 1, 1);
    expect(gallery.crashes()).toEqual([]);
  });
});

describe("where components stand", () => {
  const ROOT = "/components/places";
  const clicks = async (tab: Tab, ...ids: string[]): Promise<void> => {
    for (const id of ids) {
      const [label, count] = (await tab.text(`#${id}`)).split(": ");
      await tab.click(`#${id}`);
      await tab.shows(`#${id}`, `${label}: ${Number(count) + 1}`);
    }
  };
  const order = (tab: Tab, at: string, ...texts: string[]): Promise<void> => tab.list(`${at} button[data-phx-component]`, texts);

  it("in a keyed list they move with their state, and one that is removed ends", async () => {
    const tab = await gallery.open(ROOT);
    const list = "p.row:has(#list-a)";
    await clicks(tab, "list-a", "list-a", "list-b");
    await tab.click("#reverse");
    await order(tab, list, "List c: 0", "List b: 1", "List a: 2");
    await tab.click("#remove-b");
    await order(tab, list, "List c: 0", "List a: 2");
    await tab.shows("#gone", "List b");
    await tab.click("#add-b");
    await order(tab, list, "List c: 0", "List a: 2", "List b: 0");
    await clicks(tab, "list-b", "list-a");
    await tab.shows("#gone", "List b");
  });

  it("in a stream they keep their state while others come, and end when their item goes", async () => {
    const tab = await gallery.open(ROOT);
    await clicks(tab, "stream-x", "stream-y", "stream-y");
    await tab.click("#insert");
    await order(tab, "#items", "Stream z0: 0", "Stream x: 1", "Stream y: 2");
    await tab.click("#insert");
    await order(tab, "#items", "Stream z1: 0", "Stream z0: 0", "Stream x: 1", "Stream y: 2");
    await clicks(tab, "stream-z0", "stream-y");
    await tab.click("#remove-x");
    await order(tab, "#items", "Stream z1: 0", "Stream z0: 1", "Stream y: 3");
    await tab.shows("#gone", "Stream x");
    await clicks(tab, "stream-z1", "stream-y");
  });

  it("in another component and in its slot, each with its own events", async () => {
    const tab = await gallery.open(ROOT);
    await clicks(tab, "frame-own", "in-slot", "in-slot");
    await tab.click("#slotted");
    await tab.shows("#slot", "slot 1");
    await tab.shows("#in-slot", "In the slot: 2");
    await tab.click("#frame >> text=Close the frame");
    await tab.gone("#in-slot");
    await tab.shows("#gone", "In the slot");
    await tab.shows("#frame-own", "The frame’s own: 1");
    await tab.click("#frame >> text=Open the frame");
    await tab.shows("#in-slot", "In the slot: 0");
    await clicks(tab, "in-slot", "frame-own");
    await tab.click("#slotted");
    await tab.shows("#slot", "slot 2");
  });

  it("one id twice is a mistake: the view crashes and comes back", async () => {
    const tab = await gallery.open(ROOT);
    await tab.rejoins(() => tab.click("#twice"));
    expect(gallery.crashes().join()).toMatch(/same (?:id|key)/);
    await clicks(tab, "list-a", "stream-x", "in-slot");
  });
});

describe("updating components", () => {
  const ROOT = "/components/updates";
  const calls = (tab: Tab, ...texts: string[]): Promise<void> => tab.list("#rows i", texts);

  it("updateMany is called once for all that one render updates", async () => {
    const tab = await gallery.open(ROOT);
    await tab.list("#rows b", ["User 1", "User 2", "User 3"]);
    await calls(tab, "one of 3", "one of 3", "one of 3");
    await tab.click("#add");
    await calls(tab, "one of 3", "one of 3", "one of 3", "one of 1");
    await tab.click("#replace");
    await tab.list("#rows b", ["User 11", "User 12", "User 13", "User 14"]);
    await calls(tab, "one of 4", "one of 4", "one of 4", "one of 4");
    await tab.click("#render");
    await tab.shows("#render", "Render the view: 1");
    await tab.click("#add");
    await calls(tab, "one of 4", "one of 4", "one of 4", "one of 4", "one of 1");
  });

  it("sendUpdate changes some props, and keeps the others", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#note");
    await tab.shows("#row-1 span", "sent by the view");
    await tab.click("#cart-now");
    await tab.shows("#cart", "Cart: 3 0 3");
    await tab.click("#render");
    await tab.shows("#cart", "Cart: 3 0 3");
  });

  it("sendUpdateAfter does it later, unless it is cancelled", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#cart-later");
    await tab.shows("#cart", "Cart: 7 0 7");
  });

  it("an update of a component that is not there does nothing", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#nobody", "#cart-now");
    await tab.shows("#cart", "Cart: 3 0 3");
    expect(gallery.crashes()).toEqual([]);
  });
});

describe("function components", () => {
  const ROOT = "/components/functions";

  it("render their props and slots, and text stays text", async () => {
    const tab = await gallery.open(ROOT);
    await tab.shows("#people h3", "People, 2");
    await tab.click("#add");
    await tab.shows("#people h3", "People, 3");
    await tab.list("#people li", ["1. Ada", "2. Grace", "3. <i>Number 3</i>"]);
    await tab.shows("#all", "Ada and Grace and <i>Number 3</i>");
    await tab.click("#people li:nth-child(3) button");
    await tab.shows("#chosen", "<i>Number 3</i>");
    expect(await tab.page.locator("#levels footer").count()).toBe(0);
  });

  it("an element's name is chosen at run time, and what may not be one is refused", async () => {
    const tab = await gallery.open(ROOT);
    for (const level of [2, 3, 4]) {
      await tab.click(`#levels li:nth-child(${level - 1}) a`);
      await tab.shows(`h${level}#heading`, "Chosen: nobody");
      expect(await tab.page.getAttribute("#heading", "title")).toBe(`level ${level}`);
    }
    await tab.list("#script, #no-name", ["template_hole_forbidden", "template_malformed"]);
    expect(tab.loads).toBe(1);
  });

  it("links navigate, patch, load and post, and one that would run code leads nowhere", async () => {
    const tab = await gallery.open(ROOT);
    const length = await tab.historyLength();
    await tab.click("#replace");
    await tab.shows("h4#heading", "Chosen: nobody");
    expect(await tab.historyLength()).toBe(length);
    await tab.click("#navigate");
    await tab.page.waitForSelector("#there");
    await tab.click("#back");
    await tab.page.waitForSelector("#people");
    await tab.connected();
    expect(tab.loads).toBe(1);
    expect(await tab.page.getAttribute("#hostile", "href")).not.toMatch(/javascript/);
    await tab.click("#plain");
    await tab.shows("h1", "What a live page can do");
    expect(tab.loads).toBe(2);
    await tab.page.goto(`${gallery.url}/navigation/sessions/plain`);
    await tab.click("#post");
    await tab.at("/navigation/sessions");
    await tab.shows("#flash p", "Posted, with the session’s token.");
    const response = await fetch(`${gallery.url}/navigation/sessions/plain`, { method: "POST" });
    expect(response.status).toBe(403);
  });
});

describe("focus and portals", () => {
  const ROOT = "/components/overlays";
  const focused = (tab: Tab, id: string): Promise<unknown> => tab.page.waitForFunction((at) => document.activeElement?.id === at, id);

  it("focusWrap takes the focus, keeps it inside, and gives it back", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#open");
    await focused(tab, "yes");
    await tab.page.keyboard.press("Tab");
    await focused(tab, "no");
    await tab.page.keyboard.press("Tab");
    await focused(tab, "yes");
    await tab.page.keyboard.press("Shift+Tab");
    await focused(tab, "no");
    await tab.page.keyboard.press("Enter");
    await tab.shows("#answer", "no");
    await tab.gone(".dialog");
    await focused(tab, "open");
    await tab.click("#open");
    await focused(tab, "yes");
    await tab.page.keyboard.press("Escape");
    await tab.gone(".dialog");
    await tab.shows("#answer", "no");
  });

  it("a portal's content is rendered elsewhere, is patched there, and leaves with the view", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#tip");
    await tab.page.waitForSelector("body > .note #note-text");
    await tab.click("#count");
    await tab.shows("#count", "1");
    await tab.click("#tip");
    await tab.gone("#note-text");
    await tab.click("#tip");
    await tab.shows("#count", "1");
    await tab.click("#contents a[href='/lists/keyed']");
    await tab.shows("main h1", "Keyed lists");
    await tab.gone("#note-text");
  });
});
