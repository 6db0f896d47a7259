// A user far away, on a page that binds its events to other values ten times a second: each event that he sends is one that the page
// has replaced, and all of them count. 150 ms each way; test/false-refusals.test.ts runs the whole suite so.
import { setTimeout as wait } from "node:timers/promises";
import {
  createEndpoint, fileInput, html, JS, keyed, liveComponent, liveSession, liveView, onTelemetry, stream, topic, upload,
} from "holdfast";
import { defineHook, message, push } from "holdfast/hooks";
import { expect } from "vitest";
import { z } from "zod";
import { Chance } from "../support/chance.js";
import { proof } from "../support/prove.js";
import { SlowNetwork } from "../support/slow-network.js";
import { connected, loseConnection, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const DELAY_MS = 150;
const CHANGE_MS = 100;

/** As in probe.mjs, which the browser gets. */
const Probe = defineHook("Probe", { pushes: { picked: push<{ index: number }>() }, messages: { points: message<{ values: readonly number[] }>() } });
const changed = topic<number>("restless:changed");
/** What the page shows: the number of its last change. */
let n = 0;
/** The events handled, by name, with the number that they were bound to. */
let ran: { readonly event: string; readonly n: number | undefined }[] = [];
const N = z.object({ n: z.number() });
const noted = (event: string) => ({ bind: N, handle: (_socket: object, { n }: { n: number }) => void ran.push({ event, n }) });

const Part = liveComponent<{ n: number }>().define({
  name: "part",
  events: { inPart: noted("inPart") },
  render: ({ n }, on) => html`<p><button id="in-part" phx-click=${on.inPart({ n })}>Part</button></p>`,
});

const Restless = liveView.define({
  name: "Restless", authorize: "public",
  topics: () => ({ changed }),
  mount: () => ({ n: 0, typed: "", rows: stream(Array.from({ length: 80 }, (_, id) => ({ id }))), files: upload({ accept: [".txt"] }) }),
  messages: { changed: (socket, n) => socket.assign({ n }) },
  events: {
    click: noted("click"), first: noted("first"), second: noted("second"), away: noted("away"), focus: noted("focus"), blur: noted("blur"),
    key: noted("key"), anyKey: noted("anyKey"), throttled: noted("throttled"), removed: noted("removed"), row: noted("row"), seen: noted("seen"),
    ran: noted("ran"), debounced: noted("debounced"), late: noted("late"), submit: noted("submit"), picked: {
      from: Probe.pushes.picked, params: z.object({ index: z.number() }), handle: () => void ran.push({ event: "picked", n: undefined }),
    },
    typed: { params: z.object({ typed: z.string() }), handle: (socket, { typed }) => {
      ran.push({ event: "typed", n: undefined });
      socket.assign({ typed });
    } },
    chosen: noted("chosen"),
    upload: { bind: N, async handle(socket, { n }) {
      const kept = await socket.consumeUploads("files", ({ entry }) => entry.name);
      ran.push({ event: kept.length === 1 ? "upload" : `upload of ${kept.length} files`, n });
    } },
  },
  render: ({ n, typed, rows, files }, on) => html`<main phx-window-keyup=${on.anyKey({ n })} phx-key="F2">
    <output id="n">${n}</output>
    <button id="click" phx-click=${on.click({ n })}>Click</button>
    <button id="chain" phx-click=${JS.push(on.first({ n })).addClass("pressed").push(on.second({ n }))}>Chain</button>
    <p id="away" phx-click-away=${on.away({ n })}>Away</p>
    <input id="focus" phx-focus=${on.focus({ n })} phx-blur=${on.blur({ n })}>
    <input id="key" phx-keydown=${on.key({ n })}>
    <button id="throttled" phx-click=${on.throttled({ n })} phx-throttle="300">Throttled</button>
    <i id="exec" data-js-run=${JS.push(on.ran({ n }))}></i>
    ${keyed([Math.floor(n / 20)], (key) => key, (key) => html`<b id="b-${key}" phx-remove=${JS.push(on.removed({ n }))}><i id="probe-${key}" phx-hook="Probe"></i></b>`)}
    <form id="debounced" phx-change=${on.debounced({ n })} phx-submit=${on.submit({ n })}><input id="debounced-field" name="text" phx-debounce="400"><button id="submit">Send</button></form>
    <form id="late" phx-change=${on.late({ n })}><input id="late-field" name="text" phx-debounce="blur"></form>
    <form id="typing" phx-change=${on.typed}><input id="typed" name="typed" value=${typed} autocomplete="off"></form><output id="echo">${typed}</output>
    <form id="uploads" phx-change=${on.chosen({ n })} phx-submit=${on.upload({ n })}>${fileInput(files)}<button id="upload">Upload</button></form>
    <ol id="rows" phx-update="stream" phx-viewport-bottom=${on.seen({ n })}>${rows.map(({ id }, domId) => html`<li id=${domId}><button class="row" phx-click=${on.row({ n: id })}>${id}</button></li>`)}</ol>
    ${Part({ id: "part", n })}</main>`,
});

const endpoint = createEndpoint({
  secret: "a secret of this test, long enough to be one", log() {},
  clientHooks: [new URL("./support/probe.mjs", import.meta.url), new URL("./support/probe.hooks.mjs", import.meta.url)],
  live: [liveSession("default", {}, (live) => live("/", Restless))],
  routes: (app) => void app.get("/favicon.ico", (c) => c.body(null, 204)),
});
const served = useServed(endpoint);

/** What a user does, and the events that must come of it. */
const ACTS: readonly { readonly act: (tab: Watched) => Promise<unknown>; readonly events: readonly string[] }[] = [
  { act: ({ page }) => page.click("#click"), events: ["click"] },
  { act: ({ page }) => page.click("#chain"), events: ["first", "second"] },
  { act: ({ page }) => page.click("#n"), events: ["away"] },
  { act: async ({ page }) => {
    await page.focus("#focus");
    await page.locator("#focus").blur();
  }, events: ["focus", "blur"] },
  { act: ({ page }) => page.press("#key", "a"), events: ["key"] },
  { act: ({ page }) => page.keyboard.press("F2"), events: ["anyKey"] },
  { act: ({ page }) => page.click("#throttled"), events: ["throttled"] },
  { act: ({ page }) => page.evaluate(() => {
    const { liveSocket } = window as unknown as { liveSocket: { execJS(element: Element, commands: string): void } };
    const element = document.querySelector("#exec")!;
    liveSocket.execJS(element, element.getAttribute("data-js-run")!);
  }), events: ["ran"] },
  // Every two seconds by itself: an element goes, and another comes with its hook.
  { act: async () => {}, events: ["removed", "picked"] },
  { act: ({ page }) => page.fill("#debounced-field", "debounced"), events: ["debounced"] },
  { act: async ({ page }) => {
    await page.fill("#debounced-field", "sent");
    await page.click("#submit");
  }, events: ["submit"] },
  { act: async ({ page }) => {
    await page.fill("#late-field", "late");
    // The event that is sent then is the one of the last keystroke, many renders ago.
    await wait(2_000);
    await page.locator("#late-field").blur();
  }, events: ["late"] },
  { act: async ({ page }) => {
    await page.setInputFiles("#uploads input[type=file]", { name: "a.txt", mimeType: "text/plain", buffer: Buffer.alloc(100_000, "a") });
    await page.waitForSelector("#uploads input[type=file]:not([data-phx-active-refs=''])");
    await page.click("#upload");
  }, events: ["chosen", "upload"] },
  { act: ({ page }) => page.locator(".row").first().click(), events: ["row"] },
  { act: async ({ page }) => {
    await page.evaluate(() => window.scrollTo(0, 0));
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(0);
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect.poll(() => ran.length).toBeGreaterThan(0);
    // With the answer the client scrolls once more, by the next frame, and would move the next click's target from under the pointer.
    const answered = n;
    await expect.poll(async () => Number(await page.textContent("#n"))).toBeGreaterThan(answered);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }, events: ["seen"] },
  { act: ({ page }) => page.click("#in-part"), events: ["inPart"] },
  { act: async ({ page }) => {
    await page.fill("#typed", "typed");
    await expect.poll(() => page.textContent("#echo")).toBe("typed");
    await loseConnection(page);
    await connected(page);
    // The form is recovered. Before that, clicks would be lost: the client drops those of a page that is not joined.
    await expect.poll(() => ran.filter(({ event }) => event === "typed").length).toBe(2);
  }, events: ["typed"] },
];

proof("restless-page", "whatever a user far away does on a page that changes ten times a second reaches its handler", {
  small: { rounds: 1 }, full: { rounds: 20 },
}, async ({ size, seed, figure }) => {
  const chance = new Chance(seed);
  const refused: unknown[] = [];
  const stop = onTelemetry("holdfast:event:refused", (refusal) => void refused.push(refusal));
  const network = await SlowNetwork.open(DELAY_MS);
  const context = await served.browser.newContext({ proxy: { server: network.url, bypass: "<-loopback>" } });
  n = 0;
  const changing = setInterval(() => endpoint.broadcast(changed, ++n), CHANGE_MS);
  try {
    const tab = await watch(context);
    await tab.page.goto(served.url);
    await connected(tab.page);
    let events = 0;
    let behind = 0;
    for (let round = 0; round < size.rounds; round++) {
      for (const { act, events: expected } of chance.shuffled(ACTS)) {
        ran = [];
        const before = n;
        await act(tab);
        // What was refused is said beside what did not arrive, and an upload that arrived without its file.
        const missing = (): unknown[] => [
          ...expected.filter((event) => !ran.some((one) => one.event === event)), ...ran.filter(({ event }) => event.startsWith("upload of")),
          ...refused,
        ];
        await expect.poll(missing).toEqual([]);
        events += ran.length;
        behind += ran.filter((one) => one.n !== undefined && one.n < n).length;
        expect(n).toBeGreaterThan(before - 1);
      }
    }
    figure("events", events);
    figure("bound to a replaced value", behind);
  } finally {
    clearInterval(changing);
    stop();
    await context.close();
  }
});
