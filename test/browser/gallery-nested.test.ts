import { describe, expect, it } from "vitest";
import { loseConnection } from "./support/browser.js";
import { useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();

/** What of the client's own views says whether they can be used. */
interface ClientView {
  readonly joinPending: boolean;
  isConnected(): boolean;
}

/** Resolves when all views of the page have joined. Not by their class: the client drops it when their parent renders. */
async function allConnected(tab: Tab): Promise<void> {
  await tab.page.waitForFunction(() => {
    const { liveSocket } = window as unknown as { liveSocket: { getViewByEl(el: Element): ClientView | undefined } };
    return [...document.querySelectorAll("[data-phx-session]")].every((el) => {
      const view = liveSocket.getViewByEl(el);
      return view !== undefined && !view.joinPending && view.isConnected();
    });
  });
}

describe("nested views", () => {
  const ROOT = "/nested/views";
  const open = async (): Promise<Tab> => {
    const tab = await gallery.open(ROOT);
    await allConnected(tab);
    return tab;
  };
  const child = (name: string, selector: string): string => `[data-name=${name}] ${selector}`;

  it("are in the page's HTML, with their session and their parent's assigns", async () => {
    const page = await (await fetch(gallery.url + ROOT)).text();
    expect(page.match(/<b>(?:Ann|Ben)<\/b>, calm, the parent’s theme/g)).toHaveLength(2);
    const tab = await open();
    await tab.list(".nested b", ["Ann", "Ben"]);
    await tab.shows("[data-name=Ann]", /^Ann, calm, the parent’s theme:/);
  });

  it("have their own mailboxes: a busy one keeps no other waiting", async () => {
    const tab = await open();
    await tab.click(child("Ann", ".block"));
    await tab.page.waitForSelector(child("Ann", ".block.phx-click-loading"));
    await tab.click(child("Ann", ".inc"), child("Ben", ".inc"), "#inc");
    await tab.shows(child("Ben", ".inc"), "1");
    await tab.shows("#inc", "1");
    expect(await tab.text(child("Ann", ".inc"))).toBe("0");
    await tab.click("#release");
    await tab.shows(child("Ann", ".inc"), "101");
  });

  it("crash apart from their parent and from each other", async () => {
    const tab = await open();
    await tab.click("#inc", child("Ann", ".inc"), child("Ben", ".inc"));
    await tab.shows(child("Ann", ".inc"), "1");
    await tab.click(child("Ann", ".crash"));
    await tab.shows(child("Ann", ".inc"), "0");
    await allConnected(tab);
    await tab.click(child("Ann", ".inc"), child("Ben", ".inc"), "#inc");
    await tab.shows(child("Ann", ".inc"), "1");
    await tab.shows(child("Ben", ".inc"), "2");
    await tab.shows("#inc", "2");
    await tab.shows("[data-name=Ann]", /^Ann, calm, the parent’s theme:/);
    expect(gallery.crashes()).toEqual(["the nested view throws"]);
  });

  it("come and go with their parent's template, and each ends once", async () => {
    const tab = await open();
    await tab.click("#add");
    await tab.list(".nested b", ["Ann", "Ben", "Cas"]);
    await allConnected(tab);
    await tab.click(child("Cas", ".inc"));
    await tab.shows(child("Cas", ".inc"), "1");
    await tab.click("#remove");
    await tab.list(".nested b", ["Ben", "Cas"]);
    await tab.shows("#gone", "Ann");
    await tab.shows(child("Cas", ".inc"), "1");
  });

  it("end with their parent, and begin anew with it", async () => {
    const tab = await open();
    const witness = await open();
    await tab.click(child("Ben", ".inc"));
    await tab.shows(child("Ben", ".inc"), "1");
    await tab.rejoins(() => tab.click("#crash"));
    await allConnected(tab);
    await tab.shows(child("Ben", ".inc"), "0");
    await witness.shows("#gone", /^(?:Ann, Ben|Ben, Ann)$/);
    await tab.page.close();
    await witness.shows("#gone", /^(?:Ann, Ben|Ben, Ann), (?:Ann, Ben|Ben, Ann)$/);
  });
});

it("nested and sticky views come back when the connection does", async () => {
  const tab = await gallery.open("/nested/sticky");
  await allConnected(tab);
  await tab.click("#step", "#inc");
  await tab.shows("#seconds", "1");
  await tab.rejoins(() => loseConnection(tab.page));
  await allConnected(tab);
  await tab.shows("#seconds", "0");
  await tab.click("#step", "#step", "#inc");
  await tab.shows("#seconds", "2");
  await tab.shows("#inc", "1");
  await tab.open("/nested/views");
  await allConnected(tab);
  await tab.click("[data-name=Ben] .inc");
  await tab.shows("[data-name=Ben] .inc", "1");
  await tab.rejoins(() => loseConnection(tab.page));
  await allConnected(tab);
  await tab.shows("[data-name=Ben] .inc", "0");
  await tab.click("[data-name=Ben] .inc");
  await tab.shows("[data-name=Ben] .inc", "1");
});

describe("sticky views", () => {
  const ROOT = "/nested/sticky";
  const open = async (): Promise<Tab> => {
    const tab = await gallery.open(ROOT);
    await allConnected(tab);
    return tab;
  };

  it("survive live navigation, with their state and their timers", async () => {
    const tab = await open();
    await tab.click("#step", "#step", "#inc");
    await tab.shows("#seconds", "2");
    await tab.shows("#inc", "1");
    await tab.page.evaluate(() => {
      (document.querySelector("#player") as HTMLElement & { marked?: boolean }).marked = true;
    });
    await tab.click("#garden");
    await tab.shows("#where", "The garden");
    await tab.connected();
    await tab.shows("#seconds", "2");
    await tab.click("#play");
    await tab.shows("#seconds", /^([5-9]|\d\d+)$/);
    await tab.click("#hall");
    await tab.shows("#where", "The hall");
    await tab.shows("#inc", "0");
    expect(await tab.text("#playing")).toBe("playing");
    await tab.click("#pause");
    await tab.shows("#playing", "paused");
    expect(Number(await tab.text("#seconds"))).toBeGreaterThanOrEqual(5);
    expect(await tab.page.evaluate(() => (document.querySelector("#player") as HTMLElement & { marked?: boolean }).marked)).toBe(true);
    expect(tab.loads).toBe(1);
    await tab.back();
    await tab.shows("#where", "The garden");
    await tab.click("#step");
    await tab.shows("#playing", "paused");
  });

  it("end where the next page does not have them, and begin anew where one has", async () => {
    const tab = await open();
    await tab.click("#step");
    await tab.shows("#seconds", "1");
    await tab.click("#street");
    await tab.shows("#where", "The street");
    await tab.gone("#player");
    await tab.click("#hall");
    await tab.shows("#where", "The hall");
    await allConnected(tab);
    await tab.shows("#seconds", "0");
    await tab.click("#step");
    await tab.shows("#seconds", "1");
  });

  it("crash apart from the page, and the page apart from them", async () => {
    const tab = await open();
    await tab.click("#inc", "#step");
    await tab.shows("#seconds", "1");
    await tab.click("#crash");
    await tab.shows("#seconds", "0");
    await allConnected(tab);
    await tab.click("#step", "#step");
    await tab.shows("#seconds", "2");
    await tab.shows("#inc", "1");
    await tab.rejoins(() => tab.click("#crash-hall"));
    await tab.shows("#inc", "0");
    await tab.shows("#seconds", "2");
    await tab.click("#step");
    await tab.shows("#seconds", "3");
  });
});
