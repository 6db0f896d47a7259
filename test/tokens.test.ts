// An application's own tokens, from outside: in a link and in a body, what is not exactly one of ours for exactly this purpose reaches no handler.
import { createEndpoint, csrfField, fileInput, html, liveSession, liveView, logIn, upload, type Endpoint, type EndpointOptions } from "holdfast";
import { serve } from "holdfast/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Browsers, type Browser, type Page } from "./support/browser.js";
import { Joined } from "./support/lab.js";
import { Uploader } from "./support/uploads.js";

const [SECRET, NEXT, FOREIGN] = ["secret", "next", "foreign"].map((name) => `the ${name} secret of these tests, long enough`) as [string, string, string];
const PURPOSES = ["confirm", "confirm ", "Confirm", "session", "page", "upload", "flash", "csrf", "application", ""] as const;

const Home = liveView.define({
  name: "Home", authorize: "public", mount: () => ({ file: upload() }), events: { change: { handle: () => {} } },
  render: ({ file }, on) => html`<form phx-change=${on.change}>${fileInput(file)}</form>`,
});

/** What a token has let somebody do. */
let ran: unknown[] = [];

interface Node {
  readonly endpoint: Endpoint;
  readonly browsers: Browsers;
}

/** An application whose links carry a signed token for "confirm", and whose API takes an encrypted one. */
async function start(secret: EndpointOptions["secret"]): Promise<Node> {
  const endpoint: Endpoint = createEndpoint({
    secret, log() {}, live: [liveSession("all", {}, (live) => live("/", Home))],
    rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
    routes(app) {
      const use = (data: unknown): Response => {
        if (data === undefined) return new Response("no such token", { status: 404 });
        ran.push(data);
        return new Response("done");
      };
      app.get("/login", (c) => endpoint.renderPage(c, html`<form method="post">${csrfField(c)}</form>`));
      app.post("/login", async (c) => {
        await logIn(c, { userId: 7 });
        return c.text("in");
      });
      app.get("/confirm/:token", (c) => use(endpoint.tokens.verify("confirm", c.req.param("token"))));
      app.post("/confirm", async (c) => {
        const { token } = await c.req.json<{ token: unknown }>();
        return use(endpoint.tokens.verify("confirm", token) ?? endpoint.tokens.decrypt("confirm", token));
      });
    },
  });
  const { url } = await serve(endpoint, { port: 0, host: "127.0.0.1" });
  return { endpoint, browsers: new Browsers(endpoint, url) };
}

let nodes: Node[];
let node: Node;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  nodes = await Promise.all([start(SECRET), start([NEXT, SECRET]), start(NEXT), start(FOREIGN)]);
  node = nodes[0]!;
});
afterAll(() => Promise.all(nodes.map(({ endpoint }) => endpoint.close())));
beforeEach(async () => {
  ran = [];
  browser = node.browsers.open();
  await browser.get("/login");
  await browser.post("/login");
  page = await browser.get("/");
});
afterEach(() => Promise.all(nodes.map(({ browsers }) => browsers.cut())));

/** The statuses of the answers to them: in a link, for those that can stand in one, and in a body. */
async function answers(tokens: readonly unknown[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const token of tokens) {
    if (typeof token === "string" && /^[\w.-]+$/.test(token) && !/^\.\.?$/.test(token)) statuses.push((await browser.fetch(`/confirm/${token}`)).status);
    const body = JSON.stringify({ token });
    const headers = { "content-type": "application/json", "x-csrf-token": browser.csrf, origin: browser.base };
    statuses.push((await browser.fetch("/confirm", { method: "POST", headers, body })).status);
  }
  return [...new Set(statuses)];
}

describe.each(["sign", "encrypt"] as const)("a token made by %s", (make) => {
  const token = (purpose = "confirm", options: { ttlMs?: number; now?: number } = {}, of = node): string =>
    of.endpoint.tokens[make](purpose, { userId: 7 }, options);
  const control = async (): Promise<void> => {
    ran = [];
    await answers([token()]);
    expect(ran).toContainEqual({ userId: 7 });
  };
  afterEach(control);

  it("lets nobody in for another purpose, once it has ended, or under another application's secret", async () => {
    const others = PURPOSES.filter((purpose) => purpose !== "confirm");
    expect(await answers(others.map((purpose) => token(purpose)))).toEqual([404]);
    const yesterday = Date.now() - 86_400_000;
    expect(await answers([token("confirm", { now: yesterday }), token("confirm", { ttlMs: 0 }), token("confirm", { ttlMs: -1 })])).toEqual([404]);
    expect(await answers([token("confirm", {}, nodes[3]!)])).toEqual([404]);
    expect(ran).toEqual([]);
  });

  it("lets nobody in with a character changed, missing or added, or in another shape", async () => {
    const whole = token();
    const changed = Array.from(whole, (char, at) => `${whole.slice(0, at)}${char === "A" ? "B" : "A"}${whole.slice(at + 1)}`);
    const cut = Array.from(whole, (_, at) => whole.slice(0, at));
    const spelt = [`${whole}A`, `${whole}.`, `.${whole}`, `${whole}=`, ` ${whole}`, `${whole}\n`, `${whole}\0`, whole.toUpperCase(), whole.toLowerCase(), `${whole}.${whole}`];
    expect(await answers([...changed, ...cut, ...spelt])).toEqual([404]);
    expect(await answers([null, true, 7, -0, 1e308, [], [whole], {}, { token: whole }, { toString: whole, length: 3 }, [[whole]]])).toEqual([404]);
    expect(ran).toEqual([]);
  });

  it("lets nobody in at any length: what is too long is not looked at", async () => {
    const whole = token();
    for (const size of [8_192, 8_193, 100_000, 1_000_000]) {
      const long = ["A".repeat(size), ".".repeat(size), whole.padEnd(size, "A"), `${whole}${".A".repeat(size / 2)}`];
      // Beyond their limits a URL and a body are not read at all.
      for (const status of await answers(long)) expect([404, 413, 414, 431]).toContain(status);
    }
    expect(ran).toEqual([]);
  });

  it("lives through a rotation, and ends with its secret", async () => {
    const old = token();
    for (const [at, through] of [[nodes[1]!, true], [nodes[2]!, false]] as const) {
      ran = [];
      const visitor = at.browsers.open();
      expect([(await visitor.fetch(`/confirm/${old}`)).status, ran.length > 0]).toEqual(make === "sign" && through ? [200, true] : [404, false]);
      const { tokens } = at.endpoint;
      expect(tokens.verify("confirm", old) ?? tokens.decrypt("confirm", old)).toEqual(through ? { userId: 7 } : undefined);
    }
  });

  it("is none of Holdfast's own: no cookie, no CSRF token, no page's and no file's", async () => {
    const { socket } = await browser.open("/");
    for (const forged of PURPOSES.map((purpose) => token(purpose))) {
      const visitor = node.browsers.open();
      for (const name of browser.cookies.keys()) visitor.cookies.set(name, forged);
      visitor.csrf = forged;
      expect((await visitor.post("/login")).status).toBe(403);
      expect(await (await browser.socket()).join(page, { session: forged })).toMatchObject({ status: "error" });
      const ref = socket.ref();
      socket.send(ref, ref, "lvu:0", "phx_join", { token: forged });
      expect(await socket.reply(ref)).toMatchObject({ status: "error" });
    }
    const anew = await browser.socket();
    expect(await anew.join(page)).toMatchObject({ status: "ok" });
  });
});

it("none of the tokens that a page is given is one of the application's", async () => {
  const { socket, page: joined } = await browser.open("/");
  const view = new Joined(socket, browser, joined, joined.topic, undefined);
  const uploader = new Uploader(view, "change");
  const { entries = {} } = await uploader.preflight([uploader.file("a.txt", 1)]);
  const own = [...browser.cookies.values(), joined.csrf, joined.session, joined.static ?? "", ...Object.values(entries)].filter((token) => token !== "");
  expect(own.length).toBeGreaterThanOrEqual(4);
  for (const purpose of PURPOSES) {
    for (const token of own) {
      const { tokens } = node.endpoint;
      expect([purpose, tokens.verify(purpose, token), tokens.decrypt(purpose, token)]).toEqual([purpose, undefined, undefined]);
    }
  }
  expect(await answers(own)).toEqual([404]);
  expect(ran).toEqual([]);
});
