import { format } from "node:util";
import {
  createEndpoint, form, formTag, html, liveComponent, liveSession, liveView, NotFound, onMount, spread, topic, type Content, type EndpointOptions, type Layout, type LogLevel, type Logger, type Rendered,
} from "holdfast";
import { serve } from "holdfast/node";
import { openBrowser } from "holdfast/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { createLog } from "../src/endpoint/log.js";
import { handshakeStatus } from "./support/raw-socket.js";
import { DEADLINE_MS } from "./support/wait.js";

type Line = readonly [level: LogLevel, message: string, details: Readonly<Record<string, unknown>>];

const lines: Line[] = [];
const said: unknown[][] = [];
const ends: (() => unknown)[] = [];
beforeEach(() => void vi.spyOn(console, "error").mockImplementation((...all: unknown[]) => void said.push(all)));
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  lines.length = 0;
  said.length = 0;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A logger as pino makes it. */
const logger = (enabled = true): Logger => {
  const write = (level: LogLevel) => (details: object, message: string): void => void lines.push([level, message, details as never]);
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error"), isLevelEnabled: () => enabled };
};

const note = topic<string>("notes");
const other = topic<string>("others");

/** Posts whose page is served, and whose join is refused or crashes. */
const GONE = 410;
const BROKEN = 500;

const Post = liveView.define({
  name: "post", authorize: "public",
  params: z.object({ id: z.coerce.number().int() }),
  mount(socket, { params }) {
    if (params.id === 404) throw new NotFound("post 404");
    if (params.id === GONE && socket.connected) throw new NotFound("it has just been deleted");
    if (params.id === BROKEN && socket.connected) throw new Error("the database is away");
    return { id: params.id };
  },
  events: {
    like: { handle: () => {} },
    rename: { params: z.object({ title: z.string().min(3, "too short") }), handle: () => {} },
    fail: {
      handle() {
        throw new Error("this one fails");
      },
    },
  },
  render: ({ id }, on) => html`<p>${id}</p><button id="like" phx-click=${on.like}>l</button><button id="fail" phx-click=${on.fail}>f</button>
    <form id="rename" phx-submit=${on.rename}><input name="title"></form>`,
});

function start(options: Partial<EndpointOptions>): ReturnType<typeof createEndpoint> {
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", live: [liveSession("default", {}, (live) => live("/posts/:id", Post))], ...options,
  });
  ends.push(() => endpoint.close());
  return endpoint;
}

describe("a logger with levels", () => {
  test("receives requests, joins and events with their durations, and a crash with its incident", async () => {
    const endpoint = start({ log: logger() });
    await serve(endpoint, { port: 0 });
    const page = await openBrowser(endpoint).visit("/posts/1");
    await page.click("#like");
    await page.click("#fail").catch(() => {});
    const ms = expect.any(Number) as number;
    expect(lines).toContainEqual(["debug", "join", { view: "post", topic: expect.stringMatching(/^lv:/) as string, ms }]);
    expect(lines).toContainEqual(["debug", "event", { view: "post", event: "like", ms }]);
    expect(lines).toContainEqual(["error", "view crashed", {
      view: "post", incident: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, err: expect.objectContaining({ message: "this one fails" }) as Error,
    }]);
    const served = await serve(endpoint, { port: 0 });
    await (await fetch(`${served.url}/posts/1`)).text();
    expect(lines).toContainEqual(["info", "request", { method: "GET", route: "/posts/:id", status: 200, ms }]);
    for (const path of ["/assets/holdfast/components.css", "/nowhere"]) await (await fetch(`${served.url}${path}?secret=1`)).text();
    expect(lines).toContainEqual(["info", "request", { method: "GET", path: "/assets/holdfast/components.css", status: 200, ms }]);
    expect(lines).toContainEqual(["info", "request", { method: "GET", path: "/nowhere", status: 404, ms }]);
  });

  test.each([
    [GONE, "info", "join refused", { reason: "reload", status: 404, why: "it has just been deleted" }],
    [BROKEN, "error", "join crashed", { err: expect.objectContaining({ message: "the database is away" }) as Error }],
  ])("has one line for the join of /posts/%i, which fails", async (id, level, message, details) => {
    const endpoint = start({ log: logger() });
    await serve(endpoint, { port: 0 });
    await openBrowser(endpoint).visit(`/posts/${id}`).catch(() => {});
    const topic = message === "join refused" && { topic: expect.stringMatching(/^lv:/) as string };
    expect(lines.filter(([, about]) => about.startsWith("join"))).toEqual([[level, message, { view: "post", ...topic, ...details }]]);
  });

  test("has one line for a patch that its view refuses, and no crash", async () => {
    const browser = openBrowser(start({ log: logger() }));
    const page = await browser.visit("/posts/1");
    await page.pushRaw("live_patch", { url: new URL("/posts/none", browser.origin).href });
    const details = { view: "post", path: "/posts/none", status: 404, why: "the parameters of post are not valid: id" };
    expect(lines.filter(([, about]) => /patch|view/.test(about))).toEqual([["info", "patch refused", details]]);
  });

  test("that writes neither info nor debug costs no measurement, and receives the rest", async () => {
    const endpoint = start({ log: logger(false) });
    await serve(endpoint, { port: 0 });
    const page = await openBrowser(endpoint).visit("/posts/1");
    await page.click("#like");
    await page.click("#fail").catch(() => {});
    expect(lines.map(([level, message]) => [level, message]).filter(([level]) => level !== "info")).toEqual([["error", "view crashed"]]);
  });

  test("hears nothing any more when the endpoint has closed", async () => {
    const first = start({ log: logger() });
    await serve(first, { port: 0 });
    await first.close();
    lines.length = 0;
    const second = start({ log: () => {} });
    await (await openBrowser(second).visit("/posts/1")).click("#like");
    expect(lines).toEqual([]);
  });
});

test.each(["event refused", "upload refused", "field overruled", "view may no longer be seen", "request refused"])(
  "what any client can cause, as often as it likes, is no warning: %s", (message) => {
    createLog(logger())(message, {});
    expect(lines).toEqual([["info", message, {}]]);
  },
);

test("a function receives refusals and crashes with their level, and nothing that happens all day", async () => {
  const endpoint = start({ log: (message, details, level) => void lines.push([level, message, details]) });
  await serve(endpoint, { port: 0 });
  await endpoint.app.request("/posts/nonsense");
  const page = await openBrowser(endpoint).visit("/posts/1");
  await page.click("#like");
  await page.click("#fail").catch(() => {});
  await endpoint.app.request("/posts/1", { method: "POST", headers: { origin: "http://evil.example" } });
  expect(lines.map(([level, message]) => [level, message])).toEqual([["error", "view crashed"], ["info", "request refused"]]);
});

describe("by default", () => {
  test("production is quiet, but for crashes", async () => {
    vi.stubEnv("NODE_ENV", "production");
    const endpoint = start({});
    await endpoint.app.request("/posts/nonsense");
    await endpoint.app.request("/posts/1", { method: "POST" });
    const page = await openBrowser(endpoint).visit("/posts/1");
    await page.click("#like");
    expect(said.filter(([message]) => message !== "[holdfast] ended sessions are kept in memory only: every session ends when this process does")).toEqual([]);
    await page.click("#fail").catch(() => {});
    expect(said.map(([message]) => message)).toContain("[holdfast] view crashed");
  });

  test.each(["production", "development"])("in %s an error's text neither steers the terminal nor fills it: it may be a visitor's", async (mode) => {
    vi.stubEnv("NODE_ENV", mode);
    const hostile = `\x1b]0;owned\x07\r[holdfast] forged\n[holdfast] forged\u009b2J${"x".repeat(65_536)}`;
    const Wrong = liveView.define({
      name: "wrong", authorize: "public",
      mount() {
        throw new Error(hostile, { cause: new Error(hostile) });
      },
      render: () => html`<p></p>`,
    });
    const endpoint = start({ live: [liveSession("default", {}, (live) => live("/wrong", Wrong as never))] });
    await endpoint.app.request("/wrong");
    const crash = said.find(([message]) => message === "[holdfast] request crashed");
    expect(crash![1]).toMatchObject({ path: "/wrong", view: "wrong" });
    const printed = format(...crash!);
    expect(printed).toContain("\\x1B]0;owned\\x07\\x0D[holdfast] forged\n");
    expect(printed).toContain("log.test.ts"); // the stack
    expect(printed).not.toMatch(/[^\n\t\x20-\x7e\xa0-\uffff]|^\[holdfast\] forged/m);
    expect(printed.length).toBeLessThan(20_000);
  });

  test("development says of each refusal what it was, why, and once what to do", async () => {
    vi.stubEnv("NODE_ENV", "development");
    const endpoint = start({ limits: { socketsPerSession: 1 } });
    const { url } = await serve(endpoint, { port: 0, watchdog: false });
    const of = (message: string): unknown[] => said.filter(([first]) => first === `[holdfast] ${message}`).map(([, details]) => details);

    for (let twice = 0; twice < 2; twice++) await endpoint.app.request("/posts/nonsense");
    expect(of("page refused")).toEqual([
      { path: "/posts/nonsense", status: 404, why: expect.stringContaining("the parameters of post are not valid") as string, fix: expect.stringContaining("`params` schema") as string },
      { path: "/posts/nonsense", status: 404, why: expect.stringContaining("the parameters of post are not valid") as string },
    ]);

    await endpoint.app.request("/posts/1", { method: "POST" });
    expect(of("request refused")).toEqual([expect.objectContaining({ reason: "no CSRF token", fix: expect.stringContaining("csrfField") as string })]);

    expect(await handshakeStatus(url, { origin: "http://evil.example" })).toBe(403);
    expect(of("handshake refused")).toEqual([expect.objectContaining({ origin: "http://evil.example", fix: expect.stringContaining("createEndpoint({ url })") as string })]);

    const browser = openBrowser(endpoint);
    const page = await browser.visit("/posts/1");
    await page.expectRefused(() => page.submit("#rename", { title: "x" }));
    expect(of("event refused")).toEqual([
      { view: "post", event: "rename", reason: "bad_payload", issues: [{ message: "too short", path: ["title"] }], fix: expect.stringContaining("see `issues`") as string },
    ]);
    // On the terminal too: the field is what is looked for.
    expect(format(...said.find(([message]) => message === "[holdfast] event refused")!)).toContain("path: [ 'title' ]");
    await browser.visit("/posts/2");
    expect(of("socket closed")).toContainEqual({ code: 1001, reason: "too many tabs", fix: expect.stringContaining("socketsPerSession") as string });
  });

  test("development says why a form's handler did not run, and production writes nothing", async () => {
    const Terms = liveView.define({
      name: "terms", authorize: "public",
      mount: () => ({ terms: form(z.object({ agreed: z.literal(true, "Please agree."), name: z.string() })) }),
      events: { save: { form: "terms", handle: () => {} } },
      render: ({ terms }, on) => formTag({ for: terms, "phx-submit": on.save.submit, inner: html`<input name="name">` }),
    });
    const lines = async (mode: string): Promise<unknown[]> => {
      vi.stubEnv("NODE_ENV", mode);
      said.length = 0;
      const endpoint = start({ live: [liveSession("default", {}, (live) => live("/terms", Terms))] });
      await (await openBrowser(endpoint).visit("/terms")).submit("form", { name: "a secret" });
      return said.filter(([message]) => message === "[holdfast] form not valid").map(([, details]) => details);
    };
    expect(await lines("development")).toEqual([{
      view: "terms", form: "terms", issues: [{ message: "Please agree.", path: ["agreed"] }], fix: expect.stringContaining("show their errors") as string,
    }]);
    expect(await lines("production")).toEqual([]);
  });

  test("development has one line for each request, join and event, and none for the client's own modules", async () => {
    vi.stubEnv("NODE_ENV", "development");
    const endpoint = start({});
    const { url } = await serve(endpoint, { port: 0, watchdog: false });
    for (const path of ["/posts/1", "/assets/holdfast/components.css", "/assets/holdfast/of-an-old-page.js"]) await fetch(url + path);
    await (await openBrowser(endpoint).visit("/posts/1")).click("#like");
    expect(said.filter(([message]) => message !== "[holdfast] page refused").map(([message, details]) => `${message as string} ${details as string}`.replace(/\b(ms: |lv:)[\w.-]+/g, "$1…"))).toEqual([
      "[holdfast] request { method: 'GET', route: '/posts/:id', status: 200, ms: … }",
      "[holdfast] request { method: 'GET', path: '/assets/holdfast/of-an-old-page.js', status: 404, ms: … }",
      "[holdfast] join { view: 'post', topic: 'lv:…', ms: … }",
      "[holdfast] event { view: 'post', event: 'like', ms: … }",
    ]);
  });

  test("development says which topics nobody handles, and which handlers have no topic, once", async () => {
    vi.stubEnv("NODE_ENV", "development");
    const wrong = {
      name: "wrong", authorize: "public", topics: () => ({ note }), messages: { other: () => {} }, render: () => html`<p></p>`,
    };
    // The compiler refuses it: it is what a program in JavaScript may say.
    const Wrong = liveView.define(wrong as never) as typeof Post;
    const endpoint = start({ live: [liveSession("default", {}, (live) => live("/wrong", Wrong as never))] });
    for (let twice = 0; twice < 2; twice++) await openBrowser(endpoint).visit("/wrong");
    expect(said.filter(([message]) => /topic/.test(String(message)))).toEqual([
      ["[holdfast] topic without handler", { view: "wrong", topic: "note", fix: expect.any(String) as string }],
      ["[holdfast] handler without topic", { view: "wrong", topic: "other", fix: expect.any(String) as string }],
    ]);
    expect(other.name).toBe("others");

    const Deaf = liveView.define({ name: "deaf", authorize: "public", messages: { other: () => {} }, render: () => html`<p></p>` } as never) as typeof Post;
    await openBrowser(start({ live: [liveSession("default", {}, (live) => live("/deaf", Deaf as never))] })).visit("/deaf");
    expect(said).toContainEqual(["[holdfast] handler without topic", { view: "deaf", topic: "other", fix: expect.any(String) as string }]);
  });

  test("development says which event that a template names as text nobody handles, once for a view and a template, and no other", async () => {
    vi.stubEnv("NODE_ENV", "development");
    const themed = onMount(() => ({}), { events: { theme: { handle: () => {} } } });
    const Like = liveComponent<object>().define({
      name: "like", events: { like: { handle: () => {} } }, render: () => html`<p phx-click="like">Like</p>`,
    });
    const Names = liveView.define({
      name: "names", authorize: "public", mount: () => ({ draft: form(z.object({ title: z.string() })), open: false }),
      events: { open: { handle: (socket) => socket.assign({ open: true }) }, save: { form: "draft", handle: () => {} } },
      render: ({ open }) => html`
        <button phx-click="open" phx-focus="goo">Open</button><form id="f" phx-change="save.change" phx-submit="save"></form>
        <b phx-click="theme"></b><b phx-click='[["hide",{}]]'></b><b phx-click="lv:clear-flash"></b><b phx-click="like" phx-target="#like"></b>
        <b phx-click="like" ${spread({})}></b>${["a", "b"].map((text) => html`<i phx-click="row">${text}</i>`)}
        ${open && html`<button phx-click="close">Close</button>`}${Like({ id: "like" })}`,
    });
    const endpoint = start({ live: [liveSession("default", { onMount: themed }, (live) => live("/names", Names))] });
    for (let twice = 0; twice < 2; twice++) await (await openBrowser(endpoint).visit("/names")).click("button");
    const found = said.filter(([message]) => message === "[holdfast] event without handler").map(([, details]) => details as Record<string, unknown>);
    expect(found.map(({ event, attribute }) => `${attribute as string}=${event as string}`))
      .toEqual(["phx-focus=goo", "phx-submit=save", "phx-click=row", "phx-click=like", "phx-click=close"]);
    expect(found[2]).toEqual({
      view: "names", event: "row", attribute: "phx-click", template: expect.stringContaining('<i phx-click="row">') as string,
      at: expect.stringMatching(/log\.test\.ts:\d+:\d+$/) as string,
    });
    expect(found[0]).toMatchObject({ fix: expect.stringContaining("${on.name}") as string });
    vi.stubEnv("NODE_ENV", "production");
    said.length = 0;
    const Quiet = liveView.define({ name: "quiet", authorize: "public", render: () => html`<b phx-click="goo"></b>` });
    await openBrowser(start({ live: [liveSession("default", {}, (live) => live("/quiet", Quiet))] })).visit("/quiet");
    expect(said).toEqual([]);
  });
});

test("a drain has a line, so that an operator sees that the signal has come; a function, and a development's end, have none", async () => {
  await start({ log: logger() }).close({ drain: true });
  expect(lines).toEqual([["info", "draining", { sockets: 0 }]]);
  const heard: string[] = [];
  await start({ log: (message) => void heard.push(message) }).close({ drain: true });
  expect(heard).toEqual([]);
  for (const [mode, expected] of [["production", [["[holdfast] draining", { sockets: 0 }]]], ["development", []]] as const) {
    vi.stubEnv("NODE_ENV", mode);
    await start({}).close({ drain: true });
    expect(said.splice(0)).toEqual(expected);
  }
});

describe("a layout that leaves something out", () => {
  const Plain = liveView.define({ name: "plain", authorize: "public", render: () => html`<p>Hello</p>` });
  const visited = async (options: Partial<EndpointOptions>, layout?: Layout): Promise<unknown[]> => {
    const live = [liveSession("default", { ...(layout && { layout }) }, (define) => define("/", Plain))];
    const endpoint = start({ live, ...options });
    for (let twice = 0; twice < 2; twice++) await endpoint.app.request("/");
    return said.splice(0).filter(([message]) => /layout/.test(String(message)));
  };
  const missing = (reason: string, fix: string): unknown[] => ["[holdfast] root layout incomplete", { reason, fix: expect.stringContaining(fix) as string }];

  test("development says what is missing on the page, once, and how it is written", async () => {
    vi.stubEnv("NODE_ENV", "development");
    const head = (content: Rendered, body: Content): Rendered => html`<html lang="en"><head><title>x</title>${content}</head><body>${body}</body></html>`;
    expect(await visited({ rootLayout: ({ csrfToken, scripts }) => head(html`<meta name="csrf-token" content=${csrfToken}>${scripts}`, "") })).toEqual([missing("no inner", "${inner}")]);
    expect(await visited({ rootLayout: ({ csrfToken, inner }) => head(html`<meta name="csrf-token" content=${csrfToken}>`, inner) })).toEqual([missing("no scripts", "${scripts}")]);
    expect(await visited({ rootLayout: ({ scripts, inner }) => head(html`${scripts}`, inner) })).toEqual([missing("no csrfToken", '<meta name="csrf-token" content=${csrfToken}>')]);
    expect(await visited({}, () => html`<main></main>`)).toEqual([["[holdfast] layout without inner", { view: "plain", fix: expect.stringContaining("${inner}") as string }]]);
    expect(await visited({}, ({ inner }) => html`<main>${inner}</main>`)).toEqual([]);
    expect(await visited({}, (assigns) => html`<main>${{ ...assigns }.inner}</main>`)).toEqual([]);
  });

  test("production says nothing", async () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(await visited({ rootLayout: () => html`<html lang="en"></html>` }, () => html`<main></main>`)).toEqual([]);
  });
});

describe("a URL that could run code", () => {
  const linksView = (name: string) => liveView.define({
    name, authorize: "public", mount: () => ({ all: ["/posts/1", "JavaScript:alert(1)", "javascript:alert(2)"] }),
    render: ({ all }) => html`<p>${all.map((url) => html`<a href=${url}>x</a>`)}</p>`,
  });
  const visit = async (name: string): Promise<string> =>
    (await openBrowser(start({ live: [liveSession("default", {}, (live) => live("/links", linksView(name)))] })).visit("/links")).html();

  test("development says once that it was replaced: the view, the place in the template, and the mend", async () => {
    vi.stubEnv("NODE_ENV", "development");
    expect((await visit("links")).match(/href="[^"]*"/g)).toEqual(['href="/posts/1"', 'href="about:invalid#blocked"', 'href="about:invalid#blocked"']);
    expect(said.filter(([message]) => message === "[holdfast] url blocked")).toEqual([["[holdfast] url blocked", {
      view: "links", scheme: "javascript:", where: "in the attribute href", template: "<a href=«${…}»>x</a>",
      at: expect.stringMatching(/log\.test\.ts:\d+:\d+$/) as string, fix: expect.stringContaining("phx-click=${on.name}") as string,
    }]]);
  });

  test("production replaces it, and says nothing: it may be any visitor's", async () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(await visit("other links")).toContain('href="about:invalid#blocked"');
    expect(said.filter(([message]) => message === "[holdfast] url blocked")).toEqual([]);
  });
});

test("a log that throws, or rejects, ends nothing", async () => {
  const broken: Logger = { ...logger(), error: () => Promise.reject(new Error("the disk is full")), info() { throw new Error("the disk is full"); } };
  const endpoint = start({ log: broken });
  const page = await openBrowser(endpoint).visit("/posts/1");
  await page.click("#fail").catch(() => {});
  expect((await endpoint.app.request("/posts/1", { method: "POST" })).status).toBe(403);
  await vi.waitFor(() => expect(said.filter((all) => all.includes("and log failed")).length).toBeGreaterThanOrEqual(2), DEADLINE_MS);
});
