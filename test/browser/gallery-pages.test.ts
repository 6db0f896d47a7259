import { describe, expect, it } from "vitest";
import { PATIENT, useGallery } from "./support/gallery.js";

const gallery = useGallery();

describe("on-mount hooks", () => {
  const ROOT = "/hooks/on-mount";
  const ORDER = "the live session → ticket → seat → light → mount → handleParams";

  it("run in their order at both doors, each knowing what those before it gave", async () => {
    const page = await (await fetch(gallery.url + ROOT)).text();
    expect(page).toContain(ORDER);
    const tab = await gallery.open(ROOT);
    expect([await tab.text("#trail"), await tab.text("#seat")]).toEqual([ORDER, "12"]);
  });

  it.each([["?ticket=none", `${ROOT}/refused`], ["?seat=taken", `${ROOT}/refused?by=seat`]])(
    "one that halts at %s leads elsewhere, and nothing behind it runs", async (query, to) => {
      const response = await fetch(gallery.url + ROOT + query, { redirect: "manual" });
      expect([response.status, response.headers.get("location")]).toEqual([302, to]);
      const tab = await gallery.open(ROOT);
      await tab.click(query.includes("ticket") ? "#no-ticket" : "#no-seat");
      await tab.at(to);
      await tab.shows("#refused", /^Outside/);
      await tab.connected();
      await tab.list("#flash p", query.includes("ticket") ? ["No ticket: the view’s first hook halted."] : []);
      await tab.click("#again");
      await tab.shows("#trail", ORDER);
    });
});

describe("keyed lists", () => {
  const ROOT = "/lists/keyed";
  const names = (...list: string[]): [string, string[]] => ["#trees b", list];

  it("show each change: add, rename, move, remove, reverse, shuffle, clear", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#prepend");
    await tab.list(...names("Tree 6", "Alder", "Beech", "Cedar", "Dogwood", "Elm"));
    await tab.click("#append");
    await tab.list(...names("Tree 6", "Alder", "Beech", "Cedar", "Dogwood", "Elm", "Tree 7"));
    await tab.click("#tree-3 >> text=Rename");
    await tab.click("#tree-3 >> text=To the top");
    await tab.list(...names("Cedar!", "Tree 6", "Alder", "Beech", "Dogwood", "Elm", "Tree 7"));
    await tab.click("#tree-1 >> text=Remove", "#tree-6 >> text=Remove");
    await tab.list(...names("Cedar!", "Beech", "Dogwood", "Elm", "Tree 7"));
    await tab.click("#reverse");
    await tab.list(...names("Tree 7", "Elm", "Dogwood", "Beech", "Cedar!"));
    await tab.click("#shuffle");
    await tab.list(...names("Elm", "Beech", "Tree 7", "Dogwood", "Cedar!"));
    await tab.click("#clear");
    await tab.list(...names());
    await tab.shows("#empty", "No trees.");
    await tab.click("#refill");
    await tab.list(...names("Alder", "Beech", "Cedar", "Dogwood", "Elm"));
    await tab.shows("#empty", "");
  });

  it("typed text and the focus move with their item, and a move sends no text", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.fill("#note-1", "mine");
    await tab.page.evaluate(() => {
      (document.querySelector("#tree-1") as HTMLElement & { marked?: boolean }).marked = true;
    });
    const before = tab.watched.frames.length;
    await tab.page.focus("#note-1");
    // By its keyboard: a click would take the focus.
    await tab.page.evaluate(() => document.querySelector<HTMLElement>("#reverse")!.click());
    await tab.list(...names("Elm", "Dogwood", "Cedar", "Beech", "Alder"));
    expect(await tab.page.inputValue("#note-1")).toBe("mine");
    expect(await tab.page.evaluate(() => (document.querySelector("#tree-1") as HTMLElement & { marked?: boolean }).marked)).toBe(true);
    expect(await tab.page.evaluate(() => document.activeElement?.id)).toBe("note-1");
    const diff = JSON.stringify(tab.watched.frames.slice(before).find(([, , , event]) => event === "phx_reply"));
    expect(diff).not.toMatch(/Alder|Elm|<li/);
  });

  it("the same key twice crashes this view, and it comes back whole", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#append");
    await tab.list(...names("Alder", "Beech", "Cedar", "Dogwood", "Elm", "Tree 6"));
    await tab.rejoins(() => tab.click("#twice"));
    await tab.list(...names("Alder", "Beech", "Cedar", "Dogwood", "Elm"));
    expect(gallery.crashes().join()).toMatch(/key/);
  });

  it("an item that is not there any more is no error", async () => {
    const [tab] = [await gallery.open(ROOT)];
    await tab.page.evaluate(() => {
      const button = document.querySelector<HTMLElement>("#tree-2 button:last-child")!;
      button.click();
      button.click();
    });
    await tab.list(...names("Alder", "Cedar", "Dogwood", "Elm"));
    await tab.click("#prepend");
    await tab.list(...names("Tree 6", "Alder", "Cedar", "Dogwood", "Elm"));
    expect(gallery.crashes()).toEqual([]);
  });
});

describe("the mailbox", () => {
  const ROOT = "/messages/mailbox";

  it("keeps its order, from mount on", async () => {
    const tab = await gallery.open(ROOT);
    await tab.list("#log li", ["sent in handleParams"]);
    await tab.click("#order");
    await tab.list("#log li", ["sent in handleParams", "first: the handler itself", "second: sent to itself", "third: sent behind it"]);
  });

  it("brings messages later, and not when they are cancelled", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#later");
    await tab.list("#log li", ["sent in handleParams", "150 ms later"]);
    await tab.click("#cancelled");
    await tab.list("#log li", ["sent in handleParams", "150 ms later", "after the cancelled one"]);
  });

  it("brings messages at an interval until it is stopped", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#start");
    await tab.shows("#ticks", /^([3-9]|\d\d+)$/);
    expect(await tab.text("#running")).toBe("running");
    await tab.click("#stop");
    await tab.shows("#running", "still");
    const ticks = await tab.text("#ticks");
    // As long as several of its intervals: what comes at 150 ms would come after the next tick.
    await tab.click("#later");
    await tab.list("#log li", ["sent in handleParams", "150 ms later"]);
    expect(await tab.text("#ticks")).toBe(ticks);
  });

  it("has a bound: beyond it this view starts again, and the other does not", async () => {
    const tab = await gallery.open(ROOT);
    const other = await gallery.another(tab, ROOT);
    await other.click("#order");
    await other.shows("#log li:last-child", "third: sent behind it");
    await tab.rejoins(() => tab.click("#flood"));
    await tab.list("#log li", ["sent in handleParams"]);
    expect(gallery.crashes()).toEqual([]);
    expect(gallery.logged.map(({ message }) => message)).toContain("view fell behind");
    await other.click("#later");
    await other.shows("#log li:last-child", "150 ms later");
    expect(await other.page.locator("#log li").count()).toBe(5);
  });
});

describe("presence", () => {
  const ROOT = "/messages/presence";

  it("shows who is there, what they do, and that they leave", async () => {
    const one = await gallery.open(ROOT);
    await one.list("#guests li", ["somebody"]);
    const two = await gallery.open(ROOT);
    await one.list("#guests li", ["somebody", "somebody"]);
    const sorted = async (tab: typeof one, names: string[]): Promise<void> => void (await tab.page.waitForFunction((expected) =>
      JSON.stringify([...document.querySelectorAll("#guests li")].map((li) => li.textContent.trim()).sort()) === expected, JSON.stringify(names)));
    await two.page.fill("#name", "Bob");
    await sorted(one, ["somebody", "somebody is typing …"]);
    await two.click("#send");
    await sorted(one, ["Bob", "somebody"]);
    await two.click("#hide");
    await one.list("#guests li", ["somebody"]);
    await two.click("#show");
    await sorted(one, ["Bob", "somebody"]);
    await two.page.close();
    await one.list("#guests li", ["somebody"]);
  });
});

describe("PubSub", () => {
  const ROOT = "/messages/pubsub";

  it("is heard by the others, until they stop listening", async () => {
    const [one, two] = [await gallery.open(ROOT), await gallery.open(ROOT)];
    const say = async (name: string, text: string): Promise<void> => {
      await one.page.fill("#name", name);
      await one.page.fill("#text", text);
      await one.click("#send");
    };
    await say("Ada", "Hello");
    await two.list("#lines li", ["Ada: Hello"]);
    await one.list("#lines li", ["you: Hello"]);
    await two.click("#leave");
    await two.page.waitForSelector("#enter");
    await say("Ada", "Are you there?");
    await one.list("#lines li", ["you: Hello", "you: Are you there?"]);
    await two.click("#enter");
    await two.page.waitForSelector("#leave");
    await say("Ada", "<i>Again</i>");
    await two.list("#lines li", ["Ada: Hello", "Ada: <i>Again</i>"]);
  });

  it("what the schema refuses is broadcast to nobody", async () => {
    const [one, two] = [await gallery.open(ROOT), await gallery.open(ROOT)];
    await one.click("#send");
    await gallery.refused("say", "bad_payload");
    await one.page.fill("#name", "Ada");
    await one.page.fill("#text", "Now");
    await one.click("#send");
    await two.list("#lines li", ["Ada: Now"]);
  });
});

describe("the end of a view", () => {
  const ROOT = "/messages/terminate";

  it("runs its registered callbacks once, however it ends", async () => {
    const watcher = await gallery.open(ROOT);
    const [open, ended] = [Number(await watcher.text("#open")), Number(await watcher.text("#ended"))];
    const shows = async (o: number, e: number): Promise<void> => {
      await watcher.shows("#open", String(open + o));
      await watcher.shows("#ended", String(ended + e));
    };
    const visitor = await gallery.open(ROOT);
    await visitor.click("#visit");
    await shows(1, 0);
    await visitor.click("#leave");
    await visitor.page.waitForSelector("#visit");
    await shows(0, 1);
    await visitor.click("#visit");
    await shows(1, 1);
    await visitor.connected();
    await visitor.rejoins(() => visitor.click("#crash"));
    await shows(1, 2);
    await visitor.page.close();
    await shows(0, 3);
    expect(gallery.logged.filter(({ message }) => message === "onTerminate threw")).toHaveLength(3);
  });
});

describe("the page's title", () => {
  const ROOT = "/page/title";
  const SUFFIX = " · Holdfast gallery";
  const titled = (tab: Awaited<ReturnType<typeof gallery.open>>, title: string): Promise<unknown> =>
    tab.page.waitForFunction((wanted) => document.title === wanted, title + SUFFIX);

  it("is set in mount and by events, as text, with the root layout's suffix", async () => {
    const tab = await gallery.open(ROOT);
    expect(await tab.page.title()).toBe(`A title${SUFFIX}`);
    await tab.click("#unread");
    await titled(tab, "(1) A title");
    const hostile = "</title><script>alert(1)</script>";
    await tab.page.fill("#title", hostile);
    await tab.click("#save");
    await titled(tab, hostile);
  });

  it("is the next page's after a navigation, and this one's again after going back", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#contents a[href='/lists/keyed']");
    await titled(tab, "Keyed lists");
    await tab.back();
    await titled(tab, "A title");
    expect(tab.loads).toBe(1);
  });

  it("is not changed by what the schema refuses", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.fill("#title", "x".repeat(61));
    await tab.click("#save");
    await gallery.refused("rename", "bad_payload");
    expect(await tab.page.title()).toBe(`A title${SUFFIX}`);
  });
});

describe("nested forms", () => {
  const ROOT = "/forms/nested";
  const texts = (tab: Awaited<ReturnType<typeof gallery.open>>): Promise<string[]> =>
    tab.page.locator("#steps input:not([type=hidden])").evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));

  it("adds and removes items, and keeps what was typed beside them", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.fill("#recipe_title", "Tea");
    await tab.page.fill("#steps > div:nth-of-type(1) input:not([type=hidden])", "Boil");
    await tab.click("#add");
    await tab.page.waitForSelector("#steps > div:nth-of-type(2)");
    await tab.page.fill("#steps > div:nth-of-type(2) input:not([type=hidden])", "Pour");
    await tab.click("#add");
    await tab.page.waitForSelector("#steps > div:nth-of-type(3)");
    await tab.page.fill("#steps > div:nth-of-type(3) input:not([type=hidden])", "Wait");
    expect(await texts(tab)).toEqual(["Boil", "Pour", "Wait"]);
    await tab.click("#steps > div:nth-of-type(2) button");
    await tab.page.locator("#steps > div:nth-of-type(3)").waitFor({ state: "detached" });
    expect(await texts(tab)).toEqual(["Boil", "Wait"]);
    await tab.click("#save");
    await tab.shows("#saved", "Tea: Boil, Wait");
  });

  it("shows an error where its field was used, and all of them when it is submitted", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.fill("#recipe_title", "x");
    await tab.page.fill("#recipe_title", "");
    await tab.list(".error", ["A recipe needs a title"]);
    await tab.click("#save");
    await tab.list(".error", ["A recipe needs a title", "Say what to do"]);
    await tab.click("#steps > div:nth-of-type(1) button");
    await tab.list(".error", ["A recipe needs a title", "At least one step"]);
    expect(await tab.text("#saved")).toBe("");
    await tab.click("#add");
    await tab.page.waitForSelector("#steps > div");
    await tab.page.fill("#steps > div input:not([type=hidden])", "<b>Stir</b>");
    await tab.page.fill("#recipe_title", "Soup");
    await tab.click("#save");
    await tab.shows("#saved", "Soup: <b>Stir</b>");
  });
});

describe("form recovery", () => {
  const ROOT = "/forms/recovery";

  it("sends typed values again, each form as it asks", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.fill("#title", "Dear <you>");
    await tab.page.fill("#body", "Line one\nLine two");
    await tab.page.selectOption("#kind", "letter");
    await tab.page.fill("#other", "thing");
    await tab.page.fill("#lost", "gone");
    await tab.shows("#known", "letter “Dear <you>”");
    expect(Number(await tab.text("#changes"))).toBeGreaterThanOrEqual(3);
    await tab.rejoins(() => tab.click("#crash"));
    await tab.shows("#known", "letter “Dear <you>”");
    await tab.shows("#recovered", "recovered by its own event: thing");
    // The client's recovery, and the text that a draft has put back.
    expect(await tab.text("#changes")).toMatch(/^[12]$/);
    expect(await tab.page.inputValue("#body")).toBe("Line one\nLine two");
    expect(await tab.page.inputValue("#title")).toBe("Dear <you>");
    expect(await tab.page.inputValue("#kind")).toBe("letter");
    await tab.click("#save");
    await tab.shows("#flash p", "Saved “Dear <you>”.");
    expect(await tab.page.inputValue("#lost")).toBe("");
  });

  it("a form that the schema refuses is not recovered, and nothing is locked", async () => {
    const tab = await gallery.open(ROOT);
    await tab.page.fill("#title", "x".repeat(61));
    await gallery.refused("change", "bad_payload");
    await tab.rejoins(() => tab.click("#crash"));
    await expect.poll(() => gallery.logged.filter(({ details }) => details["reason"] === "bad_payload").length, PATIENT).toBeGreaterThan(1);
    expect(await tab.text("#known")).toBe("note “”");
    await tab.page.fill("#title", "short");
    await tab.shows("#known", "note “short”");
  });
});

// WCAG 2.2, 1.4.4 and 1.4.10: text of twice the size, in a window as narrow as they come.
it("no page scrolls sideways at 320 px with text of 200 %", async () => {
  const { pages } = await import("../../examples/gallery/dist/registry.js");
  const { page } = await gallery.tab();
  await page.setViewportSize({ width: 320, height: 800 });
  await page.addInitScript(() => addEventListener("DOMContentLoaded", () => void (document.documentElement.style.fontSize = "200%")));
  const wide: string[] = [];
  for (const { path } of pages) {
    await page.goto(gallery.url + path);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (excess > 0) wide.push(`${path}: ${excess} px`);
  }
  expect(wide).toEqual([]);
});
