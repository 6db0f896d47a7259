// An element waits for an answer, and around or in it stands a stream whose items are deleted meanwhile. The npm client deletes them
// from the page, but keeps them in the copy that it brings to the page with the answer.
import { createEndpoint, html, liveSession, liveView, stream } from "holdfast";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { eventually } from "../support/lab.js";
import { newSecret } from "./support/app.js";
import { connected, HeldBack, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

let steps = 0;
/** Items of five, by `how`: after the second event only some of them are there. */
const LEFT = { delete: ["items-1", "items-3", "items-4", "items-5"], reset: ["items-6", "items-3"] } as const;

const List = liveView.define({
  name: "List", authorize: "public", params: z.object({ how: z.enum(["delete", "reset"]) }),
  mount: (_socket, { params: { how } }) => ({ how, count: 0, items: stream([1, 2, 3, 4, 5].map((id) => ({ id }))) }),
  events: {
    step: {
      handle(socket) {
        const count = ++steps;
        // The first answer makes the client copy what is locked, the second one finds that copy, and the last one brings it back.
        if (count === 2 && socket.assigns.how === "delete") socket.streamDelete("items", { id: 2 });
        else if (count === 2) socket.stream("items", [{ id: 6 }, { id: 3 }], { reset: true });
        socket.assign({ count });
      },
    },
  },
  render: ({ count, items }, on) => html`<p id="count">${count}</p>
    <form id="form" phx-change=${on.step}><input id="text" name="text" autocomplete="off"><b>${count}</b>
      <ul id="items" phx-update="stream" tabindex="0" phx-keydown=${on.step}>${items.map(({ id }, domId) => html`<li id=${domId}>${id}</li>`)}</ul></form>`,
});

const served = useServed(createEndpoint({ secret: newSecret(), log() {}, live: [liveSession("default", {}, (live) => live("/", List))] }));
let watched: Watched;
beforeEach(() => {
  steps = 0;
});
afterEach(() => watched.page.context().close());

it.each([["delete", "#items"], ["delete", "#text"], ["reset", "#items"], ["reset", "#text"]] as const)(
  "a %s stays done when %s was locked", async (how, selector) => {
    watched = await watch(await served.browser.newContext());
    const { page } = watched;
    const held = await HeldBack.of(page);
    await page.goto(`${served.url}/?how=${how}`);
    await connected(page);
    held.hold();
    await page.focus(selector);
    for (const key of ["a", "b", "c"]) await page.keyboard.press(key);
    await eventually(() => expect(steps).toBe(3));
    held.release();
    await page.waitForFunction(() => document.getElementById("count")!.textContent === "3" && document.querySelector("[data-phx-ref-lock]") === null);
    expect(await page.locator("#items > li").evaluateAll((items) => items.map(({ id }) => id))).toEqual(LEFT[how]);
    expect(watched.complaints).toEqual([]);
  });
