// What the browser itself keeps of a page, such as an open <details>, while the server updates the page around it.
import { createEndpoint, html, keyed, liveSession, liveView, NONCE, topic } from "holdfast";
import { editable } from "holdfast/components";
import type { CDPSession, Page } from "playwright-core";
import { z } from "zod";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newSecret } from "./support/app.js";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const ticked = topic<null>("user-state:tick");
const opened = topic<boolean>("user-state:opened");
const sorted = topic<readonly string[]>("user-state:sorted");

const Kept = liveView.define({
  name: "Kept",
  authorize: "public",
  topics: () => ({ ticked, opened, sorted }),
  mount: () => ({ ticks: 0, open: false, items: ["a", "b", "c"] as readonly string[], note: "", rich: "" }),
  messages: {
    ticked: (socket) => socket.update("ticks", (ticks) => ticks + 1),
    opened: (socket, open) => socket.assign({ open }),
    sorted: (socket, items) => socket.assign({ items }),
  },
  events: {
    change: {
      params: z.object({ note: z.string(), rich: z.string(), more: z.string().optional() }),
      handle: (socket, { note, rich }) => socket.assign({ note, rich }),
    },
  },
  // Each element has something that changes with every update, so that the client patches it.
  render: ({ ticks, open, items, note, rich }, on) => html`
    <output id="ticks">${ticks}</output>
    <details id="shut" data-ticks=${ticks}><summary>Shut ${ticks}</summary><p>${ticks}</p></details>
    <details id="spread" open data-ticks=${ticks}><summary>Spread ${ticks}</summary><p>${ticks}</p></details>
    <details id="ours" open=${open} data-ticks=${ticks}><summary>Ours ${ticks}</summary><p>${ticks}</p></details>
    <dialog id="dialog" open=${open} data-ticks=${ticks}><p>${ticks}</p><input id="inside"></dialog>
    <div id="popover" popover data-ticks=${ticks}>${ticks}</div>
    <video id="video" muted loop data-ticks=${ticks}></video>
    <iframe id="frame" src="/frame" data-ticks=${ticks}></iframe>
    <div id="scroller" style="height:80px;overflow:auto">${Array.from({ length: 40 }, (_, at) => html`<p>${at} ${ticks}</p>`)}</div>
    <ul id="list">${keyed(items, (item) => item, (item) => html`<li id="item-${item}">
      <details id="details-${item}"><summary>${item} ${ticks}</summary></details><input id="input-${item}">${ticks}</li>`)}</ul>
    <form id="form" phx-change=${on.change}>
      <input id="note" name="note" value=${note} data-ticks=${ticks}><textarea id="area" name="area" data-ticks=${ticks}></textarea>
      ${editable({ id: "rich", name: "rich", label: "Rich", value: rich })}
      <details id="more" data-ticks=${ticks}><summary>More ${ticks}</summary><input name="more"></details>
    </form>
    <p id="plain" contenteditable data-ticks=${ticks}>Plain</p>
    <output id="echo">${note} ${rich}</output>`,
});

let frames = 0;
const endpoint = createEndpoint({
  secret: newSecret(), log() {}, csp: { scriptSrc: [NONCE] },
  live: [liveSession("default", {}, (live) => live("/", Kept))],
  routes(app) {
    app.get("/favicon.ico", (c) => c.body(null, 204));
    app.get("/frame", (c) => {
      frames++;
      return c.html("<p>A page in the page</p>");
    });
  },
});
const served = useServed(endpoint);
let watched: Watched;
let page: Page;
beforeEach(async () => {
  watched = await watch(await served.browser.newContext());
  ({ page } = watched);
  await page.goto(served.url);
  await connected(page);
});
afterEach(async () => {
  await page.context().close();
  expect(watched.complaints).toEqual([]);
});

/** An update of the page that comes from elsewhere, and is shown when this resolves. */
async function tick(): Promise<void> {
  const shown = Number(await page.textContent("#ticks"));
  endpoint.broadcast(ticked, null);
  await page.waitForFunction((before) => Number(document.querySelector("#ticks")!.textContent) > before, shown);
}

const isOpen = (id: string): Promise<boolean> => page.locator(`#${id}`).evaluate((element) => (element as HTMLDetailsElement).open);
const isModal = (): Promise<boolean> => page.locator("#dialog").evaluate((dialog) => dialog.matches(":modal"));
const showModal = (): Promise<void> => page.locator("#dialog").evaluate((dialog) => (dialog as HTMLDialogElement).showModal());
const echoes = (text: string): Promise<void> => expect.poll(() => page.textContent("#echo")).toBe(text);

describe("what the user has opened or closed", () => {
  it("stays so while the server renders it as before, also over a rejoin, in a list and in a form that waits for its answer", async () => {
    await page.click("#shut summary");
    await page.click("#spread summary");
    await page.click("#details-b summary");
    await page.click("#more summary");
    const states = async (): Promise<boolean[]> => Promise.all(["shut", "spread", "details-a", "details-b", "more"].map(isOpen));
    const expected = [true, false, false, true, true];
    await tick();
    expect(await states()).toEqual(expected);
    endpoint.broadcast(sorted, ["c", "b", "a"]);
    await page.waitForSelector("#list > :first-child#item-c");
    expect(await states()).toEqual(expected);
    for (const text of ["one", "two"]) {
      await page.fill("#note", text);
      await echoes(`${text} `);
      await tick();
      expect(await states()).toEqual(expected);
    }
    const mounted = Number(await page.textContent("#ticks"));
    await page.evaluate(() => (window as unknown as { liveSocket: { getSocket(): { conn: WebSocket } } }).liveSocket.getSocket().conn.close());
    // The new view counts from 0.
    await page.waitForFunction((before) => Number(document.querySelector("#ticks")!.textContent) < before, mounted);
    await tick();
    expect(await states()).toEqual(expected);
  });

  it("changes when the server changes it", async () => {
    endpoint.broadcast(opened, true);
    await expect.poll(() => isOpen("ours")).toBe(true);
    expect(await isOpen("dialog")).toBe(true);
    await page.click("#ours summary");
    await tick();
    expect(await isOpen("ours")).toBe(false);
    endpoint.broadcast(opened, false);
    await expect.poll(() => isOpen("dialog")).toBe(false);
    endpoint.broadcast(opened, true);
    await expect.poll(() => isOpen("ours")).toBe(true);
  });

  it("is a modal dialog that stays modal, with its text, and leaves a page that works", async () => {
    await showModal();
    await page.fill("#inside", "typed in it");
    await tick();
    expect([await isOpen("dialog"), await isModal(), await page.inputValue("#inside")]).toEqual([true, true, "typed in it"]);
    await page.keyboard.press("Escape");
    await tick();
    expect([await isOpen("dialog"), await isModal()]).toEqual([false, false]);
    await page.click("#shut summary");
    expect(await isOpen("shut")).toBe(true);
  });

  it("is a modal dialog that the server closes: the page behind it can be used", async () => {
    endpoint.broadcast(opened, true);
    await expect.poll(() => isOpen("dialog")).toBe(true);
    await page.locator("#dialog").evaluate((dialog) => (dialog as HTMLDialogElement).close());
    await showModal();
    endpoint.broadcast(opened, false);
    await expect.poll(() => isOpen("dialog")).toBe(false);
    expect(await isModal()).toBe(false);
    await page.click("#shut summary");
    expect(await isOpen("shut")).toBe(true);
  });
});

it("a popover, a film, a framed page, a scroller and a selected text are left alone", async () => {
  await page.evaluate(async () => {
    document.querySelector<HTMLElement>("#popover")!.togglePopover();
    document.querySelector("#scroller")!.scrollTop = 300;
    const drawn = document.createElement("canvas");
    drawn.getContext("2d")!.fillRect(0, 0, 9, 9);
    const video = document.querySelector("video")!;
    video.srcObject = drawn.captureStream(5);
    await video.play();
    getSelection()!.selectAllChildren(document.querySelector("#item-a")!);
  });
  const loaded = frames;
  const state = (): Promise<unknown> => page.evaluate(() => ({
    popover: document.querySelector("#popover")!.matches(":popover-open"), scrolled: document.querySelector("#scroller")!.scrollTop,
    paused: document.querySelector("video")!.paused, selected: getSelection()!.toString().includes("a"),
  }));
  const expected = { popover: true, scrolled: 300, paused: false, selected: true };
  await tick();
  expect(await state()).toEqual(expected);
  await tick();
  expect(await state()).toEqual(expected);
  expect(frames).toBe(loaded);
});

describe("text", () => {
  let debug: CDPSession;
  beforeEach(async () => {
    debug = await page.context().newCDPSession(page);
  });
  const compose = (text: string): Promise<unknown> =>
    debug.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });

  it("that an input method composes while updates arrive is not lost or doubled", async () => {
    for (const [id, before] of [["note", ""], ["area", ""], ["rich-text", ""], ["plain", "Plain"]] as const) {
      await page.focus(`#${id}`);
      await page.keyboard.press("ControlOrMeta+End");
      for (const text of ["に", "にほ", "にほん"]) {
        await compose(text);
        await tick();
      }
      await debug.send("Input.insertText", { text: "日本" });
      await tick();
      await compose("ご");
      await tick();
      await debug.send("Input.insertText", { text: "語" });
      await tick();
      expect(await page.locator(`#${id}`).evaluate((element) => ("value" in element ? element.value : element.textContent))).toBe(`${before}日本語`);
    }
    await echoes("日本語 日本語");
  });

  it("is undone and done again across updates", async () => {
    for (const id of ["note", "area"]) {
      await page.focus(`#${id}`);
      await page.keyboard.insertText("one");
      await tick();
      await page.keyboard.insertText(" two");
      await tick();
      await page.keyboard.press("ControlOrMeta+z");
      expect(await page.inputValue(`#${id}`)).toBe("one");
      await tick();
      expect(await page.inputValue(`#${id}`)).toBe("one");
      await page.keyboard.press("ControlOrMeta+Shift+z");
      expect(await page.inputValue(`#${id}`)).toBe("one two");
      await tick();
    }
    await echoes("one two ");
  });

  it("in an editable element of the application's own stays when the element is left", async () => {
    await page.focus("#plain");
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.insertText(" text");
    await page.focus("#note");
    await tick();
    expect(await page.textContent("#plain")).toBe("Plain text");
  });
});
