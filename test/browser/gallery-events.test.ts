import { describe, expect, it } from "vitest";
import { PATIENT, useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();
const log = (tab: Tab, ...lines: string[]): Promise<void> => tab.list("#log li", lines);

describe("bindings", () => {
  const ROOT = "/events/bindings";

  it("clicks send their values, and one that the schema refuses changes nothing", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#eleven");
    await gallery.refused("clicked", "bad_payload");
    await tab.click("#one", "#ten");
    // The client tells of a click away before it tells of the click.
    await log(tab, "clicked away", "clicked away", "clicked, amount 1", "clicked away", "clicked, amount 10");
    // The refused click locked nothing: its element has been answered.
    expect(await tab.page.locator("#eleven.phx-click-loading").count()).toBe(0);
    await tab.click("#forget");
    await log(tab);
  });

  it("a click outside is a click away, and a click inside is not", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#away");
    await tab.click("h1");
    await log(tab, "clicked away");
  });

  it("keys are heard on the element or on the window, and only the bound one", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.press("#keys", "a");
    await tab.page.press("#keys", "Escape");
    await log(tab, "key Escape");
    await tab.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await tab.page.keyboard.press("F3");
    await tab.page.keyboard.press("F2");
    await log(tab, "key Escape", "key F2");
  });

  it("focus and blur", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.focus("#focus");
    await log(tab, "focused");
    await tab.page.focus("#keys");
    await log(tab, "focused", "blurred");
  });

  it("typing is debounced, and text that is too long never reaches the server", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.locator("#text").pressSequentially("Hello");
    await tab.shows("#echo", "Hello");
    await tab.page.fill("#text", "x".repeat(41));
    await gallery.refused("typed", "bad_payload");
    expect(await tab.text("#echo")).toBe("Hello");
    expect(await tab.page.inputValue("#text")).toBe("x".repeat(41));
  });

  it("a hook asks and is answered; an undeclared event gets an empty answer", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#ask");
    await tab.shows("#answer", '{"length":8}');
    await tab.click("#shine");
    await tab.shows("#answer", "The server says hello.");
    await tab.click("#ask-badly");
    await gallery.refused("nothingOfThisName", "unknown_event");
    await tab.click("#ask");
    await tab.shows("#answer", '{"length":8}');
  });
});

describe("JS commands", () => {
  const ROOT = "/events/commands";
  const visible = (tab: Tab, state: "visible" | "hidden"): Promise<void> => tab.page.locator("#box").waitFor({ state });

  it("show, hide and toggle, and a render keeps what they did", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#hide");
    await visible(tab, "hidden");
    await tab.click("#push");
    await tab.shows("#count", "2");
    expect(await tab.page.isVisible("#box")).toBe(false);
    await tab.click("#show");
    await visible(tab, "visible");
    await tab.click("#toggle");
    await visible(tab, "hidden");
    await tab.click("#toggle");
    await visible(tab, "visible");
  });

  it("classes and attributes come and go", async () => {
    const tab = await gallery.open(ROOT);
    const box = tab.page.locator("#box");
    const loud = async (is: boolean): Promise<void> =>
      void (await expect.poll(async () => (await box.getAttribute("class"))!.includes("loud"), PATIENT).toBe(is));
    await tab.click("#add-class");
    await loud(true);
    await tab.click("#push");
    await tab.shows("#count", "2");
    await loud(true);
    await tab.click("#remove-class");
    await loud(false);
    await tab.click("#toggle-class");
    await loud(true);
    await tab.click("#toggle-class");
    await loud(false);
    await tab.click("#set-attribute");
    await expect.poll(() => box.getAttribute("title"), PATIENT).toBe("set");
    await tab.click("#remove-attribute");
    await expect.poll(() => box.getAttribute("title"), PATIENT).toBe(null);
  });

  it("focus, focusFirst and dispatch", async () => {
    const tab = await gallery.open(ROOT);
    const focused = (id: string): Promise<unknown> => tab.page.waitForFunction((at) => document.activeElement?.id === at, id);
    await tab.click("#focus");
    await focused("second");
    await tab.click("#focus-first");
    await focused("first");
    await tab.click("#dispatch");
    await tab.shows("#heard", "Heard.");
  });

  it("push with values, alone and in a chain; what the schema refuses changes nothing", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#push");
    await tab.shows("#box", "The box. Pushed 2 by a value.");
    await tab.click("#chain");
    await tab.shows("#box", "The box. Pushed 7 by nowhere.");
    expect(await tab.page.getAttribute("#box", "class")).toContain("loud");
    await tab.click("#invalid");
    await gallery.refused("add", "bad_payload");
    await tab.click("#push");
    await tab.shows("#count", "9");
  });

  it("a patch adds a history entry, or replaces one", async () => {
    const tab = await gallery.open(ROOT);
    const length = await tab.historyLength();
    await tab.click("#patch");
    await tab.shows("#tab", "two");
    await tab.click("#replace");
    await tab.shows("#tab", "three");
    expect([tab.path, await tab.historyLength(), tab.loads]).toEqual([`${ROOT}?tab=three`, length + 1, 1]);
    await tab.back();
    await tab.shows("#tab", "one");
  });
});

describe("flash", () => {
  const ROOT = "/events/flash";
  const messages = (tab: Tab, ...texts: string[]): Promise<void> => tab.list("#flash p", texts);

  it("is set by kind, shown as text, and cleared by the view or by its button", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#info", "#error");
    await messages(tab, "Saved.", "<b>Not</b> saved.");
    await tab.shows("#known", "Saved., <b>Not</b> saved.");
    await tab.click("#clear-info");
    await messages(tab, "<b>Not</b> saved.");
    await tab.click("#flash-error button");
    await messages(tab);
    await tab.shows("#known", "no info, no error");
    await tab.click("#info", "#error");
    await messages(tab, "Saved.", "<b>Not</b> saved.");
    await tab.click("#clear");
    await messages(tab);
    await tab.click("#info");
    await messages(tab, "Saved.");
    await tab.click("#hide-and-clear");
    await messages(tab);
  });

  it("survives a navigation, a patch and a redirect, once", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#navigate");
    await messages(tab, "Navigated.");
    expect(tab.loads).toBe(1);
    await tab.connected();
    await tab.click("#patch");
    await messages(tab, "Patched.");
    await tab.at(`${ROOT}?patched`);
    await tab.click("#clear", "#redirect");
    await messages(tab, "Redirected.");
    await tab.page.waitForFunction(() => location.search === "");
    await tab.connected();
    await messages(tab, "Redirected.");
    expect(tab.loads).toBe(2);
    await tab.page.reload();
    await tab.connected();
    await messages(tab);
  });
});
