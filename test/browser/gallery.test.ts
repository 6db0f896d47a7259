import { createEndpoint, html, liveSession, liveView } from "holdfast";
import { serve } from "holdfast/node";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { chapters, pages } from "../../examples/gallery/dist/registry.js";
import { newSecret } from "./support/app.js";
import { useGallery } from "./support/gallery.js";

const gallery = useGallery();

/**
 * Notes what the client makes of the view's nodes until all views of the page are connected: the nodes that have come,
 * gone or moved, and what is written otherwise than before, apart from the client's own attributes and classes. It is the
 * nodes themselves that are compared: one that was made anew is another, however much alike. To be run before the page's
 * own scripts.
 */
function noteChanges(): void {
  const connectedNow = (main: Element): boolean =>
    [main, ...main.querySelectorAll("[data-phx-session]")].every((view) => view.classList.contains("phx-connected"));
  const own = (classes: string): string => classes.split(/\s+/).filter((name) => !name.startsWith("phx-")).join(" ").trim();
  const state = (node: Node): string => {
    if (!(node instanceof Element)) return `${node.nodeName} ${node.textContent}`;
    // Each view has tokens of its own, and only a view that is connected says what its streams' buttons may do.
    const token = ["_submission", "_csrf_token"].includes(node.getAttribute("name") ?? "");
    const value = ({ name, value: text }: Attr): string =>
      name === "class" ? own(text) : name === "value" && token ? "" : text.replaceAll(/~~[\w-]{16}/g, "");
    // Which placeholder the browser has chosen by itself, the client writes down.
    const placeholder = node instanceof HTMLOptionElement && node.value === "";
    const attributes = [...node.attributes].filter(({ name }) => !name.startsWith("data-phx-") && !(placeholder && name === "selected"))
      .map((attribute) => `${attribute.name}=${value(attribute)}`).filter((text) => text !== "class=");
    return [node.localName, ...attributes.sort()].join(" ");
  };
  const take = (root: Element): Map<Node, string> => {
    const nodes = new Map<Node, string>([[root, state(root)]]);
    const walker = document.createTreeWalker(root);
    while (walker.nextNode() !== null) {
      const node = walker.currentNode;
      // The client puts a stream's items behind the white space that stood behind them.
      if (node instanceof Text && node.data.trim() === "") continue;
      nodes.set(node, state(node));
    }
    return nodes;
  };
  const note = (before: Map<Node, string>, after: Map<Node, string>): void => {
    const notes: string[] = [];
    for (const [node, was] of before) if (!after.has(node)) notes.push(`removed ${was}`);
    for (const [node, is] of after) {
      const was = before.get(node);
      if (was === undefined) notes.push(`added ${is}`);
      else if (was !== is) notes.push(`wrote ${is} over ${was}`);
    }
    const order = [...after.keys()];
    if (notes.length === 0 && [...before.keys()].some((node, at) => node !== order[at])) notes.push("moved nodes");
    (window as unknown as { notes: string[] }).notes = notes;
    document.documentElement.dataset["noted"] = "yes";
  };
  document.addEventListener("readystatechange", () => {
    const main = document.querySelector("[data-phx-main]");
    if (document.readyState !== "interactive" || main === null) return;
    const before = take(main);
    const observer = new MutationObserver(() => {
      // The class comes with the join's patch, in one task; what another message brings comes in a later one.
      if (!connectedNow(main)) return;
      observer.disconnect();
      note(before, take(main));
    });
    observer.observe(main, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  // The same again, for a connection that is lost and comes back.
  Object.assign(window, {
    reconnect(): void {
      const main = document.querySelector("[data-phx-main]")!;
      const { liveSocket } = window as unknown as { liveSocket: { getSocket(): { conn: WebSocket } } };
      delete document.documentElement.dataset["noted"];
      const before = take(main);
      let lost = false;
      const observer = new MutationObserver(() => {
        lost ||= !main.classList.contains("phx-connected");
        if (!lost || !connectedNow(main)) return;
        observer.disconnect();
        note(before, take(main));
      });
      observer.observe(main, { subtree: true, childList: true, characterData: true, attributes: true });
      liveSocket.getSocket().conn.close();
    },
  });
}

async function changesOf(page: Page, url: string): Promise<string[]> {
  await page.addInitScript(noteChanges);
  await page.goto(url);
  return notesOf(page);
}

async function notesOf(page: Page): Promise<string[]> {
  await page.waitForSelector("html[data-noted]", { state: "attached" });
  return page.evaluate(() => (window as unknown as { notes: string[] }).notes);
}

const paths = ["/", ...new Set(pages.flatMap(({ path, routes }) =>
  [path, ...routes.map((route) => route.path).filter((route) => route !== path && !route.includes(":"))]))];
/** These show nothing of their own: they redirect, or refuse. */
const NO_PAGE = new Set(["/navigation/redirect/mount", "/errors/refused/policy"]);
/** What the first patch brings, where a page shows that it is connected itself. */
const JOINED = new Map([["/messages/presence", ["added li", "added #text somebody"]]]);
/** What a page has after a lost connection and had not before, for a reason. */
const RENEWED = new Set([
  "/messages/mailbox", // the message that its view sends itself in mount has come meanwhile
  "/messages/presence", // whoever comes back is somebody new
  "/kit/placeholders", // what its view loads for half a second may have come meanwhile, and is loading again
  "/forms/recovery", "/forms/posted", "/kit/input", "/kit/select", // their forms have been sent again
  "/nested/views", "/page/container", // the client makes the elements of nested views anew when their parent joins again
]);

describe("the first patch", () => {
  it.each(paths.filter((path) => !NO_PAGE.has(path)))("changes no node of %s, nor does the next, after a lost connection", async (path) => {
    const { page } = await gallery.tab();
    expect(await changesOf(page, gallery.url + path)).toEqual(JOINED.get(path) ?? []);
    if (RENEWED.has(path)) return;
    await page.evaluate(() => (window as unknown as { reconnect(): void }).reconnect());
    expect(await notesOf(page)).toEqual([]);
    expect(gallery.crashes()).toEqual([]);
  });

  it("is noticed by this test where it does change something", async () => {
    const Differs = liveView.define({
      authorize: "public",
      mount: (socket) => ({ live: socket.connected }),
      render: ({ live }) => html`<p class=${live && "live"}>${live ? "live" : "dead"}</p>${live && html`<b>more</b>`}`,
    });
    const endpoint = createEndpoint({ secret: newSecret(), live: [liveSession("s", {}, (live) => live("/", Differs))] });
    const { url } = await serve(endpoint, { port: 0 });
    try {
      const { page } = await gallery.tab();
      await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
      const notes = await changesOf(page, url);
      expect(notes.some((note) => note === "wrote p class=live over p")).toBe(true);
      expect(notes.some((note) => note === "wrote #text live over #text dead")).toBe(true);
      expect(notes.some((note) => note === "added b")).toBe(true);
      // It would try to come back to a server that is gone, and say so on its console.
      await page.close();
    } finally {
      await endpoint.close();
    }
  });
});

describe("the gallery", () => {
  it("leads from each page to the next, without a load within the live session", async () => {
    const tab = await gallery.open("/");
    for (const page of pages) {
      await tab.click(`#contents a[href="${page.path}"]`);
      await tab.shows("main h1", page.title);
      await tab.connected();
      await tab.page.waitForFunction((title) => document.title.endsWith(title), " · Holdfast gallery");
      expect(await tab.text("#contents a[aria-current]")).toBe(page.title);
      expect(tab.path).toBe(page.path);
    }
    expect(tab.loads).toBe(1);
    await tab.click(".brand");
    await tab.list(".cards h2", chapters.map(({ title }) => title));
  });

  it("shows each page's own file as its source, as text", async () => {
    const tab = await gallery.open(pages[0]!.path);
    const source = await tab.page.textContent(".source code");
    expect(source).toMatch(/^import \{ html, link, liveView, NotFound \} from "holdfast";\n/);
    expect(source).toContain("html`");
    expect(await tab.page.locator(".source :not(span, code)").count()).toBe(0);
    for (const { about, source: { html: coloured } } of pages) {
      expect(about.match(/[.?!](?= [A-ZL]|$)/g)).toHaveLength(2);
      expect(coloured).toContain("galleryPage");
    }
  });

  it("opens its contents on a narrow screen, and nothing is wider than the screen", async () => {
    const tab = await gallery.tab();
    await tab.page.setViewportSize({ width: 390, height: 800 });
    for (const { path } of pages) {
      await tab.open(path);
      expect([path, await tab.page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 390]);
    }
    expect(await tab.page.isVisible("#contents")).toBe(false);
    await tab.page.locator(".menu[aria-expanded=false]").click();
    await tab.page.locator("#contents").waitFor();
    await tab.page.locator(".menu[aria-expanded=true]").waitFor();
    await tab.click(`#contents a[href="${pages[0]!.path}"]`);
    await tab.shows("main h1", pages[0]!.title);
    await tab.page.locator("#contents").waitFor({ state: "hidden" });
    await tab.page.locator(".menu[aria-expanded=false]").waitFor();
  });
});
