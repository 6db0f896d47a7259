// Cells that become fields, and fields that are filled in without a word.
import { createEndpoint, html, JS, liveSession, liveView } from "holdfast";
import type { Page } from "playwright-core";
import { z } from "zod";
import { beforeEach, expect, it } from "vitest";
import { newSecret } from "./support/app.js";
import { connected } from "./support/browser.js";
import { usePage, useServed } from "./support/served.js";

let title = "";
let saved: string[] = [];

/** The field saves when it is left, and its form when Enter is pressed. */
const Cell = liveView.define({
  name: "Cell",
  authorize: "public",
  mount: () => ({ title, open: false }),
  events: {
    edit: { handle: (socket) => socket.assign({ open: true, title }) },
    leave: { handle: (socket) => socket.assign({ open: false }) },
    save: {
      params: z.object({ text: z.string() }),
      handle(socket, { text }) {
        title = text;
        saved.push(text);
        socket.assign({ open: false, title });
      },
    },
  },
  render: ({ title, open }, on) => html`
    <div>${open
      ? html`<form id="cell" phx-submit=${on.save}>
          <input id="text" name="text" value=${title} autocomplete="off" phx-mounted=${JS.focus()} phx-blur=${on.leave}></form>`
      : html`<button id="edit" phx-click=${on.edit}>${title}</button>`}</div>`,
});

const LogIn = liveView.define({
  name: "LogIn",
  authorize: "public",
  mount: () => ({ renders: 0, name: "", sent: "" }),
  events: {
    change: { handle() {} },
    again: { handle: (socket) => socket.update("renders", (renders) => renders + 1) },
    rename: { handle: (socket) => socket.assign({ name: "ada" }) },
    send: { params: z.object({ name: z.string(), mail: z.string() }), handle: (socket, { name, mail }) => socket.assign({ sent: `${name} ${mail}` }) },
  },
  render: ({ renders, name, sent }, on) => html`
    <form id="log-in" phx-change=${on.change} phx-submit=${on.send}>
      <input id="name" name="name" value=${name} data-renders=${renders} autocomplete="username">
      <input id="mail" name="mail" type="email" value="" data-renders=${renders} autocomplete="email">
      <button id="send">Log in</button>
    </form>
    <button id="again" phx-click=${on.again}>${renders}</button> <button id="rename" phx-click=${on.rename}>Rename</button>
    <output id="sent">${sent}</output>`,
});

const endpoint = createEndpoint({
  secret: newSecret(),
  live: [liveSession("default", {}, (live) => {
    live("/cell", Cell);
    live("/log-in", LogIn);
  })],
});
const served = useServed(endpoint);
let page: Page;
const open = usePage(served, (own) => (page = own));

beforeEach(() => {
  title = "Milk";
  saved = [];
});
// The npm client takes the focus from the field before it sends the form: the event of `phx-blur` is first, and its answer closes the form.
it("a text whose form was closed before the answer to its submit is not offered again", async () => {
  await open("/cell");
  await page.click("#edit");
  await page.waitForSelector("#text:focus");
  await page.fill("#text", "Bread");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#edit")?.textContent === "Bread");
  await page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith("holdfast:draft")));
  expect(saved).toEqual(["Bread"]);
  title = "Cheese";
  await page.reload();
  await connected(page);
  await page.click("#edit");
  await page.waitForSelector("#text:focus");
  expect([await page.inputValue("#text"), await page.locator("holdfast-notice").count()]).toEqual(["Cheese", 0]);
});

it("a text that is closed without a submit is still there after a reload", async () => {
  await open("/cell");
  await page.click("#edit");
  await page.waitForSelector("#text:focus");
  await page.fill("#text", "Bread");
  await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith("holdfast:draft")));
  await page.locator("#text").blur();
  await page.waitForSelector("#edit");
  await page.reload();
  await connected(page);
  await page.click("#edit");
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("#text")?.value === "Bread");
});

it("what a script fills in without an event is left alone by updates, until the view renders something else there", async () => {
  await open("/log-in");
  await page.evaluate(() => {
    document.querySelector<HTMLInputElement>("#name")!.value = "bob";
    document.querySelector<HTMLInputElement>("#mail")!.value = "bob@example.com";
  });
  await page.click("#again");
  await page.waitForSelector("#name[data-renders='1']");
  expect([await page.inputValue("#name"), await page.inputValue("#mail")]).toEqual(["bob", "bob@example.com"]);
  await page.click("#send");
  await page.waitForFunction(() => document.querySelector("#sent")!.textContent === "bob bob@example.com");
  await page.click("#rename");
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("#name")!.value === "ada");
});
