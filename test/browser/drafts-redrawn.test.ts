// Drafts of fields that a running view takes away and draws anew.
import { createEndpoint, form, formTag, html, JS, link, liveSession, liveView, patch } from "holdfast";
import type { Page } from "playwright-core";
import { z } from "zod";
import { beforeEach, describe, expect, it } from "vitest";
import { newSecret } from "./support/app.js";
import { clickAnswered, reconnect } from "./support/browser.js";
import { usePage, useServed } from "./support/served.js";

const Trip = z.object({ guests: z.array(z.object({ name: z.string() })) });

const Guests = liveView.define({
  name: "Guests",
  authorize: "public",
  mount: () => ({ trip: form(Trip, { guests: [{ name: "Ann" }, { name: "" }] }, { lists: ["guests"] }) }),
  events: { save: { form: "trip", handle() {} } },
  render: ({ trip }, on) => html`
    ${formTag({
      for: trip, "phx-change": on.save.change, "phx-submit": on.save.submit,
      inner: html`
        ${trip.inputsFor("guests", (guest, index) => html`
          <p><input class="guest" name=${guest.field("name").name} value=${guest.field("name").value} autocomplete="off">
            <button type="button" class="drop" id="drop-${index}" name=${guest.drop.name} value=${guest.drop.value} phx-click=${JS.dispatch("change")}>Remove</button></p>`)}
        <button type="button" id="add" name=${trip.add("guests").name} value="new" phx-click=${JS.dispatch("change")}>Add</button>`,
    })}
    <output id="known">${JSON.stringify(trip.params)}</output>`,
});

const ROWS = [{ id: 1, title: "One" }, { id: 2, title: "Two" }];

/** The row that is open, for all views. */
let opened = 0;

/** One form edits whichever row is open. */
const Table = liveView.define({
  name: "Table",
  authorize: "public",
  mount: () => ({ open: opened, typed: undefined as string | undefined }),
  events: {
    edit: {
      bind: z.object({ id: z.number() }),
      handle(socket, { id }) {
        opened = id;
        socket.assign({ open: id, typed: undefined });
      },
    },
    change: { params: z.object({ title: z.string() }), handle: (socket, { title }) => socket.assign({ typed: title }) },
  },
  render: ({ open, typed }, on) => html`
    ${ROWS.map(({ id, title }) => html`<section>${open === id
      ? html`<form id="edit" phx-change=${on.change}><input id="title-${id}" name="title" value=${typed ?? title} autocomplete="off"></form>`
      : html`<button id="edit-${id}" phx-click=${on.edit({ id })}>${title}</button>`}</section>`)}
    <button id="cancel" phx-click=${on.edit({ id: 0 })}>Cancel</button>
    <output id="known">${typed}</output>`,
});

const STEPS = ["name", "city"] as const;

/** Two steps in one form. The view forgets both when it mounts again. */
const Wizard = liveView.define({
  name: "Wizard",
  authorize: "public",
  mount: () => ({ step: 0, texts: {} as Readonly<Record<string, string | undefined>> }),
  events: {
    go: { bind: z.object({ to: z.number() }), handle: (socket, { to }) => socket.assign({ step: to }) },
    change: {
      params: z.object({ name: z.string().optional(), city: z.string().optional() }),
      handle: (socket, texts) => socket.assign({ texts: { ...socket.assigns.texts, ...texts } }),
    },
  },
  render: ({ step, texts }, on) => html`
    <form id="wizard" phx-change=${on.change}>${STEPS.filter((_, at) => at === step).map((name) => html`
      <input id=${name} name=${name} value=${texts[name]} autocomplete="off">`)}</form>
    <button id="back" phx-click=${on.go({ to: 0 })}>Back</button> <button id="next" phx-click=${on.go({ to: 1 })}>Next</button>`,
});

/** The client makes one field of the other: neither has an id. */
const Contact = liveView.define({
  name: "Contact",
  authorize: "public",
  mount: () => ({ by: "mail" }),
  events: {
    toggle: { handle: (socket) => socket.update("by", (by) => (by === "mail" ? "phone" : "mail")) },
    save: { params: z.looseObject({}), handle() {} },
  },
  render: ({ by }, on) => html`
    <form id="contact" phx-submit=${on.save}><input name=${by} autocomplete="off"></form>
    <button id="toggle" phx-click=${on.toggle}>${by}</button>`,
});

/** A search, whose text is the URL's. */
const Search = liveView.define({
  name: "Search",
  authorize: "public",
  params: z.object({ word: z.string().default(""), note: z.string().default("") }),
  mount: (_socket, { params }) => ({ ...params, count: 0 }),
  handleParams: (socket, { params }) => socket.assign(params),
  events: {
    typed: { params: z.object({ word: z.string(), note: z.string() }), handle: (_socket, texts) => patch(`/search?${new URLSearchParams(texts)}`) },
    count: { handle: (socket) => socket.update("count", (count) => count + 1) },
  },
  render: ({ word, note, count }, on) => html`
    <form id="search" phx-change=${on.typed}>
      <input id="word" name="word" value=${word} autocomplete="off"> <textarea id="note" name="note">${note}</textarea> <i>${count}</i>
    </form>
    ${link({ id: "all", patch: "/search", inner: "All" })}
    <button id="count" phx-click=${on.count}>${count}</button>
    <output id="known">${word}${note}</output>`,
});

const endpoint = createEndpoint({
  secret: newSecret(), log() {},
  live: [liveSession("default", {}, (live) => {
    live("/guests", Guests);
    live("/table", Table);
    live("/wizard", Wizard);
    live("/contact", Contact);
    live("/search", Search);
  })],
  routes: (app) => void app.get("/favicon.ico", (c) => c.body(null, 204)),
});
const served = useServed(endpoint);
let page: Page;
const open = usePage(served, (own) => (page = own));
beforeEach(() => {
  opened = 0;
});
const answered = (): Promise<unknown> => page.waitForFunction(() => document.querySelector("[data-phx-ref-src]") === null);
const guests = (): Promise<string[]> => page.$$eval(".guest", (inputs) => inputs.map((input) => (input as HTMLInputElement).value));

describe("a row", () => {
  it("that is added after the last one was removed stays empty over a lost connection", async () => {
    await open("/guests");
    await page.locator(".guest").last().fill("Bob");
    await answered();
    await page.click("#drop-1");
    await expect.poll(guests).toEqual(["Ann"]);
    await page.click("#add");
    await expect.poll(guests).toEqual(["Ann", ""]);
    await reconnect(page);
    await answered();
    expect(await guests()).toEqual(["Ann", ""]);
  });

  it("that is removed does not come back with the next one after a lost connection", async () => {
    await open("/guests");
    await page.locator(".guest").last().fill("Bob");
    await answered();
    await page.click("#drop-1");
    await expect.poll(guests).toEqual(["Ann"]);
    await reconnect(page);
    await answered();
    await page.click("#add");
    await expect.poll(() => page.locator(".guest").count()).toBe(2);
    await answered();
    expect(await guests()).toEqual(["Ann", ""]);
  });
});

it("a form that edits another thing than before does not get the text of the first", async () => {
  await open("/table");
  await page.click("#edit-1");
  await page.fill("#title-1", "Uno");
  await answered();
  await page.click("#cancel");
  await page.click("#edit-2");
  await page.waitForSelector("#title-2");
  await reconnect(page);
  await answered();
  expect(await page.inputValue("#title-2")).toBe("Two");
});

it("a form that its view has forgotten gets its text when it is opened again, and offers it where it edits another thing", async () => {
  await open("/table");
  await page.click("#edit-1");
  await page.fill("#title-1", "Uno");
  await answered();
  opened = 0;
  await reconnect(page);
  await page.click("#edit-1");
  await page.waitForSelector("#title-1");
  expect(await page.inputValue("#title-1")).toBe("Uno");
  await page.waitForFunction(() => document.querySelector("#known")!.textContent === "Uno");
  opened = 0;
  await reconnect(page);
  await page.click("#edit-2");
  await page.waitForSelector("#title-2");
  await page.waitForSelector("#edit + holdfast-notice");
  expect(await page.inputValue("#title-2")).toBe("Two");
});

describe("a field whose text its view has taken over", () => {
  const known = (text: string): Promise<unknown> => page.waitForFunction((text) => document.querySelector("#known")!.textContent === text, text);

  it.each(["#word", "#note"])("shows what the view renders later: %s", async (field) => {
    await open("/search");
    for (const [text, elsewhere] of [["emma", false], ["anna", true]] as const) {
      await page.fill(field, text);
      await known(text);
      await answered();
      // A patch that leaves the field as it is.
      if (elsewhere) await clickAnswered(page, "#count");
      await answered();
      expect(await page.inputValue(field)).toBe(text);
      await page.click("#all");
      await known("");
      await answered();
      expect(await page.inputValue(field)).toBe("");
    }
  });

  it.each(["#word", "#note"])("and that renders something else while it has the focus: %s", async (field) => {
    await open("/search");
    await page.fill(field, "emma");
    await known("emma");
    await answered();
    await page.goBack();
    await known("");
    await clickAnswered(page, "#count");
    await answered();
    expect(await page.inputValue(field)).toBe("");
  });
});

describe("a field", () => {
  it("of an earlier step of a form gets its text back with its step, which the view has forgotten", async () => {
    await open("/wizard");
    await page.fill("#name", "Ann");
    await page.click("#next");
    await page.fill("#city", "Oslo");
    await page.click("#back");
    await page.waitForSelector("#name");
    await page.click("#next");
    await page.waitForSelector("#city");
    expect(await page.inputValue("#city")).toBe("Oslo");
    await reconnect(page);
    await page.waitForSelector("#name");
    expect(await page.inputValue("#name")).toBe("Ann");
    await page.click("#next");
    await page.waitForSelector("#city");
    expect(await page.inputValue("#city")).toBe("Oslo");
  });

  it("does not get the text of one in whose place it stands", async () => {
    const turn = async (to: string): Promise<void> => {
      await page.click("#toggle");
      await page.waitForSelector(`[name=${to}]`);
    };
    await open("/contact");
    await page.fill("[name=mail]", "ann@example.org");
    await turn("phone");
    expect(await page.inputValue("[name=phone]")).toBe("");
    await page.fill("[name=phone]", "555");
    await turn("mail");
    expect(await page.inputValue("[name=mail]")).toBe("ann@example.org");
    await turn("phone");
    expect(await page.inputValue("[name=phone]")).toBe("555");
  });
});
