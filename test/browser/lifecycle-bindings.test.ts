import { createEndpoint, html, JS, liveSession, liveView } from "holdfast";
import { pageEvent } from "holdfast/hooks";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { newSecret } from "./support/app.js";
import { usePage, useServed } from "./support/served.js";

const early = pageEvent("early");
const late = pageEvent("late");

const Life = liveView.define({
  name: "Life",
  authorize: "public",
  mount: () => ({ heard: "", shown: true }),
  events: {
    seen: { handle: (socket) => socket.update("heard", (heard) => `${heard} seen`) },
    gone: { handle: (socket) => socket.update("heard", (heard) => `${heard} gone`) },
    connected: { handle: (socket) => socket.update("heard", (heard) => `${heard} connected`) },
    asked: { handle: (socket) => socket.update("heard", (heard) => `${heard} asked`) },
    toggle: { handle: (socket) => socket.update("shown", (shown) => !shown) },
    announce: {
      handle(socket) {
        socket.pushEvent(late);
        socket.pushEvent(early, {}, { dispatch: "before" });
        socket.assign({ heard: "announced" });
      },
    },
  },
  render: ({ heard, shown }, on) => html`
    <p id="heard">${heard}</p>
    ${shown && html`<p phx-mounted=${on.seen} phx-remove=${on.gone}>Here</p>`}
    <i phx-connected=${on.connected}></i>
    <button id="toggle" phx-click=${on.toggle}>Toggle</button>
    <button id="ask" data-js-ask=${on.asked} phx-click=${JS.exec("data-js-ask")}>Ask</button>
    <button id="announce" phx-click=${on.announce}>Announce</button>`,
});

const served = useServed(createEndpoint({
  secret: newSecret(), log: () => {}, live: [liveSession("default", {}, (live) => live("/", Life))],
}));
let page: Page;
const open = usePage(served, (opened) => (page = opened));
const heard = (): Promise<string | null> => page.textContent("#heard");

it("an event is pushed by what the client only executes: phx-mounted, phx-remove, phx-connected and JS.exec", async () => {
  await open("/");
  await expect.poll(heard).toBe(" seen connected");
  await page.click("#toggle");
  await expect.poll(heard).toBe(" seen connected gone");
  await page.click("#toggle");
  await expect.poll(heard).toBe(" seen connected gone seen");
  await page.click("#ask");
  await expect.poll(heard).toBe(" seen connected gone seen asked");
});

it("an event of the server is dispatched after the page shows what changed with it, or before", async () => {
  await open("/");
  await expect.poll(heard).toBe(" seen connected");
  await page.evaluate(() => {
    for (const name of ["early", "late"]) {
      window.addEventListener(`phx:${name}`, () => (document.body.dataset["order"] = `${document.body.dataset["order"] ?? ""}${name}: ${document.getElementById("heard")!.textContent}; `));
    }
  });
  await page.click("#announce");
  await expect.poll(() => page.evaluate(() => document.body.dataset["order"])).toBe("early:  seen connected; late: announced; ");
});
