// What stands in a portal is not within its view's element, where the npm client looks for streams and nested views.
import { createEndpoint, form, formTag, html, liveRender, liveSession, liveView, portal, stream } from "holdfast";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { z } from "zod";
import { eventually } from "../support/lab.js";
import { newSecret } from "./support/app.js";
import { clickAnswered, reconnect } from "./support/browser.js";
import { usePage, useServed } from "./support/served.js";

const List = liveView.define({
  name: "List", authorize: "public",
  mount: () => ({ items: stream([1, 2].map((id) => ({ id }))) }),
  events: { add: { handle: (socket) => socket.streamInsert("items", { id: 3 }, { at: 0 }) }, clear: { handle: (socket) => socket.stream("items", [], { reset: true }) } },
  render: ({ items }, on) => html`
    <button id="add" phx-click=${on.add}>Add</button> <button id="clear" phx-click=${on.clear}>Clear</button>
    ${portal({ id: "away", target: "body", inner: html`<ol id="items" phx-update="stream">${items.map(({ id }, domId) => html`<li id=${domId}><input id="input-${id}"></li>`)}</ol>` })}`,
});

const ListAndForm = liveView.define({
  name: "ListAndForm", authorize: "public",
  mount: () => ({ items: stream([1, 2].map((id) => ({ id }))), draft: form(z.object({ title: z.string() }), { title: "" }) }),
  events: { add: { handle: (socket) => socket.streamInsert("items", { id: 3 }) }, save: { form: "draft", handle: () => {} } },
  render: ({ items, draft }, on) => html`
    <button id="add" phx-click=${on.add}>Add</button> <p id="heard">${draft.field("title").value}</p>
    ${portal({ id: "away", target: "body", inner: html`<div><ol id="items" phx-update="stream">${items.map(({ id }, domId) => html`<li id=${domId}>${id}</li>`)}</ol>
      ${formTag({ for: draft, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: html`<input name="title" value=${draft.field("title").value}>` })}</div>` })}`,
});

const Counter = liveView.define({
  name: "Counter", authorize: "public",
  mount: () => ({ count: 0 }),
  events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`<button id="inc" phx-click=${on.inc}>${count}</button>`,
});
const Parent = liveView.define({
  name: "Parent", authorize: "public",
  mount: () => ({ shown: true }),
  events: { toggle: { handle: (socket) => socket.update("shown", (shown) => !shown) } },
  render: ({ shown }, on) => html`
    <button id="toggle" phx-click=${on.toggle}>Toggle</button>
    ${shown && portal({ id: "away", target: "body", inner: html`<div>${liveRender(Counter, { id: "counter" })}</div>` })}`,
});

const served = useServed(createEndpoint({
  secret: newSecret(), log() {},
  live: [liveSession("default", {}, (live) => {
    live("/", List);
    live("/form", ListAndForm);
    live("/parent", Parent);
  })],
}));
let page: Page;
const open = usePage(served, (opened) => (page = opened));
const items = (): Promise<string[]> => page.locator("body > * > ol li").evaluateAll((all) => all.map(({ id }) => id));

it("a stream in a portal has after a reconnect what its view renders, and keeps the focus", async () => {
  await open("/");
  await eventually(async () => expect(await items()).toEqual(["items-1", "items-2"]));
  await clickAnswered(page, "#add");
  await eventually(async () => expect(await items()).toEqual(["items-3", "items-1", "items-2"]));
  await page.fill("#input-2", "typed");
  await reconnect(page);
  await eventually(async () => expect(await items()).toEqual(["items-1", "items-2"]));
  expect(await page.inputValue("#input-2")).toBe("typed");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("input-2");
  // What it changes later is changed there, too.
  await clickAnswered(page, "#add");
  await eventually(async () => expect(await items()).toEqual(["items-3", "items-1", "items-2"]));
  await clickAnswered(page, "#clear");
  await eventually(async () => expect(await items()).toEqual([]));
});

it("a stream beside a form in a portal has its items after a reconnect, when the form has been recovered too", async () => {
  await open("/form");
  await page.fill("#draft input[name=title]", "typed");
  await eventually(async () => expect(await page.textContent("#heard")).toBe("typed"));
  await reconnect(page);
  await eventually(async () => expect(await page.textContent("#heard")).toBe("typed"));
  expect(await page.locator("#items li").allTextContents()).toEqual(["1", "2"]);
  await clickAnswered(page, "#add");
  await eventually(async () => expect(await page.locator("#items li").allTextContents()).toEqual(["1", "2", "3"]));
});

it("a nested view in a portal that is shown again mounts again", async () => {
  await open("/parent");
  const inc = page.locator("#inc");
  await inc.click();
  await eventually(async () => expect(await inc.textContent()).toBe("1"));
  await clickAnswered(page, "#toggle");
  await inc.waitFor({ state: "detached" });
  await clickAnswered(page, "#toggle");
  await inc.waitFor();
  expect(await inc.textContent()).toBe("0");
  await inc.click();
  await eventually(async () => expect(await inc.textContent()).toBe("1"));
});
