// Bindings whose events come from the window, from scrolling and from an upload's transfer, as the npm client sends them.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpoint, fileInput, html, liveComponent, liveSession, liveView, upload, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connected, watch, type Watched } from "./support/browser.js";
import { launch } from "./support/chromium.js";

const ITEMS = Array.from({ length: 40 }, (_, at) => html`<li id="item-${at}" style="height:50px">${at}</li>`);
const reached = z.object({ id: z.string(), _overran: z.boolean().optional() });

/** A list of a component, whose events are written as a command with their target. */
const Inner = liveComponent().define({
  name: "Inner",
  mount: () => ({ log: "" }),
  events: { bottom: { params: reached, handle: (socket, { id }) => socket.assign({ log: `bottom ${id}` }) } },
  render: ({ log }, on) => html`
    <div>
      <div id="scroller" style="height:200px;overflow-y:auto"><ul id="list" phx-viewport-bottom=${on.bottom}>${ITEMS}</ul></div>
      <output id="log">${log}</output>
    </div>`,
});
const InComponent = liveView.define({
  name: "InComponent", authorize: "public", mount: () => ({}), render: () => html`${Inner({ id: "inner" })}`,
});

const lists = (name: string, frame: (list: ReturnType<typeof html>) => ReturnType<typeof html>) => liveView.define({
  name,
  authorize: "public",
  mount: () => ({ log: "" }),
  events: {
    edge: {
      bind: z.object({ at: z.enum(["top", "bottom"]) }),
      params: reached,
      handle: (socket, { at, id, _overran }) => socket.assign({ log: `${at} ${id}${_overran === true ? " overran" : ""}` }),
    },
  },
  render: ({ log }, on) => html`
    <output id="log" style="position:fixed;right:0">${log}</output>
    ${frame(html`<ul id="list" phx-viewport-top=${on.edge({ at: "top" })} phx-viewport-bottom=${on.edge({ at: "bottom" })}
      phx-viewport-overrun-target="above">${ITEMS}</ul>`)}`,
});
const above = html`<p id="above" style="height:900px">above</p>`;
const InScroller = lists("InScroller", (list) => html`<div id="scroller" style="height:200px;overflow-y:scroll">${above}${list}</div>`);
const InWindow = lists("InWindow", (list) => html`${above}${list}`);

const Focus = liveView.define({
  name: "Focus",
  authorize: "public",
  mount: () => ({ log: [] as readonly string[] }),
  events: {
    focused: { handle: (socket) => socket.update("log", (log) => [...log, "focused"]) },
    blurred: { handle: (socket) => socket.update("log", (log) => [...log, "blurred"]) },
    clicked: { handle: (socket) => socket.update("log", (log) => [...log, "clicked"]) },
  },
  render: ({ log }, on) => html`
    <div phx-window-focus=${on.focused} phx-window-blur=${on.blurred}></div>
    <button id="click" phx-click=${on.clicked}>Click</button> <output id="log">${log.join(" ")}</output>`,
});

const Progress = liveView.define({
  name: "Progress",
  authorize: "public",
  mount: () => ({ files: upload({ autoUpload: true }), event: "no event", done: "" }),
  events: { change: { handle: () => {} }, moved: { handle: (socket) => socket.assign({ event: "an event" }) } },
  progress: { files: (socket, { name, done }) => { if (done) socket.assign({ done: name }); } },
  render: ({ files, event, done }, on) => html`
    <form id="form" phx-change=${on.change}>${fileInput(files, { "phx-progress": on.moved })}</form>
    <output id="log">${done} ${event}</output>`,
});

const Tracked = liveView.define({
  name: "Tracked",
  authorize: "public",
  mount: (socket) => ({ changed: socket.staticChanged }),
  render: ({ changed }) => html`<output id="log">${changed ? "changed" : "same"}</output>`,
});

let folder: string;
const endpoints: Endpoint[] = [];
let browser: Browser;
let context: BrowserContext;
let watched: Watched;
let page: Page;

/** Serves the pages, with the style sheet as the folder has it now. */
async function start(port = 0): Promise<string> {
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, publicDir: folder,
    rootLayout: ({ inner, csrfToken, scripts, asset }) => html`
      <html lang="en"><head><title>Bindings</title><meta name="csrf-token" content=${csrfToken}><link rel="icon" href="data:,">
      <link rel="stylesheet" href=${asset("/app.css")} phx-track-static>${scripts}</head><body>${inner}</body></html>`,
    live: [liveSession("default", {}, (live) => {
      live("/component", InComponent);
      live("/scroller", InScroller);
      live("/window", InWindow);
      live("/focus", Focus);
      live("/progress", Progress);
      live("/tracked", Tracked);
    })],
  });
  endpoints.push(endpoint);
  return (await serve(endpoint, { port })).url;
}
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bindings-"));
  await writeFile(join(folder, "app.css"), "p { margin: 0; }");
  url = await start();
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  context = await browser.newContext();
  watched = await watch(context);
  ({ page } = watched);
});
afterEach(() => context.close());

async function open(path: string): Promise<void> {
  await page.goto(url + path);
  await connected(page);
}
const log = (): Promise<string | null> => page.textContent("#log");
/** Scrolls, and waits until the server has been told. */
async function scrolls(top: number, expected: string, selector?: string): Promise<void> {
  await page.evaluate(([to, at]) => (at === undefined ? document.scrollingElement! : document.querySelector(at)!).scrollTo(0, to), [top, selector] as const);
  await expect.poll(log).toBe(expected);
}

describe("phx-viewport", () => {
  it.each([["/scroller", "#scroller"], ["/window", undefined]] as const)("top, bottom and the overrun target of %s", async (path, selector) => {
    await open(path);
    await scrolls(100_000, "bottom item-39", selector);
    // The list's first child is at the top: its target is above, and has not been overrun.
    await scrolls(890, "top item-0", selector);
    // The target has come down to the top of the view.
    await scrolls(0, "top item-0 overran", selector);
    expect(watched.complaints).toEqual([]);
  });

  it("bottom of a component's list reaches the component", async () => {
    await open("/component");
    await scrolls(100_000, "bottom item-39", "#scroller");
    expect(watched.complaints).toEqual([]);
  });
});

it("phx-window-focus and -blur: the client sends nothing for the window's own events, and their push is handled if they bubble up", async () => {
  await open("/focus");
  await page.evaluate(() => {
    for (const type of ["blur", "focus"]) window.dispatchEvent(new Event(type));
  });
  await page.click("#click");
  await expect.poll(log).toBe("clicked");
  await page.evaluate(() => document.body.dispatchEvent(new Event("focus", { bubbles: true })));
  await expect.poll(log).toBe("clicked focused");
  await page.evaluate(() => document.body.dispatchEvent(new Event("blur", { bubbles: true })));
  await expect.poll(log).toBe("clicked focused blurred");
  expect(watched.complaints).toEqual([]);
});

it("phx-progress: what is sent of a file reaches the view's `progress`, and no event", async () => {
  await open("/progress");
  await page.setInputFiles("input[type=file]", { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
  await expect.poll(log).toBe("a.txt no event");
  expect(watched.complaints).toEqual([]);
});

it("phx-track-static: a view that joins with files of an earlier deploy knows it, and not before", async () => {
  await open("/tracked");
  expect(await log()).toBe("same");
  await writeFile(join(folder, "app.css"), "p { margin: 1px; }");
  const { port } = new URL(url);
  await endpoints[0]!.close();
  await start(Number(port));
  await expect.poll(log, { timeout: 60_000 }).toBe("changed");
  await page.reload();
  await connected(page);
  expect(await log()).toBe("same");
});
