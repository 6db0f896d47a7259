import { createEndpoint, form, formTag, html, JS, liveComponent, liveSession, liveView, memorySubmissions, navigate, sessionOf, type Endpoint } from "holdfast";
import { button, checkbox, input } from "holdfast/components";
import { openBrowser, type LivePage } from "holdfast/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";

const Note = z.object({ title: z.string().trim().min(1, "A title, please"), steps: z.array(z.object({ text: z.string().min(1, "Say what") })).default([]) });
const stored: { title: string; id: string }[] = [];
let failing: "throw" | "taken" | undefined;

const Notes = liveView.define({
  authorize: "public",
  mount: (socket) => ({ note: form(Note, {}, { lists: ["steps"] }), other: form(Note), csrf: socket.csrfToken(), leaving: false, changes: 0 }),
  events: {
    save: {
      form: "note",
      change: (socket) => socket.update("changes", (n) => n + 1),
      async handle(socket, { title }) {
        if (failing === "throw") throw new Error("no database");
        if (failing === "taken") return socket.assign({ note: socket.assigns.note.withErrors({ title: "is taken" }) });
        await Promise.resolve();
        stored.push({ title, id: socket.submission.id });
        if (title === "away") return navigate("/elsewhere");
        if (title === "reset") socket.assign({ note: socket.assigns.note.reset() });
      },
    },
    leave: { form: "other", handle: (socket) => socket.assign({ leaving: true }) },
    outside: { handle: (socket) => void socket.submission.id },
  },
  render: ({ note, other, csrf, leaving, changes }, on) => html`
    ${formTag({ for: note, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: html`
      ${input({ field: note.field("title"), label: "Title" })}
      ${note.inputsFor("steps", (step) => html`<p class="step"><input name=${step.field("text").name} value=${step.field("text").value}>
        <button type="button" name=${step.up.name} value=${step.up.value}>Up</button></p>`)}
      ${button({ type: "submit", inner: "Save" })}` })}
    ${formTag({ for: other, action: "/posted", csrfToken: csrf, "phx-submit": on.leave.submit, "phx-trigger-action": leaving, inner: html`
      ${input({ field: other.field("title"), label: "Title" })}` })}
    <b id="changes">${changes}</b> <button id="outside" phx-click=${on.outside}>x</button>`,
});
const Elsewhere = liveView.define({ authorize: "public", render: () => html`<h1>Elsewhere</h1>` });
const Card = liveComponent<{ id: string }>().define({
  mount: () => ({ note: form(Note) }),
  events: { save: { form: "note", handle: () => {} } },
  render: ({ note }, on) => html`<div>${formTag({ for: note, "phx-submit": on.save.submit, inner: input({ field: note.field("title"), label: "T" }) })}</div>`,
});
const Cards = liveView.define({ authorize: "public", render: () => html`${Card({ id: "one" })}${Card({ id: "two" })}` });
const Order = z.object({ lines: z.array(z.object({ text: z.string() })).min(1, "A line, please") });
const Trip = z.object({ days: z.array(z.object({ name: z.string(), stops: z.array(z.object({ place: z.string() })).min(1, "A stop, please") })) });
const Trips = liveView.define({
  authorize: "public",
  mount: () => ({
    trip: form(Trip, { days: [{ name: "one", stops: [{ place: "a" }] }, { name: "two", stops: [{ place: "b" }] }] }, { lists: ["days", "days.stops"] }),
  }),
  events: { save: { form: "trip", handle: () => {} } },
  render: ({ trip }, on) => formTag({ for: trip, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: html`
    ${trip.inputsFor("days", (day) => html`<fieldset>${day.hidden}<input name=${day.field("name").name} value=${day.field("name").value}>
      ${day.inputsFor("stops", (stop) => html`<p>${stop.hidden}<input name=${stop.field("place").name} value=${stop.field("place").value}>
        ${button({ inner: `Remove ${String(stop.field("place").value)}`, ...stop.drop, "phx-click": JS.dispatch("change") })}</p>`, { hidden: false })}
      ${button({ inner: `Up ${String(day.field("name").value)}`, ...day.up, "phx-click": JS.dispatch("change") })}
      <b>${day.field("stops").errors.join()}</b></fieldset>`, { hidden: false })}` }),
});
const Orders = liveView.define({
  authorize: "public",
  mount: () => ({ order: form(Order, { lines: [{ text: "tea" }] }, { lists: ["lines"] }) }),
  events: { save: { form: "order", handle: () => {} } },
  render: ({ order }, on) => formTag({ for: order, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: html`
    ${order.inputsFor("lines", (line) => html`<p>${line.hidden}<input name=${line.field("text").name} value=${line.field("text").value}>
      ${button({ inner: "Remove", ...line.drop, "phx-click": JS.dispatch("change") })}</p>`, { hidden: false })}
    <b id="errors">${order.field("lines").errors.join()}</b>` }),
});

const SECRET = "a secret of the tests, and of no one else";
const logged: string[] = [];
let endpoint: Endpoint | undefined;
function served(submissions = memorySubmissions()): Endpoint {
  return (endpoint = createEndpoint({
    secret: SECRET, log: (_message, details) => void logged.push(String(details["error"])), submissions,
    live: [liveSession("default", {}, (live) => {
      live("/", Notes);
      live("/elsewhere", Elsewhere);
      live("/cards", Cards);
      live("/orders", Orders);
      live("/trips", Trips);
    })],
    routes: (app) => void app.post("/posted", (c) => c.text(`posted by ${sessionOf(c).csrfToken().length > 0}`)),
  }));
}
afterEach(async () => {
  stored.length = 0;
  logged.length = 0;
  failing = undefined;
  await endpoint?.close();
});

const SUBMISSION = /name="_submission" value="([\w-]{22})"/;
const idOf = (page: LivePage): string => SUBMISSION.exec(page.html("#note"))![1]!;
const send = (page: LivePage, id: string, title: string): Promise<unknown> =>
  page.pushRaw("event", { type: "form", event: "save.submit", value: `_submission=${id}&title=${title}` });

describe("ids", () => {
  test("two forms of a page are named after their assigns, so their fields have different ids", async () => {
    const page = await openBrowser(served()).visit("/");
    expect([page.count("#note"), page.count("#other"), page.count("#note_title"), page.count("#other_title")]).toEqual([1, 1, 1, 1]);
  });
  test("a component's have its id before them", async () => {
    const page = await openBrowser(served()).visit("/cards");
    expect([page.count("#one_note"), page.count("#two_note_title")]).toEqual([1, 1]);
  });
  test("one that wants none has none", () => {
    expect(form(Note, {}, { id: undefined }).id).toBeUndefined();
    expect(formTag({ for: form(Note, {}, { id: undefined }), inner: "" }).toString()).toMatch(/^<form><input type="hidden"/);
  });
});

describe("what is wrong", () => {
  test("is shown where somebody has been, and everywhere once it was sent; the text stays", async () => {
    const page = await openBrowser(served()).visit("/");
    await page.submit("#note", { title: " " });
    page.expectText("#note_title-errors", "A title, please");
    await page.change("#note", { title: "Tea" });
    expect(page.text("#note_title-errors")).toBe("");
    page.expectText("#changes", "1");
    expect(stored).toEqual([]);
  });
  test("of the application's own is shown, and the same submission is sent again", async () => {
    const page = await openBrowser(served()).visit("/");
    const id = idOf(page);
    failing = "taken";
    await page.submit("#note", { title: "Tea" });
    page.expectText("#note_title-errors", "is taken");
    failing = undefined;
    expect(idOf(page)).toBe(id);
    await page.submit("#note", { title: "Tea" });
    expect(stored).toEqual([{ title: "Tea", id }]);
  });
});

describe("a submission", () => {
  test("has an id that its page carries; the next one has another", async () => {
    const page = await openBrowser(served()).visit("/");
    const first = idOf(page);
    await page.submit("#note", { title: "one" });
    expect(idOf(page)).not.toBe(first);
    const second = idOf(page);
    await page.submit("#note", { title: "reset" });
    expect(stored).toEqual([{ title: "one", id: first }, { title: "reset", id: second }]);
    expect(page.html("#note_title")).not.toContain("value=");
  });
  test("that was answered is not run again, in another view of the session either; another content is", async () => {
    const browser = openBrowser(served());
    const page = await browser.visit("/");
    const id = idOf(page);
    await send(page, id, "one");
    await send(page, id, "one");
    const again = await browser.visit("/");
    await send(again, id, "one");
    expect(stored).toEqual([{ title: "one", id }]);
    await send(again, id, "two");
    expect(stored).toEqual([{ title: "one", id }, { title: "two", id }]);
  });
  test("of another session is another, whatever id it has", async () => {
    const shared = served();
    const [one, two] = [await openBrowser(shared).visit("/"), await openBrowser(shared).visit("/")];
    const id = idOf(one);
    await send(one, id, "one");
    await send(two, id, "one");
    expect(stored).toHaveLength(2);
  });
  test("survives the view: what a new view recovers carries the id of the old page", async () => {
    const browser = openBrowser(served());
    const old = await browser.visit("/");
    const id = idOf(old);
    const page = await browser.visit("/");
    await page.pushRaw("event", { type: "form", event: "save.change", value: `_submission=${id}&title=Tea` });
    expect(idOf(page)).toBe(id);
  });
  test("runs again if its handler threw", async () => {
    const browser = openBrowser(served());
    const page = await browser.visit("/");
    const id = idOf(page);
    failing = "throw";
    await send(page, id, "one").catch(() => {});
    failing = undefined;
    await send(await browser.visit("/"), id, "one");
    expect(stored).toEqual([{ title: "one", id }]);
  });
  test("redirects again if it led elsewhere", async () => {
    const browser = openBrowser(served());
    const page = await browser.visit("/");
    const id = idOf(page);
    await page.submit("#note", { title: "away" });
    const again = await browser.visit("/");
    await send(again, id, "away");
    again.expectRedirect("/elsewhere");
    expect(stored).toHaveLength(1);
  });
  test("with an id of nobody's making gets one of ours", async () => {
    const page = await openBrowser(served()).visit("/");
    const id = idOf(page);
    await send(page, "x".repeat(4000), "one");
    expect(stored).toEqual([{ title: "one", id }]);
  });
  test("is known to the handler of its form only", async () => {
    const page = await openBrowser(served()).visit("/");
    await page.click("#outside");
    expect(logged.join()).toMatch(/socket.submission was read outside the handler of a form/);
  });
});

test("items are added, moved and removed by buttons, with what was typed", async () => {
  const page = await openBrowser(served()).visit("/");
  const change = (value: string): Promise<unknown> => page.pushRaw("event", { type: "form", event: "save.change", value });
  const texts = (): string[] => [...page.html("#note").matchAll(/name="steps\[\d\]\[text\]" value="(\w*)"/g)].map(([, text]) => text!);
  await change("title=&steps_sort[]=new&steps_sort[]=new2&steps_sort[]=new3");
  const items = "title=&steps_sort[]=0&steps_sort[]=1&steps_sort[]=2&steps[0][text]=a&steps[1][text]=b&steps[2][text]=c&steps_drop[]=";
  await change(items);
  expect(texts()).toEqual(["a", "b", "c"]);
  await change(`${items}&steps_up[]=2`);
  expect(texts()).toEqual(["a", "c", "b"]);
  await change(`${items}&steps_down[]=0`);
  expect(texts()).toEqual(["b", "a", "c"]);
  await change(`${items}&steps_up[]=0&steps_down[]=2&steps_up[]=9`);
  expect(texts()).toEqual(["a", "b", "c"]);
  await change(`${items}&steps_drop[]=1`);
  expect(texts()).toEqual(["a", "c"]);
});

test("a form that the browser posts out of a live view has the session's token", async () => {
  const browser = openBrowser(served());
  const page = await browser.visit("/");
  const token = /name="_csrf_token" value="([\w-]+)"/.exec(page.html("#other"))![1]!;
  await page.submit("#other", { title: "x" });
  expect(page.html("#other")).toMatch(/phx-trigger-action/);
  expect((await browser.post("/posted", { _csrf_token: token })).status).toBe(200);
  expect((await openBrowser(served()).post("/posted", { _csrf_token: token })).status).toBe(403);
});

test("a store of several nodes is asked with a hash, and told how it ended", async () => {
  const calls: unknown[] = [];
  const page = await openBrowser(served({
    begin: (key) => {
      calls.push(["begin", key.length]);
      return Promise.resolve({ run: true });
    },
    end: (key, outcome) => Promise.resolve(void calls.push(["end", key.length, outcome])),
  })).visit("/");
  await page.submit("#note", { title: "one" });
  expect(calls).toEqual([["begin", 43], ["end", 43, ""]]);
});

test("an answer that a node of before has remembered is read: where it led, or nothing to do again", async () => {
  let outcome = "";
  const page = await openBrowser(served({ begin: () => Promise.resolve({ run: false, outcome }), end: () => Promise.resolve() })).visit("/");
  await page.submit("#note", { title: "reset" });
  expect(page.html("#note_title")).toContain('value="reset"');
  outcome = '["navigate","/elsewhere",false,false]';
  await page.submit("#note", { title: "away" });
  page.expectRedirect("/elsewhere");
  expect(stored).toEqual([]);
});

test("a submission that waits when its user is sent away runs no handler, and may be sent again", async () => {
  const ends: unknown[] = [];
  let begin: (state: { run: true }) => void = () => {};
  const began = new Promise<void>((asked) => {
    served({
      begin: () => {
        asked();
        return new Promise((resolve) => (begin = resolve));
      },
      end: (_key, outcome) => Promise.resolve(void ends.push(outcome)),
    });
  });
  const page = await openBrowser(endpoint!).visit("/");
  void send(page, idOf(page), "too late").catch(() => {});
  await began;
  page.close();
  begin({ run: true });
  await expect.poll(() => ends).toEqual([undefined]);
  expect(stored).toEqual([]);
});

test("what still runs is not forgotten, however many come after it: who waits for its end hears of it", async () => {
  const store = memorySubmissions({ max: 2 });
  await store.begin("slow", "s");
  const waiting = store.begin("slow", "s");
  for (const key of ["b", "c", "d"]) {
    await store.begin(key, "s");
    await store.end(key, "");
  }
  await store.end("slow", "done");
  expect(await waiting).toEqual({ run: false, outcome: "done" });
});

test("the store of one node waits for what runs, forgets what failed, and holds no more than it may", async () => {
  const store = memorySubmissions({ max: 2, ttlMs: 60_000 });
  expect(await store.begin("a", "s")).toEqual({ run: true });
  const waiting = store.begin("a", "s");
  await store.end("a", undefined);
  expect(await waiting).toEqual({ run: true });
  await store.end("a", "done");
  expect(await store.begin("a", "s")).toEqual({ run: false, outcome: "done" });
  for (const key of ["b", "c"]) {
    await store.begin(key, "s");
    await store.end(key, "");
  }
  expect(await store.begin("a", "s")).toEqual({ run: true });
});

test("a session that sends many forms is forgotten itself, and nobody else is", async () => {
  const store = memorySubmissions({ maxPerSession: 2, max: 3 });
  const answered = async (key: string, session: string): Promise<void> => {
    await store.begin(key, session);
    await store.end(key, key);
  };
  const known = async (key: string, session: string): Promise<boolean> => {
    const { run } = await store.begin(key, session);
    if (run) await store.end(key, undefined);
    return !run;
  };
  await answered("ann's", "ann");
  for (let i = 0; i < 50; i++) await answered(`bob's ${i}`, "bob");
  expect(await known("ann's", "ann")).toBe(true);
  expect(await known("bob's 49", "bob")).toBe(true);
  expect(await known("bob's 47", "bob")).toBe(false);
  await answered("bob's 50", "bob");
  // All are taken: whoever has none yet takes the place of the oldest.
  await answered("cy's", "cy");
  expect(await known("ann's", "ann")).toBe(false);
});

test("a list whose last item was removed is sent as an empty list, where the view places the hidden inputs itself too", async () => {
  const page = await openBrowser(served()).visit("/orders");
  await page.click({ selector: "button", text: "Remove" });
  expect(page.count("p")).toBe(0);
  await page.submit("form");
  page.expectText("#errors", "A line, please");
});

test("a check box is text to the schema: ticked it is \"true\", and otherwise missing", async () => {
  const terms = form(z.object({ news: z.stringbool().default(false), agreed: z.literal("true", "Please agree.") }));
  expect(checkbox({ field: terms.field("news"), label: "News" }).toString()).toContain('value="true"');
  const unticked = await terms.received({}, "submit");
  expect([unticked.next.field("news").errors, unticked.next.field("agreed").errors]).toEqual([[], ["Please agree."]]);
  expect((await terms.received({ agreed: "true" }, "submit")).data?.value).toEqual({ news: false, agreed: "true" });
  const ticked = await terms.received({ news: "true", agreed: "true" }, "submit");
  expect(ticked.data?.value.news).toBe(true);
  for (const name of ["news", "agreed"] as const) expect(checkbox({ field: ticked.next.field(name), label: name }).toString()).toContain(" checked");
});

test("a list inside an item that is emptied is sent as an empty list, also after its item has moved", async () => {
  const page = await openBrowser(served()).visit("/trips");
  await page.click({ selector: "button", text: "Remove b" });
  await page.click({ selector: "button", text: "Up two" });
  expect(page.count("p")).toBe(1);
  await page.submit("form");
  expect(page.text("fieldset:nth-of-type(1) b")).toBe("A stop, please");
  expect(page.text("fieldset:nth-of-type(2) b")).toBe("");
});

test("a check box is a boolean where the schema takes one: ticked, not ticked, in objects, lists and beside what JSON Schema does not know", async () => {
  const Terms = z.object({
    agreed: z.literal(true, "Please agree."), news: z.boolean(), maybe: z.boolean().optional(), daily: z.boolean().default(true), none: z.boolean().nullable(),
    text: z.union([z.boolean(), z.string()]), at: z.date().optional(), prefs: z.object({ dark: z.boolean() }),
    lines: z.array(z.object({ gift: z.boolean(), name: z.string() })),
  });
  const terms = form(Terms.refine(() => true), {}, { lists: ["lines"] });
  const sent = { text: "true", lines: { 0: { name: "tea" }, 1: { name: "mug", gift: "on" } } };
  const unticked = await terms.received(sent, "submit");
  expect(unticked.next.field("agreed").errors).toEqual(["Please agree."]);
  expect((["news", "maybe", "daily", "none", "prefs.dark"] as const).flatMap((name) => unticked.next.field(name).errors)).toEqual([]);
  const ticked = await terms.received({ ...sent, agreed: "true", news: "on", maybe: "true", daily: "false", none: "true", prefs: { dark: "true" } }, "submit");
  expect(ticked.data?.value).toEqual({
    agreed: true, news: true, maybe: true, daily: false, none: true, text: "true", prefs: { dark: true },
    lines: [{ name: "tea", gift: false }, { name: "mug", gift: true }],
  });
  expect(checkbox({ field: ticked.next.field("agreed"), label: "Agreed" }).toString()).toContain(" checked");
  const first = await form(Terms).received({ text: "" }, "validate");
  expect(first.next.field("agreed").errors).toEqual([]);
});

test("a check box is a boolean in an alternative that the other fields choose, in a record and in a schema that contains itself", async () => {
  const Item = z.object({ done: z.boolean(), get under() { return z.array(Item).default([]); } });
  const Order = z.object({
    buyer: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("company"), reverse: z.boolean(), vat: z.string() }), z.object({ kind: z.literal("person"), reverse: z.string() }),
    ]),
    gift: z.discriminatedUnion("wrapped", [z.object({ wrapped: z.literal(true), bow: z.boolean() }), z.object({ wrapped: z.literal(false) })]),
    days: z.record(z.string(), z.boolean()), either: z.union([z.object({ a: z.boolean() }), z.object({ b: z.string() })]),
    root: Item,
  });
  const order = form(Order, { buyer: { kind: "person", reverse: "" } }, { lists: ["root.under", "root.under.under"] });
  const sent = { days: { mon: "true", tue: "false" }, either: { b: "x" }, root: { under: { 0: { done: "on" }, 1: { under: { 0: { done: "true" } } } } } };
  const company = await order.received({ ...sent, buyer: { kind: "company", vat: "1", reverse: "true" }, gift: { wrapped: "true" } }, "submit");
  expect(company.data?.value).toMatchObject({
    buyer: { kind: "company", reverse: true }, gift: { wrapped: true, bow: false }, days: { mon: true, tue: false }, either: { b: "x" },
    root: { done: false, under: [{ done: true }, { done: false, under: [{ done: true }] }] },
  });
  const person = await order.received({ ...sent, buyer: { kind: "person", reverse: "true" }, gift: { bow: "true" } }, "submit");
  expect(person.data?.value).toMatchObject({ buyer: { kind: "person", reverse: "true" }, gift: { wrapped: false } });
});

test("a required list of which nothing was sent is empty: no box of a group, no option, no item", async () => {
  const Choice = z.object({
    days: z.array(z.string()).min(1, "Choose a day."), any: z.array(z.string()), steps: z.array(z.object({ text: z.string() })),
    maybe: z.array(z.string()).optional(), usual: z.array(z.string()).default(["tea"]), none: z.array(z.string()).nullable().optional(),
    of: z.object({ days: z.array(z.string()) }),
  });
  const choice = form(Choice, {}, { lists: ["steps"] });
  const { next } = await choice.received({ any: [] }, "submit");
  expect(next.field("days").errors).toEqual(["Choose a day."]);
  expect((["any", "steps", "of"] as const).flatMap((name) => next.field(name).errors)).toEqual([]);
  expect((await choice.received({ days: ["mon"] }, "submit")).data?.value).toEqual({
    days: ["mon"], any: [], steps: [], usual: ["tea"], of: { days: [] },
  });
});

test("one field that JSON Schema cannot describe does not hide the check boxes", async () => {
  // As valibot's converter: it throws at the first action that it does not know, such as trim, unless it is told to ignore them.
  const { validate } = z.object({ team: z.string().trim(), open: z.boolean() })["~standard"];
  const input = ({ libraryOptions }: { libraryOptions?: Record<string, unknown> }) => {
    if (libraryOptions?.["errorMode"] !== "ignore") throw new Error('The "trim" action cannot be converted to JSON Schema.');
    return { type: "object", properties: { team: { type: "string" }, open: { type: "boolean" } }, required: ["team", "open"] };
  };
  const team = form({ "~standard": { version: 1, vendor: "valibot", validate, jsonSchema: { input, output: input } } } as const);
  expect((await team.received({ team: "us ", open: "true" }, "submit")).data?.value).toEqual({ team: "us", open: true });
  expect((await team.received({ team: "us" }, "submit")).data?.value).toEqual({ team: "us", open: false });
});

test("a box that sends something else than true, on or false is refused where the schema takes a boolean", async () => {
  const terms = form(z.object({ news: z.boolean() }));
  for (const news of ["yes", "1", "", "TRUE", ["true"], { on: "true" }]) expect((await terms.received({ news }, "submit")).data).toBeUndefined();
  expect((await terms.received({ news: "false" }, "submit")).data?.value).toEqual({ news: false });
});

test("a schema without JSON Schema receives what was sent", async () => {
  const schema = { "~standard": { version: 1, vendor: "own", validate: (value: unknown) => ({ value: value as { on: unknown } }) } } as const;
  expect((await form(schema).received({ on: "true" }, "submit")).data?.value).toEqual({ on: "true" });
});

test("a clock that is set forward lets no answered form run again", async () => {
  const store = memorySubmissions();
  await store.begin("a", "s");
  await store.end("a", "done");
  const clock = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => clock() + 3_600_000);
  expect(await store.begin("a", "s")).toEqual({ run: false, outcome: "done" });
  vi.restoreAllMocks();
});
