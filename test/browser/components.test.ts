import { randomBytes } from "node:crypto";
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  createEndpoint, dynamicTag, flashGroup, focusWrap, formParams, formTag, html, JS, link, liveSession, liveTitle, liveView, portal, toForm,
  type Layout,
} from "holdfast";
import { z } from "zod";
import { axeViolations } from "./support/axe.js";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const PostForm = z.object({
  title: z.string().min(3, "too short"),
  comments: z.array(z.object({ body: z.string().min(1, "empty") })).default([]),
});
type Post = z.infer<typeof PostForm>;
const blank: Post = { title: "", comments: [{ body: "one" }, { body: "two" }] };

const FormView = liveView.define({
  name: "FormView",
  authorize: "public",
  mount: () => ({ post: toForm(blank, { as: "post" }), sent: "" }),
  events: {
    validate: {
      async handle(socket, payload) {
        const params = formParams(payload, { as: "post", lists: ["comments"] });
        const { issues } = await PostForm["~standard"].validate(params);
        socket.assign({ post: toForm(blank, { as: "post", params, issues }) });
      },
    },
    save: {
      async handle(socket, payload) {
        const params = formParams(payload, { as: "post", lists: ["comments"] });
        const result = await PostForm["~standard"].validate(params);
        socket.assign({ post: toForm(blank, { as: "post", params, issues: result.issues, action: "submit" }) });
        if (!result.issues) socket.assign({ sent: JSON.stringify(result.value) });
      },
    },
  },
  render: ({ post, sent }, on) => html`
    <output id="sent">${sent}</output>
    ${formTag({ for: post, "phx-change": on.validate, "phx-submit": on.save, inner: (f) => {
      const title = f.field("title");
      const add = f.add("comments");
      return html`
        <input id=${title.id} name=${title.name} value=${title.value}> <i id="title-errors">${title.errors}</i>
        ${f.inputsFor("comments", (comment) => {
          const body = comment.field("body");
          return html`
            <fieldset id=${comment.id}>
              <input id=${body.id} name=${body.name} value=${body.value}> <i class="errors">${body.errors}</i>
              <button type="button" class="drop" name=${comment.drop.name} value=${comment.drop.value} phx-click=${JS.dispatch("change")}>x</button>
            </fieldset>`;
        })}
        <button type="button" id="add" name=${add.name} value=${add.value} phx-click=${JS.dispatch("change")}>Add</button>
        <button id="save">Save</button>`;
    } })}`,
});

const Parts = liveView.define({
  name: "Parts",
  params: z.object({ page: z.coerce.number().default(1) }),
  authorize: "public",
  mount: () => ({ page: 1, clicks: 0 }),
  handleParams: (socket, { params }) => {
    socket.assign({ page: params.page });
    socket.pageTitle(`Page ${params.page}`);
  },
  events: {
    notice: { handle: (socket) => socket.putFlash("error", "Oh <no>") },
    click: { handle: (socket) => socket.update("clicks", (n) => n + 1) },
  },
  render: ({ page, clicks, flash }, on) => html`
    ${flashGroup({ flash, disconnected: "offline" })}
    ${dynamicTag({ name: `h${page}`, attrs: { id: "heading" }, inner: `page ${page}` })}
    ${link({ patch: `/?page=${page + 1}`, id: "next", inner: "Next" })}
    ${link({ navigate: "/form", id: "to-form", inner: "Form" })}
    <button id="notice" phx-click=${on.notice}>Notice</button>
    <output id="clicks">${clicks}</output>
    <button id="opener" phx-click=${JS.pushFocus().show({ to: "#box" }).focusFirst({ to: "#wrap" })}>Open</button>
    <div id="box" style="display: none" phx-remove=${JS.hide()}>
      ${focusWrap({ id: "wrap", inner: html`<button id="first">1</button><button id="last" phx-click=${JS.hide({ to: "#box" }).popFocus()}>2</button>` })}
    </div>
    <button id="executor" phx-click=${JS.exec("phx-click", { to: "#clicker" })}>Exec</button>
    <button id="clicker" phx-click=${JS.push(on.click).concat(JS.toggleAttribute("aria-pressed", ["true", "false"]))}>Click</button>
    <button id="toggler" phx-click=${JS.toggle({ to: "#toggled", in: ["run-in", "from", "to"], out: "run-out", time: 20, blocking: false })}>Toggle</button>
    <p id="toggled">toggled</p>
    <details id="kept" phx-mounted=${JS.ignoreAttributes("open")}><summary>${clicks}</summary></details>
    ${portal({ id: "tip", target: "#elsewhere", class: "tip", inner: html`<button id="teleported" phx-click=${on.click}>${clicks}</button>` })}`,
});

const layout: Layout = ({ inner }) => html`<main>${inner}</main>`;
const endpoint = createEndpoint({
  secret: randomBytes(32).toString("hex"),
  rootLayout: ({ inner, title, csrfToken, scripts }) => html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8"><meta name="csrf-token" content=${csrfToken}>
        ${liveTitle({ title, default: "None", prefix: "A ", suffix: " Z" })}
        <link rel="icon" href="data:,">
        ${scripts}
      </head>
      <body>${inner}<div id="elsewhere"></div></body>
    </html>`,
  live: [liveSession("public", { layout }, (live) => {
    live("/", Parts);
    live("/form", FormView);
  })],
});

const served = useServed(endpoint);
let context: BrowserContext;
let watched: Watched;
let page: Page;

beforeEach(async () => {
  context = await served.browser.newContext();
  watched = await watch(context);
  page = watched.page;
});
afterEach(async () => {
  const { complaints } = watched;
  await context.close();
  expect(complaints).toEqual([]);
});

const open = async (path: string): Promise<void> => {
  await page.goto(served.url + path);
  await connected(page);
};
const shows = (selector: string, expected: string): Promise<unknown> =>
  page.waitForFunction(([at, wanted]) => document.querySelector(at!)?.textContent === wanted, [selector, expected]);
const focused = (id: string): Promise<unknown> => page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);

it("links patch and navigate without loading a page, and the title keeps its prefix and suffix", async () => {
  await open("/");
  expect(await page.title()).toBe("A Page 1 Z");
  await page.click("#next");
  await shows("#heading", "page 2");
  expect(await page.evaluate(() => document.querySelector("#heading")?.tagName)).toBe("H2");
  await page.waitForFunction(() => document.title === "A Page 2 Z");
  await page.click("#to-form");
  await page.waitForSelector("#post_title");
  expect(watched.loads()).toBe(1);
});

it("a message of the flash is text, and a click drops it on the server too", async () => {
  await open("/");
  expect(await page.isVisible("#flash-disconnected")).toBe(false);
  await page.click("#notice");
  await shows("#flash-error p", "Oh <no>");
  await page.click("#flash-error");
  await page.waitForSelector("#flash-error", { state: "detached" });
  await page.click("#clicker");
  await shows("#clicks", "1");
  expect(await page.$("#flash-error")).toBeNull();
});

it("a message of the flash is closed from the keyboard, by a button that has a name", async () => {
  await open("/");
  await page.click("#notice");
  await shows("#flash-error p", "Oh <no>");
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole("alert").getByRole("button", { name: "close", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("#flash-error", { state: "detached" });
  await page.click("#clicker");
  await shows("#clicks", "1");
  expect(await page.$("#flash-error")).toBeNull();
});

it("says when there is no connection, and when there is one again", async () => {
  await open("/");
  type Client = { liveSocket: { disconnect(): void; connect(): void } };
  await page.evaluate(() => (window as unknown as Client).liveSocket.disconnect());
  await page.waitForSelector("#flash-disconnected", { state: "visible" });
  await page.evaluate(() => (window as unknown as Client).liveSocket.connect());
  await page.waitForSelector("#flash-disconnected", { state: "hidden" });
});

it("focus cycles inside its wrap, and returns to where it came from", async () => {
  await open("/");
  await page.click("#opener");
  await focused("first");
  await page.keyboard.press("Shift+Tab");
  await focused("last");
  await page.keyboard.press("Tab");
  await focused("first");
  await page.click("#last");
  await page.waitForSelector("#box", { state: "hidden" });
  await focused("opener");
});

it("commands run: exec, toggled attributes, transitions, ignored attributes", async () => {
  await open("/");
  await page.click("#executor");
  await shows("#clicks", "1");
  expect(await page.getAttribute("#clicker", "aria-pressed")).toBe("true");
  await page.click("#clicker");
  await shows("#clicks", "2");
  expect(await page.getAttribute("#clicker", "aria-pressed")).toBe("false");
  await page.click("#toggler");
  await page.waitForSelector("#toggled", { state: "hidden" });
  await page.click("#toggler");
  await page.waitForSelector("#toggled", { state: "visible" });
  await page.click("#kept summary");
  await page.click("#clicker");
  await shows("#kept summary", "3");
  expect(await page.evaluate(() => (document.querySelector("#kept") as HTMLDetailsElement).open)).toBe(true);
});

it("what a portal moved elsewhere still belongs to its view", async () => {
  await open("/");
  await page.waitForSelector("#elsewhere .tip #teleported");
  await page.click("#teleported");
  await shows("#teleported", "1");
  await shows("#clicks", "1");
});

it("a nested form adds, drops and keeps what is typed; errors wait until an input was used", async () => {
  await open("/form");
  expect(await page.locator("fieldset").count()).toBe(2);
  await page.click("#add");
  await page.waitForSelector("#post_comments_2");
  // Neither the title nor the new comment was touched yet.
  expect(await page.textContent("#title-errors")).toBe("");
  expect(await page.textContent("#post_comments_2 .errors")).toBe("");
  await page.fill("#post_comments_1_body", "changed");
  await page.fill("#post_title", "ab");
  await shows("#title-errors", "too short");
  await page.click("#post_comments_0 .drop");
  await page.waitForSelector("#post_comments_0", { state: "detached" });
  expect(await page.inputValue("#post_comments_1_body")).toBe("changed");
  expect(await page.getAttribute("#post_comments_1_body", "name")).toBe("post[comments][0][body]");
  await page.click("#save");
  await shows("#post_comments_2 .errors", "empty");
  await page.fill("#post_comments_2_body", "new <b>");
  await page.fill("#post_title", "abc");
  await page.click("#save");
  await shows("#sent", '{"title":"abc","comments":[{"body":"changed"},{"body":"new <b>"}]}');
  for (let left = 2; left > 0; left--) {
    await page.click("fieldset .drop");
    await page.waitForFunction((n) => document.querySelectorAll("fieldset").length === n, left - 1);
  }
  await page.click("#save");
  await shows("#sent", '{"title":"abc","comments":[]}');
});
