// Where the server forgets what it wrote, a form's event says itself which fields its user cannot change.
import { form, formTag, html, keyed, liveComponent, liveView, onTelemetry, spread, stream, temporaryAssign } from "holdfast";
import { input } from "holdfast/components";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";

interface Post {
  readonly id: number;
  readonly owner: string;
}

const heard: unknown[] = [];
const note = { handle: (_socket: unknown, payload: unknown) => void heard.push(JSON.parse(JSON.stringify(payload))) };
const bound = { bind: z.object({ id: z.number() }), params: z.object({ owner: z.string(), text: z.string() }), ...note };

const Row = liveComponent<{ owner: string }>().define({
  name: "row", events: { inner: note },
  render: ({ owner }, on) => html`<li><form phx-submit=${on.inner}><input type="hidden" name="owner" value=${owner}></form></li>`,
});

const Page = liveView.define({
  name: "Page", authorize: "public",
  mount: () => ({
    posts: stream<Post>([{ id: 1, owner: "ada" }, { id: 2, owner: "bob" }]), rows: stream([{ id: 1, owner: "ada" }]), note: temporaryAssign("first"),
    draft: form(z.object({ title: z.string(), owner: z.string() }), { title: "", owner: "ada" }, { as: "draft" }),
  }),
  events: {
    save: note, change: note, bound, spread: note, nested: note, ignored: note, plain: note, once: note, page: note,
    kit: { form: "draft", handle: (_socket, data) => void heard.push(data) },
    again: { handle: (socket) => socket.assign({ note: temporaryAssign("second") }) },
    move: { handle: (socket) => socket.streamInsert("posts", { id: 1, owner: "eve" }) },
  },
  render: ({ posts, rows, note: text, draft }, on) => html`<main><i phx-click=${on.again}></i><i phx-click=${on.move}></i>
    <form phx-submit=${on.page}><input type="hidden" name="owner" value="of the page"></form>
    <ul id="posts" phx-update="stream">${posts.map((post, id) => html`<li id=${id}>
      <form id="f-${post.id}" phx-change=${on.change} phx-submit=${on.save}>
        <input type="hidden" name="post[owner]" value=${post.owner}><input type="hidden" name="quoted" value="~,=%${"<b>"}&quot;é漢">
        <input name="readonly" readonly value="as shown"><input name="off" disabled value="x">
        <textarea name="area" readonly>${"two\nlines"}</textarea><input type="hidden" name="agreed" value="no"><input type="checkbox" name="agreed" value="yes">
        <input type="hidden" name="hooked" id="h-${post.id}" phx-hook="Editor" value=""><input type="hidden" name="_mark" value="m">
        ${keyed(["a"], (key) => key, (key) => html`<input type="hidden" name="row[${key}]" value=${key}>`)}<input name="text"></form>
      <form phx-submit=${on.bound({ id: post.id })}><input type="hidden" name="owner" value=${post.owner}><input name="text"></form>
      <form ${spread({ "phx-submit": on.spread })}><input type="hidden" name="owner" value=${post.owner}></form>
      ${html`<form phx-submit=${on.nested}>${html`<input type="hidden" name="owner" value=${post.owner}>`}</form>`}
      <div id="i-${post.id}" phx-update="ignore">${html`<form phx-submit=${on.ignored}><input type="hidden" name="owner" value=${post.owner}></form>`}</div>
      <form phx-submit=${on.plain}><input name="text"></form><form phx-submit=${on.page}><input type="hidden" name="owner" value=${post.owner}></form>
      ${formTag({ for: draft, "phx-change": on.kit.change, "phx-submit": on.kit.submit, inner: html`${input({ field: draft.field("title"), label: "T" })}${input({ field: draft.field("owner"), label: "O", readonly: true })}` })}
    </li>`)}</ul>
    <ul id="rows" phx-update="stream">${rows.map((row, id) => html`<li id=${id}><ul>${Row({ id: "only", owner: row.owner })}</ul></li>`)}</ul>
    ${text.map((value) => html`<form phx-submit=${on.once}><input type="hidden" name="note" value=${value}></form>`)}</main>`,
});

const LONG = "a long text\r\nof two lines, \0 and \ud800".padEnd(40_000, "x");
const NAMES = ["constructor", "toString", "a[b][c]", "a[constructor]", "a[b][hasOwnProperty]", "length", "7", "é\u0301", "line\nbreak", "quo\"te", "~~", "x=,y"];
const Odd = liveView.define({
  name: "Odd", authorize: "public",
  mount: () => ({ items: stream([{ id: 1 }]), text: temporaryAssign("once") }),
  events: { both: note, counted: note, long: note, odd: note, written: note, kept: note, sent: note, line: note },
  render({ items, text }, on) {
    let at = 0;
    return html`<main><form phx-submit=${on.both}><input type="hidden" name="owner" value="of the page"></form>
      <form phx-submit="written"><input type="hidden" name="owner" value="of the page"></form>
      <div id="kept" phx-update="ignore"><form phx-submit=${on.kept}><input name="owner" disabled><fieldset disabled><input name="set"></fieldset></form></div>
      <ul id="items" phx-update="stream">${items.map((_item, id) => html`<li id=${id}>
        <form phx-submit=${on.both}><input name="owner"></form><form phx-submit="written"><input name="owner"></form>
        <form phx-change=${on.counted} phx-submit=${on.counted}>${keyed(["a", "b"], (key) => key, (key) => html`<input type="hidden" name=${key} value=${at++}>`)}</form>
        <form phx-submit=${on.long}><input type="hidden" name="long" value=${LONG}><input name="text"></form>
        <form phx-submit=${on.line}><input name="line" readonly value=${"one\ntwo"}></form>
        <form phx-submit=${on.odd}>${NAMES.map((name) => html`<input type="hidden" name=${name} value=${`of ${name}`}>`)}<input type="hidden" name="__proto__" value="x"><input type="hidden" name="a[__proto__][admin]" value="x"></form>
      </li>`)}</ul>${text.map((value) => html`<form phx-submit=${on.sent}>${temporaryAssign(value).map((inner) => html`<input type="hidden" name="note" value=${inner}>`)}</form>`)}</main>`;
  },
});

let lab: Lab;
let page: Joined;
let names: string[];
const overruled: string[] = [];
let stop: () => void;
beforeAll(async () => {
  lab = await startLab({ "/": Page, "/odd": Odd });
});
afterAll(() => lab.close());
beforeEach(async () => {
  page = await lab.open("/");
  names = namesIn(page.rendered);
  heard.length = overruled.length = 0;
  stop = onTelemetry("holdfast:field:overruled", ({ event, field }) => overruled.push(`${event} ${field}`));
});
afterEach(async () => {
  stop();
  await lab.cut();
});

/** Every event's name with a proof, in the order of the page. */
function namesIn(rendered: unknown): string[] {
  return [...JSON.stringify(rendered).matchAll(/phx-(?:submit|change)=\\"([^\\"]*~~[^\\"]*)\\"/g)].map(([, name]) => name!);
}
/** The names of one event, of the first item and of the second. */
const of = (event: string, from = names): string[] => from.filter((name) => name.split("~")[0] === event);

const send = (event: string, fields: Record<string, string>, type: unknown = "form"): Promise<{ status: string }> =>
  page.call("event", type === "form" ? { type, event, value: new URLSearchParams(fields).toString(), meta: {} } : { type, event, value: fields });

const HONEST = {
  "post[owner]": "ada", quoted: `~,=%<b>"é漢`, readonly: "as shown", area: "two\r\nlines", agreed: "yes", hooked: "<p>", "row[a]": "a", text: "typed", _mark: "m",
};
const ARRIVED = { post: { owner: "ada" }, quoted: `~,=%<b>"é漢`, readonly: "as shown", area: "two\nlines", agreed: "yes", hooked: "<p>", row: { a: "a" }, text: "typed", _mark: "m" };

it("an honest form of a stream's item arrives as it is, and nothing is noted", async () => {
  for (const event of ["save", "change"]) await send(of(event)[0]!, HONEST);
  expect(heard).toEqual([ARRIVED, ARRIVED]);
  expect(overruled).toEqual([]);
});

it("what its user cannot change is what was written; what differed is noted, but not refused", async () => {
  const forged = { ...HONEST, "post[owner]": "eve", quoted: "x", readonly: "x", area: "x", off: "x", "row[a]": "x", agreed: "no" };
  await send(of("save")[0]!, forged);
  expect(heard).toEqual([{ ...ARRIVED, agreed: "no" }]);
  expect(overruled.sort()).toEqual(["area", "off", "post[owner]", "quoted", "readonly", "row[a]"].map((field) => `save ${field}`));
});

it("each item has its own", async () => {
  const [, second] = of("save");
  await send(second!, HONEST);
  expect(heard).toEqual([{ ...ARRIVED, post: { owner: "bob" } }]);
});

it("whatever the event is called, it has the form's fields", async () => {
  for (const type of ["click", "hook", "", undefined, "FORM"]) {
    heard.length = 0;
    await send(of("bound")[0]!, { owner: "eve", text: "t" }, type);
    expect([type, heard]).toEqual([type, [{ id: 1, owner: "ada", text: "t" }]]);
  }
});

it("so do attributes that are spread, fields in templates of their own, and a form as a value with the kit's inputs", async () => {
  for (const event of ["spread", "nested"]) await send(of(event)[1]!, { owner: "eve" });
  await send(of("kit.submit")[0]!, { "draft[title]": "T", "draft[owner]": "eve" });
  expect(heard).toEqual([{ owner: "bob" }, { owner: "bob" }, { title: "T", owner: "ada" }]);
});

it("the page's form with the same event does not count for the item's", async () => {
  await send(of("page")[0]!, { owner: "eve" });
  await send("page", { owner: "eve" });
  expect(heard).toEqual([{ owner: "ada" }, { owner: "of the page" }]);
});

it("a proof covers its fields: without them, with others, or with those of another item it proves nothing", async () => {
  const [first, second] = of("bound");
  const [proof, locked] = first!.split("~~")[1]!.split("~");
  const name = first!.split("~~")[0]!;
  const others = second!.split("~~")[1]!.split("~");
  const forged = [
    name, `${name}~~${proof}`, `${name}~~${proof}~`, `${name}~~${proof}~owner=.eve`, `${name}~~${proof}~${locked},x=.y`, `${name}~~${proof}~${locked}~`,
    `${name}~~${proof}~${others[1]}`, `${name}~~${others[0]}~${locked}`, `${name}~~~${locked}`, `${name}~${locked}~~${proof}`, `bound~id=2~~${proof}~${locked}`,
    `form~~${proof}~${locked}`, `${name}\n${locked}~~${proof}`, `${locked}\n${name}~~${proof}`,
  ];
  for (const event of forged) expect([event, (await send(event, { owner: "ada", text: "t" })).status, heard]).toEqual([event, "ok", []]);
  await send(first!, { owner: "ada", text: "t" });
  expect(heard).toHaveLength(1);
});

it("a form without such fields has a name without them, and one in an ignored part keeps what client code writes", async () => {
  expect(of("plain")[0]).toMatch(/^plain~~[\w-]{16}$/);
  expect(of("ignored")[0]).toMatch(/^ignored~~[\w-]{16}$/);
  await send(of("ignored")[0]!, { owner: "written by client code" });
  expect(heard).toEqual([{ owner: "written by client code" }]);
});

it("the GET, the join and the rejoin write the same names", async () => {
  const html = page.page.html;
  const written = [...html.matchAll(/phx-(?:submit|change)="([^"]*~~[^"]*)"/g)].map(([, name]) => name!);
  expect(written).toEqual(names);
  page.socket.terminate();
  await eventually(() => expect(lab.endpoint.connections).toBe(0));
  const socket = await page.browser.socket();
  const reply = await socket.join(page.page);
  expect(namesIn(reply.response)).toEqual(names);
  await socket.event(page.page, of("save")[0]!, new URLSearchParams({ ...HONEST, "post[owner]": "eve" }).toString(), "form");
  expect(heard).toEqual([ARRIVED]);
});

it("an item that is written again names its new fields; content that is sent once does so too", async () => {
  const moved = await page.event("move");
  const [after] = of("bound", namesIn(moved.response));
  await send(after!, { owner: "ada", text: "t" });
  expect(heard.splice(0)).toEqual([{ id: 1, owner: "eve", text: "t" }]);
  await send(of("once")[0]!, { note: "x" });
  const again = await page.event("again");
  const [second] = of("once", namesIn(again.response));
  await send(second!, { note: "x" });
  expect(heard).toEqual([{ note: "first" }, { note: "second" }]);
});

it("a live component's form in an item is looked up as everywhere", async () => {
  await page.call("event", { type: "form", event: "inner", value: "owner=eve", meta: {}, cid: 1 });
  expect(heard).toEqual([{ owner: "ada" }]);
});

/** Opens the other page, and returns the name that an event has in its stream. */
async function odd(event: string): Promise<string> {
  page = await lab.open("/odd");
  return of(event, namesIn(page.rendered))[0]!;
}

it("what its user may change is never overruled by a form of the page with the same event", async () => {
  for (const event of [await odd("both"), "written"]) await send(event, { owner: "typed" });
  expect([heard, overruled]).toEqual([[{ owner: "typed" }, { owner: "typed" }], []]);
});

it("nor by a field that client code has enabled in an ignored part", async () => {
  await send(await odd("kept"), { owner: "typed", set: "typed" });
  expect([heard, overruled]).toEqual([[{ owner: "typed", set: "typed" }], []]);
});

it("the items of a list are rendered once: a counter in them says what the browser has", async () => {
  const name = await odd("counted");
  await send(name, { a: "0", b: "1" });
  await send(name, { a: "1", b: "0" });
  expect([heard, overruled]).toEqual([[{ a: "0", b: "1" }, { a: "0", b: "1" }], ["counted a", "counted b"]]);
  expect(JSON.stringify(page.rendered)).toContain(String.raw`{"0":" name=\"a\"","1":" value=\"0\""}`);
});

it("a long value stands in the event's name as its digest: it fits into a frame, counts as shown, and is dropped as anything else", async () => {
  const name = await odd("long");
  expect(name.length).toBeLessThan(200);
  // As a browser sends it.
  const shown = LONG.replace("\0", "\ufffd").toWellFormed();
  await send(name, { long: shown, text: "t" });
  expect([heard.splice(0), overruled]).toEqual([[{ long: shown, text: "t" }], []]);
  for (const long of ["", "x", `${shown}x`, shown.slice(1)]) await send(name, { long, text: "t" });
  expect([heard, overruled]).toEqual([Array(4).fill({ text: "t" }), Array(4).fill("long long")]);
});

it("an input of one line has none of its line breaks, as in a browser", async () => {
  const name = await odd("line");
  for (const line of ["onetwo", "x"]) await send(name, { line });
  expect([heard, overruled]).toEqual([[{ line: "onetwo" }, { line: "onetwo" }], ["line line"]]);
});

it("fields are called as they like, and no name reaches a prototype", async () => {
  const name = await odd("odd");
  const fields = Object.fromEntries(NAMES.map((field) => [field, `of ${field}`]));
  await send(name, fields);
  const [honest] = heard.splice(0);
  await send(name, { ...Object.fromEntries(NAMES.map((field) => [field, "forged"])), "__proto__": "y", "a[__proto__][admin]": "y" });
  expect([heard, ({} as Record<string, unknown>)["admin"]]).toEqual([[honest], undefined]);
  expect(overruled).toHaveLength(NAMES.length);
});

it("content that is sent once within such content has its fields locked too", async () => {
  await send(await odd("sent"), { note: "forged" });
  expect(heard).toEqual([{ note: "once" }]);
});
