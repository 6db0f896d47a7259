// Mistakes that only the compiler would report, and that do nothing on the page: in development each of them is an error or a line in the
// log; in production the page works as far as it can, and pays for no check.
import {
  AsyncResult, callMessage, callView, createEndpoint, form, halt, html, keyed, liveComponent, liveSession, liveView, onMount, redirect, spread, stream, topic, type Endpoint, type HoldfastError,
  type Rendered, type Socket, type Stream, type ViewAddress,
} from "holdfast";
import { pageEvent } from "holdfast/hooks";
import { serve } from "holdfast/node";
import { openBrowser, type Browser } from "holdfast/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";

const cleanUps: (() => unknown)[] = [];
beforeEach(() => void vi.stubEnv("NODE_ENV", "development"));
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  vi.unstubAllEnvs();
});

type Log = readonly [message: string, details: Readonly<Record<string, unknown>>];

/** A browser on an application with this view, and what its log says. */
function open(view: object): { browser: Browser; endpoint: Endpoint; logged: Log[]; errors: () => unknown[] } {
  const logged: Log[] = [];
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log: (message, details) => void logged.push([message, details]),
    live: [liveSession("default", {}, (live) => live("/", view as never))],
  });
  cleanUps.push(() => endpoint.close());
  return { browser: openBrowser(endpoint), endpoint, logged, errors: () => logged.flatMap(([, { error }]) => (error === undefined ? [] : [error])) };
}

/** A counter whose parts were never compiled. */
const counter = (parts: { handle?: (socket: never) => unknown; handleParams?: () => unknown }): object => liveView.define({
  name: "counter", authorize: "public", mount: () => ({ count: 0 }),
  ...(parts.handleParams && { handleParams: parts.handleParams as () => void }),
  events: { inc: { handle: (parts.handle ?? (() => {})) as () => void } },
  render: ({ count }, on) => html`<button phx-click=${on.inc}>${count}</button>`,
});

/** A callback that no compiler has checked. */
const leads = (() => redirect("/elsewhere")) as unknown as () => void;

const ignored = (logged: readonly Log[]): object[] => logged.flatMap(([message, details]) => (message === "result ignored" ? [details] : []));

test("an attached hook that returns what stops nothing: the handler runs, and the log says it", async () => {
  let handled = 0;
  const { browser, logged } = open(counter({
    handle(socket: { attachHook(name: string, stage: string, hook: () => unknown): void }) {
      if (++handled > 1) return;
      socket.attachHook("told", "handleEvent", () => ({ halt: true }));
      socket.attachHook("uncalled", "handleEvent", () => halt);
    },
  } as never));
  const page = await browser.visit("/");
  await page.click("button");
  await page.click("button");
  expect(handled).toBe(2);
  expect(ignored(logged)).toEqual([
    expect.objectContaining({ view: "counter", hook: "told" }), expect.objectContaining({ view: "counter", hook: "uncalled" }),
  ]);
});

test("an event's handler that returns assigns: they are not set, and the log says it", async () => {
  const { browser, logged } = open(counter({ handle: () => ({ count: 1 }) }));
  const page = await browser.visit("/");
  await page.click("button");
  expect(page.text("button")).toBe("0");
  expect(ignored(logged)).toEqual([{ view: "counter", event: "inc", reason: "an object with the key count", fix: expect.stringContaining("socket.assign({") as string }]);
});

test.each<[string, (socket: Socket<object>) => void]>([
  ["send", (socket) => socket.send(leads)], ["sendAfter", (socket) => void socket.sendAfter(1, leads)],
  ["sendEvery", (socket) => void socket.sendEvery(1, leads)], ["subscribe", (socket) => socket.subscribe("news", leads)],
  ["startAsync", (socket) => socket.startAsync("task", () => Promise.resolve(1), leads)],
])("a redirect that the callback of %s returns leads nowhere: the log says it", async (callback, begin) => {
  const { browser, endpoint, logged } = open(counter({ handle: (socket) => begin(socket) }));
  const page = await browser.visit("/");
  await page.click("button");
  await vi.waitFor(async () => {
    if (callback === "subscribe") await endpoint.broadcast("news", "said", {});
    expect(ignored(logged)[0]).toEqual({ view: "counter", callback, reason: expect.stringMatching(/Redirect/) as string, fix: expect.stringContaining("socket.pushNavigate(") as string });
  });
  expect(page.redirected).toBeUndefined();
});

test("handleParams as well", async () => {
  const { browser, logged } = open(counter({ handleParams: () => ({ count: 1 }) }));
  await browser.visit("/");
  expect(ignored(logged)).toEqual([
    expect.objectContaining({ callback: "handleParams", reason: "an object with the key count" }),
    expect.objectContaining({ callback: "handleParams", reason: "an object with the key count" }),
  ]);
});

test("a handler of messages as well, of the view and of a component; the reply to a call is none of it", async () => {
  const [told, asked] = [topic<number>("told"), callMessage<{ n: number }, { n: number }>("asked")];
  const returning: (socket: unknown, n: number) => void = (_socket, n) => ({ n });
  let address: ViewAddress = "";
  const Part = liveComponent<object>().define({ name: "Part", topics: () => ({ told }), messages: { told: returning }, render: () => html`<i></i>` });
  const { browser, logged, endpoint } = open(liveView.define({
    name: "listening", authorize: "public", topics: () => ({ told, asked }),
    mount: (socket) => {
      ({ address } = socket);
      return { n: 0 };
    },
    messages: { told: returning, asked: (_socket, { n }) => ({ n: n + 1 }) },
    render: ({ n }) => html`<b>${n}</b>${Part({ id: "part" })}`,
  }));
  const page = await browser.visit("/");
  expect(await callView(endpoint.pubsub, address, asked, { n: 1 })).toEqual({ n: 2 });
  endpoint.broadcast(told, 7);
  await page.settle();
  const seen = expect.objectContaining({ view: "listening", messages: "told", reason: "an object with the key n" }) as object;
  expect([page.text("b"), ignored(logged)]).toEqual(["0", [seen, seen]]);
});

test("what a handler may return, and what short functions return by the way, is not mentioned", async () => {
  for (const returned of [undefined, null, true, 7, "text", Promise.resolve(), redirect("/")]) {
    const { browser, logged } = open(counter({ handle: () => returned }));
    await (await browser.visit("/")).click("button");
    expect(ignored(logged)).toEqual([]);
  }
});

test.each([
  ["count++", "count", (socket: { assigns: { count: number } }) => void socket.assigns.count++],
  ["a new assign", "more", (socket: { assigns: object }) => void Object.assign(socket.assigns, { more: 1 })],
  ["delete", "count", (socket: { assigns: { count?: number } }) => void delete socket.assigns.count],
] as const)("writing to an assign (%s) crashes the view, and says which call is meant", async (_, name, write) => {
  const { browser, errors } = open(counter({ handle: write as () => void }));
  const page = await browser.visit("/");
  await page.click("button").catch(() => {});
  expect(errors()).toEqual([expect.objectContaining({ code: "socket_misuse" })]);
  const [{ parts }] = errors() as [HoldfastError];
  expect(parts.what).toBe(`socket.assigns.${name} is written to.`);
  expect(parts.at).toMatch(/silent-mistakes\.test\.ts:\d+:\d+$/);
  expect(parts.fix).toContain(`socket.assign({ ${name}: value })`);
});

test("reading, spreading and asking the assigns works as ever", async () => {
  let seen: unknown;
  const { browser, errors } = open(counter({
    handle: (({ assigns }: { assigns: Readonly<Record<string, unknown>> }) => {
      seen = [{ ...assigns }, Object.keys(assigns), "count" in assigns, JSON.stringify(assigns)];
    }) as () => void,
  }));
  await (await browser.visit("/")).click("button");
  expect(errors()).toEqual([]);
  expect(seen).toEqual([{ flash: {}, liveAction: undefined, count: 0 }, ["flash", "liveAction", "count"], true, '{"flash":{},"count":0}']);
});

const list = (render: (posts: ReturnType<typeof stream<{ id: number }>>) => Rendered): object => liveView.define({
  name: "list", authorize: "public", mount: () => ({ posts: stream([{ id: 1 }]) }), render: ({ posts }) => render(posts),
});

test.each([
  ["without phx-update", (posts) => html`<ul id="posts">${posts.map((_post, id) => html`<li id=${id}>1</li>`)}</ul>`],
  ["with another phx-update", (posts) => html`<ul id="posts" phx-update="replace">${posts.map((_post, id) => html`<li id=${id}>1</li>`)}</ul>`],
  ["one element too far in", (posts) => html`<div id="posts" phx-update="stream"><ul>${posts.map((_post, id) => html`<li id=${id}>1</li>`)}</ul></div>`],
  ["in a template of its own, in an element of another", (posts) => html`<ul id="posts">${html`${posts.map((_post, id) => html`<li id=${id}>1</li>`)}`}</ul>`],
  ["two templates further in", (posts) => html`<ul id="posts">${[html`${html`${posts.map((_post, id) => html`<li id=${id}>1</li>`)}`}`]}</ul>`],
] satisfies [string, Parameters<typeof list>[0]][])("a stream %s is refused where it stands", async (_, render) => {
  const { browser, errors } = open(list(render));
  expect((await browser.get("/")).status).toBe(500);
  expect(errors()).toContainEqual(expect.objectContaining({ code: "template_value_refused" }));
  const [{ parts }] = errors() as [HoldfastError];
  expect(parts.got).toMatch(/«\$\{…\}»<\/ul>/);
  expect(parts.at).toMatch(/silent-mistakes\.test\.ts:\d+:\d+$/);
  expect(parts.fix).toBe('<ul id="posts" phx-update="stream">, and the stream in it');
});

test("a stream that a live page begins to show in such an element crashes the view as well", async () => {
  const { browser, errors } = open(liveView.define({
    name: "list", authorize: "public", mount: () => ({ posts: stream([{ id: 1 }]), shown: false }),
    events: { show: { handle: (socket) => socket.assign({ shown: true }) } },
    render: ({ posts, shown }, on) => html`
      <button phx-click=${on.show}>Show</button>${shown && html`<ul>${posts.map((_post, id) => html`<li id=${id}>1</li>`)}</ul>`}`,
  }));
  const page = await browser.visit("/");
  await page.click("button").catch(() => {});
  expect(errors()).toEqual([expect.objectContaining({ code: "template_value_refused" })]);
});

test.each([
  ["in its element", (posts) => html`<ul id="posts" phx-update="stream">${posts.map((_post, id) => html`<li id=${id}>1</li>`)}</ul>`],
  ["in one that a hole makes", (posts) => html`<ul id="posts" phx-update=${"stream"}>${posts.map((_post, id) => html`<li id=${id}>1</li>`)}</ul>`],
  ["in one that a spread makes", (posts) => html`<ul ${spread({ id: "posts", "phx-update": "stream" })}>${posts.map((_post, id) => html`<li id=${id}>1</li>`)}</ul>`],
  ["in another template's", (posts) => html`<ul id="posts" phx-update="stream">${html`${posts.map((_post, id) => html`<li id=${id}>1</li>`)}`}</ul>`],
] satisfies [string, Parameters<typeof list>[0]][])("a stream %s is shown", async (_, render) => {
  const { browser, errors } = open(list(render));
  expect((await browser.visit("/")).text("li")).toBe("1");
  expect(errors()).toEqual([]);
});

/** A view with an event that binds an id. */
const bound = (render: (on: Readonly<Record<"remove" | "inc", never>>) => Rendered): object => liveView.define({
  name: "bound", authorize: "public", events: { remove: { bind: z.object({ id: z.number() }), handle: () => {} }, inc: { handle: () => {} } },
  render: (_assigns, on) => render(on as never),
});

test.each([["nothing", undefined], ["a number", 7], ["null", null]])("an event that binds values is not rendered with %s instead of them", async (_, values) => {
  const { browser, errors } = open(bound((on) => html`<button phx-click=${(on.remove as (values: unknown) => never)(values)}>Remove</button>`));
  expect((await browser.get("/")).status).toBe(500);
  const [{ code, parts }] = errors() as [HoldfastError];
  expect([code, parts.what, parts.fix]).toEqual([
    "bound_value_invalid", 'The event "remove" has a schema for bound values, and is rendered without them.', "on.remove({ id: item.id })",
  ]);
  expect(parts.at).toMatch(/silent-mistakes\.test\.ts:\d+:\d+$/);
});

test.each(["abc", "0", "-1", "1.5", "2e0", "Infinity"])("WEB_CONCURRENCY=%s is refused at boot", async (given) => {
  vi.stubEnv("WEB_CONCURRENCY", given);
  const endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", log: () => {} });
  cleanUps.push(() => endpoint.close());
  await expect(serve(endpoint, { port: 0 })).rejects.toThrow(`got:      WEB_CONCURRENCY=${given}`);
});

test.each(["", "1"])("WEB_CONCURRENCY=%s is one process", async (given) => {
  vi.stubEnv("WEB_CONCURRENCY", given);
  const endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", log: () => {} });
  await (await serve(endpoint, { port: 0 })).close();
});

test("in production pages with such mistakes work as far as they can", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const misplaced = open(list((posts) => html`<ul>${posts.map((_post, id) => html`<li id=${id}>1</li>`)}</ul>`));
  expect((await misplaced.browser.visit("/")).text("li")).toBe("1");
  const written = open(counter({ handle: (({ assigns }: { assigns: { count: number } }) => ({ count: assigns.count++ })) as (socket: never) => unknown }));
  const page = await written.browser.visit("/");
  await page.click("button");
  expect(page.text("button")).toBe("0");
  expect([misplaced.errors(), written.errors(), ignored(written.logged)]).toEqual([[], [], []]);
});

test("a topic that is only a name is refused: its messages would never come", async () => {
  const { browser, errors } = open(liveView.define({
    name: "named", authorize: "public", topics: () => ({ said: "chat:said" }) as never, messages: { said: () => {} } as never, render: () => html`<p></p>`,
  }));
  await browser.visit("/");
  expect(String(errors()[0])).toMatch(/topics: "said".*what topic\(…\) returns.*a string/s);
});

test("a redirect without its slash is told so: it leads nowhere else", async () => {
  for (const [to, words] of [
    ["posts/1", /does not begin at the root.*begin with a slash: "\/posts\/1"/s], ["", /begin with a slash: "\/"/], ["https://else.example", /leads out.*external: true/s],
    ["//else.example", /leads out.*external: true/s], ["javascript:1", /leads out/],
  ] as const) {
    const { browser, errors } = open(counter({ handle: () => redirect(to as string) }));
    await (await browser.visit("/")).click("button");
    expect(String(errors()[0])).toMatch(words);
  }
});

test("keys that are not there are not called twice the same", async () => {
  const items = [{ id: 1 }, { id: 2 }] as readonly { id: number; key?: number }[];
  const { browser, errors } = open(liveView.define({
    name: "list", authorize: "public", render: () => html`<ul>${keyed(items, ({ key }) => key!, ({ id }) => html`<li>${id}</li>`)}</ul>`,
  }));
  await browser.visit("/");
  expect(String(errors()[0])).toMatch(/got: +undefined twice.*the key function: it returned nothing/s);
});

test("what a template does not take is explained by what it is", async () => {
  const refusal = async (value: unknown): Promise<string> => {
    const { browser, errors } = open(liveView.define({ name: "page", authorize: "public", render: () => html`<p>${value as string}</p>` }));
    await browser.get("/");
    return String(errors()[0]);
  };
  expect(await refusal(AsyncResult.ok(1))).toMatch(/fix: +show it by its state: asyncResult\(/);
  expect(await refusal(form(z.object({ title: z.string() })))).toMatch(/fix: +show one of its fields: draft\.field\("title"\)\.value/);
});

test("what a timer of Node's own or a promise that nobody awaits changes is shown, once for all that it changes", async () => {
  let outside!: Socket<{ count: number; items: Stream<{ id: number }> }>;
  let inside!: { update(key: "n", change: (n: number) => number): void };
  const Part = liveComponent<{}>().define({
    name: "part", mount: () => ({ n: 0 }), events: { catch: { handle: (socket) => void (inside = socket) } },
    render: ({ n }, on) => html`<i phx-click=${on.catch}>${n}</i>`,
  });
  const { browser } = open(liveView.define({
    name: "page", authorize: "public", params: z.object({ page: z.string().default("1") }), mount: () => ({ count: 0, page: "", items: stream<{ id: number }>([]) }),
    handleParams: (socket, { params }) => socket.assign(params),
    events: { catch: { handle: (socket) => void (outside = socket as never) } },
    render: ({ count, page, items }, on) => html`<b phx-click=${on.catch}>${count} of ${page}</b>${Part({ id: "part" })}
      <ul id="items" phx-update="stream">${items.map(({ id }, domId) => html`<li id=${domId}>${id}</li>`)}</ul>`,
  }));
  const page = await browser.visit("/");
  await page.click("b");
  await page.click("i");
  const diffs = (): number => page.socket.frames.filter(({ from, text }) => from === "server" && text.includes('"diff",{')).length;

  outside.assign({ count: 1 });
  outside.update("count", (count) => count + 1);
  outside.streamInsert("items", { id: 7 });
  outside.pageTitle("Outside");
  outside.pushEvent(pageEvent("told"));
  await page.settle();
  page.expectText("b", "2 of 1");
  page.expectText("#items", "7");
  expect([page.title, page.pushed.map(([name]) => name), diffs()]).toEqual(["Outside", ["told"], 1]);

  inside.update("n", (n) => n + 1);
  await page.settle();
  page.expectText("i", "1");
  outside.pushPatch("/?page=2");
  await page.settle();
  page.expectText("b", "2 of 2");
  outside.pushNavigate("/elsewhere");
  await page.settle();
  page.expectRedirect("/elsewhere");
});

test("it asks whether its user may still see the page, and does nothing once that is left", async () => {
  let outside!: Socket<{ count: number }>;
  let admitted = true;
  const { browser } = open(liveView.use(onMount(() => ({ admitted }), { refresh: 1 })).define({
    name: "page", authorize: (assigns) => assigns.admitted, mount: () => ({ count: 0 }),
    events: { catch: { handle: (socket) => void (outside = socket as never) } }, render: ({ count }, on) => html`<b phx-click=${on.catch}>${count}</b>`,
  }));
  const page = await browser.visit("/");
  await page.click("b");
  admitted = false;
  vi.spyOn(performance, "now").mockReturnValue(performance.now() + 60_000);
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 60_000);
  outside.assign({ count: 5 });
  await page.settle();
  vi.restoreAllMocks();
  page.expectText("b", "0");
  expect(page.live).toBe(false);
  outside.assign({ count: 6 });
  page.expectText("b", "0");
});

test("a stream's item without the DOM id that map passes is refused: the browser would drop it", async () => {
  type Row = (item: { id: number }, domId: string) => Rendered;
  const refusal = async (row: Row): Promise<string> => {
    const { browser, errors } = open(liveView.define({
      name: "rows", authorize: "public", mount: () => ({ rows: stream([{ id: 1 }]) }), render: ({ rows }) => html`<ul id="rows" phx-update="stream">${rows.map(row)}</ul>`,
    }));
    await browser.get("/");
    return String(errors()[0] ?? "");
  };
  for (const wrong of [
    ({ id }) => html`<li>${id}</li>`, ({ id }) => html`<li id="row-${id}">x</li>`, ({ id }) => html`<li class="a" id=${id}>x</li>`,
    (_item, domId) => html`<li data-id=${domId}><b id=${domId}></b></li>`,
  ] as Row[]) expect(await refusal(wrong)).toMatch(/item of the stream "rows" is not an element with the DOM id.*expected: id="rows-1".*got: +<li.*rows\.map\(\(item, domId\)/s);
  for (const right of [
    (_item, domId) => html`<li id=${domId}></li>`, (_item, domId) => html`<li class=${domId} ${spread({ id: domId })}>x</li>`, ({ id }) => html`<li
      title="a > b" id='rows-${id}'></li>`, ({ id }) => html`<li id="rows-${id}">x</li>`, ({ id }) => html`<li id="rows-1" class=${id}>x</li>`,
  ] as Row[]) expect(await refusal(right)).toBe("");
});

/** Routes a view with this schema as a program does that no compiler has checked. */
const routed = (path: string, params: z.ZodType): unknown =>
  liveSession("default", {}, (live) => live(path, liveView.define({ name: "post", authorize: "public", params, render: () => html`<p></p>` }) as never));

test("a path whose parameter the view's schema does not know is refused, where it is routed: no URL fits", () => {
  const Post = z.object({ postId: z.string(), tab: z.string().optional() });
  expect(() => routed("/p/:id", Post)).toThrow(/names "id", and the params of the view "post" do not[^]*postId, tab[^]*silent-mistakes\.test\.ts:\d+:\d+/);
  expect(() => routed("/:postId/:page{[0-9]+}", Post)).toThrow(/"page"/);
  // In production it is a 404, as it always was; the compiler and `holdfast check` find it, too.
  vi.stubEnv("NODE_ENV", "production");
  expect(() => routed("/p/:id", Post)).not.toThrow();
});

test.each([
  ["a part of it is enough, in a path that can do without", "/:postId?", z.object({ postId: z.string().optional(), tab: z.string() })],
  ["a schema that takes any key", "/:id", z.looseObject({ tab: z.string() })], ["a record", "/:id", z.record(z.string(), z.string())],
  ["one of several", "/:id", z.union([z.object({ slug: z.string() }), z.object({ id: z.string() })])],
  ["what is renamed first", "/:id", z.preprocess((given) => ({ postId: (given as { id: unknown }).id }), z.object({ postId: z.string() }))],
  ["a transformation that throws without values", "/:id", z.preprocess((given) => (given as { id: string }).id.trim(), z.string())],
])("%s: the path is fine", (_what, path, params) => expect(() => routed(path, params)).not.toThrow());
