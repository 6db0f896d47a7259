// Fields that a form's user cannot change: the page's value counts, whatever a client sends, and nobody is refused for it.
import { form, formTag, html, keyed, liveComponent, liveView, onTelemetry, spread } from "holdfast";
import { input } from "holdfast/components";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";

const heard: unknown[] = [];
const note = { handle: (_socket: unknown, payload: unknown) => void heard.push(JSON.parse(JSON.stringify(payload))) };

const Inner = liveComponent<{ secret: string }>().define({
  name: "inner",
  events: { save: note },
  render: ({ secret }, on) => html`<section><form phx-submit=${on.save}><input type="hidden" name="secret" value=${secret}><input name="text"></form></section>`,
});
const Fields = liveComponent().define({ name: "fields", render: () => html`<p><input type="hidden" name="within" value="component"></p>` });

const Page = liveView.define({
  name: "Page", authorize: "public",
  mount: () => ({
    version: 1, locked: true, open: false, draft: form(z.object({ title: z.string(), owner: z.string(), plan: z.string().default("none") }), { title: "", owner: "ada", plan: "free" }, { as: "draft" }),
  }),
  events: {
    save: note, change: note, rows: note, own: note, both: note, gone: note,
    open: { handle: (socket) => socket.assign({ open: !socket.assigns.open }) },
    keep: { form: "draft", handle: (_socket, data) => void heard.push(data) },
    next: { handle: (socket) => socket.assign({ version: socket.assigns.version + 1 }) },
    create: note, update: note,
    versioned: { bind: z.object({ version: z.number() }), params: z.object({ owner: z.string(), text: z.string().optional() }), ...note },
  },
  render: ({ version, locked, draft, open }, on) => html`<main><i phx-click=${on.next}></i>
    <form id="main" phx-change=${on.change} phx-submit=${on.save}>
      <input type="hidden" name="post[version]" value=${version}>
      <input type="HIDDEN" name="quoted" value="v${version}-&amp;${"<b>"}">
      <input name="readonly" readonly value="as shown">
      <input ${spread({ type: "hidden", name: "spread", value: "spread" })}>
      <textarea name="area" readonly>${"two\nlines"}</textarea>
      <input name="off" disabled=${locked} value="x"><fieldset disabled><input name="inset" value="y"></fieldset>
      <input type="checkbox" name="ticked" readonly value="yes">
      <input type="hidden" name="agreed" value="no"><input type="checkbox" name="agreed" value="yes">
      <input type="hidden" name="hooked" id="hooked" phx-hook="Editor" value="">
      <div id="editor" phx-update="ignore"><input type="hidden" name="edited" value=""></div>
      <input type="hidden" name="tags[]" value="a"><input type="hidden" name="post[_persistent_id]" value="0">
      ${html`<p>${keyed(["a", "b"], (key) => key, (key) => html`<input type="hidden" name="row[${key}]" value=${key}>`)}</p>`}
      ${Fields({ id: "fields" })}
      <input name="text" phx-change=${on.own}>
    </form>
    <input type="hidden" name="outside" form="main" value="outside">
    ${keyed([1, 2], (id) => id, (id) => html`<form phx-submit=${on.rows}><input type="hidden" name="id" value=${id}><input name="text"></form>`)}
    ${formTag({ for: draft, "phx-change": on.keep.change, "phx-submit": on.keep.submit, inner: html`
      ${input({ field: draft.field("title"), label: "Title" })}${input({ field: draft.field("owner"), label: "Owner", readonly: true })}
      ${input({ field: draft.field("plan"), label: "Plan", disabled: true })}` })}
    <i phx-click=${on.open}></i>${open && html`<form phx-submit=${on.gone}><input type="hidden" name="owner" value=${"ada"}><input name="text"></form>`}
    <form phx-submit=${on.both}><input type="hidden" name="id" value="of the form"></form><button phx-click=${on.both} phx-value-id="of the button">Go</button>
    <form phx-submit=${on.versioned({ version })}><input type="hidden" name="owner" value="ada"><input name="text"></form>
    <form phx-submit=${version === 1 ? on.create : on.update}><input type="hidden" name="owner" value=${version === 1 ? "ada" : "bob"}></form>
    ${Inner({ id: "inner", secret: "of the page" })}</main>`,
});

/** Ten forms that change with each render. */
const Many = liveView.define({
  name: "Many", authorize: "public",
  mount: () => ({ version: 0 }),
  events: {
    next: { handle: (socket) => socket.update("version", (version) => version + 1) },
    sent: { bind: z.object({ form: z.number(), version: z.number() }), params: z.object({ owner: z.string() }), ...note },
    changed: { bind: z.object({ version: z.number() }), ...note },
  },
  render: ({ version }, on) => {
    const one = (form: number) => ({ "phx-change": on.changed({ version }), "phx-submit": on.sent({ form, version }) });
    return html`<main><i phx-click=${on.next}></i>
      <form ${spread(one(0))}><input type="hidden" name="owner" value=${version}></form><form ${spread(one(1))}><input type="hidden" name="owner" value=${version}></form>
      <form ${spread(one(2))}><input type="hidden" name="owner" value=${version}></form><form ${spread(one(3))}><input type="hidden" name="owner" value=${version}></form>
      <form ${spread(one(4))}><input type="hidden" name="owner" value=${version}></form><form ${spread(one(5))}><input type="hidden" name="owner" value=${version}></form>
      <form ${spread(one(6))}><input type="hidden" name="owner" value=${version}></form><form ${spread(one(7))}><input type="hidden" name="owner" value=${version}></form>
      <form ${spread(one(8))}><input type="hidden" name="owner" value=${version}></form><form ${spread(one(9))}><input type="hidden" name="owner" value=${version}></form></main>`;
  },
});

let lab: Lab;
let page: Joined;
const overruled: string[] = [];
let stop: () => void;
beforeAll(async () => {
  lab = await startLab({ "/": Page, "/many": Many });
});
afterAll(() => lab.close());
beforeEach(async () => {
  page = await lab.open("/");
  heard.length = overruled.length = 0;
  lab.log.length = 0;
  stop = onTelemetry("holdfast:field:overruled", ({ event, field }) => overruled.push(`${event} ${field}`));
});
afterEach(async () => {
  stop();
  await lab.cut();
});

const send = (event: string, fields: Record<string, string>, cid?: number): Promise<unknown> =>
  page.call("event", { type: "form", event, value: new URLSearchParams(fields).toString(), meta: {}, ...(cid !== undefined && { cid }) });

/** What a browser sends of the form. */
const HONEST = {
  "post[version]": "1", quoted: "v1-&<b>", readonly: "as shown", spread: "spread", area: "two\r\nlines", ticked: "yes", agreed: "yes", hooked: "<p>",
  edited: "<i>", "tags[]": "b", "post[_persistent_id]": "7", "row[a]": "a", "row[b]": "b", within: "component", outside: "outside", text: "typed",
};
const ARRIVED = {
  post: { version: "1", _persistent_id: "7" }, quoted: "v1-&<b>", readonly: "as shown", spread: "spread", area: "two\nlines", ticked: "yes", agreed: "yes",
  hooked: "<p>", edited: "<i>", tags: ["b"], row: { a: "a", b: "b" }, within: "component", outside: "outside", text: "typed",
};

it("an honest form arrives as it is, and nothing is noted", async () => {
  await send("save", HONEST);
  await send("change", HONEST);
  expect(heard).toEqual([ARRIVED, ARRIVED]);
  expect(overruled).toEqual([]);
});

it("what cannot be changed is the page's: hidden, read-only, disabled; and what differed is noted, but not refused", async () => {
  const forged = {
    ...HONEST, "post[version]": "99", quoted: "x", readonly: "x", spread: "x", area: "x", off: "x", inset: "x", "row[a]": "x", within: "x", outside: "x",
    ticked: "other", agreed: "maybe",
  };
  await send("save", forged);
  expect(heard).toEqual([{ ...ARRIVED, ticked: "other", agreed: "maybe" }]);
  expect(overruled.sort()).toEqual(["area", "inset", "off", "outside", "post[version]", "quoted", "readonly", "row[a]", "spread", "within"].map((field) => `save ${field}`));
  expect(lab.log.filter(({ message }) => message === "field overruled")).toHaveLength(10);
  expect(lab.log.some(({ message }) => message === "event refused")).toBe(false);
});

it("what is left out, or comes in another shape, is the page's as well", async () => {
  const { "post[version]": _version, readonly: _readonly, ...rest } = HONEST;
  await send("save", { ...rest, "post[version][x]": "9" });
  await send("save", { ...rest, post: "text" });
  await page.call("event", { type: "form", event: "save", value: new URLSearchParams(HONEST).toString(), meta: { readonly: "x", post: { version: "9" } } });
  expect(heard.slice(0, 2)).toEqual([ARRIVED, { ...ARRIVED, post: { version: "1" } }]);
  expect(heard[2]).toMatchObject({ readonly: "as shown", post: { version: "1" } });
});

it("a form's event that comes as something else, a click or a push of a hook, has the page's fields too", async () => {
  const forged = { post: { version: "99" }, quoted: "x", readonly: 1, spread: ["x"], area: { x: "x" }, off: "x", inset: true, row: "x", within: "x", outside: "x", text: "typed" };
  for (const type of ["click", "hook", "keydown", "blur", "", undefined, "FORM", ["form"]]) {
    heard.length = 0;
    await page.call("event", { type, event: "save", value: structuredClone(forged) });
    expect([type, heard[0]]).toEqual([type, {
      post: { version: "1" }, quoted: "v1-&<b>", readonly: "as shown", spread: "spread", area: "two\nlines", row: { a: "a", b: "b" },
      within: "component", outside: "outside", text: "typed",
    }]);
    await page.call("event", { type, event: "keep.submit", value: { draft: { title: "t", owner: "eve", plan: "pro" } } });
    expect([type, heard[1]]).toEqual([type, { title: "t", owner: "ada", plan: "none" }]);
  }
  expect(overruled).toContain("save post[version]");
});

it("an event that a button pushes as well takes what the button may send", async () => {
  await page.call("event", { type: "click", event: "both", value: { id: "of the button" } });
  await send("both", { id: "forged" });
  expect(heard).toEqual([{ id: "of the button" }, { id: "of the form" }]);
});

it("a form that was removed a moment ago, or shown before the last join, has the fields that it had", async () => {
  await page.event("open");
  await page.event("open");
  await send("gone", { owner: "eve", text: "typed" });
  await send("gone", { text: "typed" });
  expect(heard).toEqual([{ owner: "ada", text: "typed" }, { owner: "ada", text: "typed" }]);
  heard.length = 0;
  await page.event("open");
  page.socket.terminate();
  await eventually(() => expect(lab.endpoint.connections).toBe(0));
  const socket = await page.browser.socket();
  expect((await socket.join(page.page)).status).toBe("ok");
  await socket.event(page.page, "gone", "owner=eve&text=typed", "form");
  expect(heard).toEqual([{ owner: "ada", text: "typed" }]);
});

it("a form that pushed another event a moment ago, or bound to other values, has the fields that it had", async () => {
  await page.event("next");
  await send("versioned~version=1", { owner: "eve", text: "hello" });
  await page.event("next");
  await send("versioned~version=1", { owner: "ada", text: "again" });
  await send("versioned~version=3", { owner: "eve" });
  expect(heard.splice(0)).toEqual([
    { version: 1, owner: "ada", text: "hello" }, { version: 1, owner: "ada", text: "again" }, { version: 3, owner: "ada" },
  ]);
  await send("create", { owner: "eve" });
  await send("update", { owner: "eve" });
  expect(heard.splice(0)).toEqual([{ owner: "ada" }, { owner: "bob" }]);
  expect(overruled).toEqual(["versioned owner", "versioned owner", "create owner", "update owner"]);
});

it("a page with many forms that changes ten times a second remembers each of them for twenty seconds", async () => {
  const many = await lab.open("/many");
  for (let n = 0; n < 200; n++) await many.event("next");
  await many.call("event", { type: "form", event: "sent~form=9,version=1", value: "owner=eve", meta: {} });
  expect(heard).toEqual([{ form: 9, version: 1, owner: "1" }]);
});

it("a recovered form brings old hidden values, and the page's count", async () => {
  await page.event("next");
  await send("change", HONEST);
  expect(heard).toEqual([{ ...ARRIVED, post: { version: "2", _persistent_id: "7" }, quoted: "v2-&<b>" }]);
});

it("an input's own event brings its own field only", async () => {
  await send("own", { text: "typed" });
  expect(heard).toEqual([{ text: "typed" }]);
});

it("of several forms that push the same event the fields count together, or not at all", async () => {
  for (const id of ["1", "2", "3"]) await send("rows", { id, text: "t" });
  expect(heard).toEqual([{ id: "1", text: "t" }, { id: "2", text: "t" }, { text: "t" }]);
  expect(overruled).toEqual(["rows id"]);
});

it("holds for forms as values, with the kit's inputs, and for a component's form", async () => {
  await send("keep.submit", { "draft[title]": "T", "draft[owner]": "eve", "draft[plan]": "gold" });
  await send("save", { secret: "forged", text: "t" }, 2);
  expect(heard).toEqual([{ title: "T", owner: "ada", plan: "none" }, { secret: "of the page", text: "t" }]);
});
