// What views are told of their client, and where they may send it: all of it the client's own words.
import fs, { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { halt, html, liveComponent, liveView, navigate, redirect } from "holdfast";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { all } from "../support/all-events.js";
import { Calls } from "../support/fixture-app.js";
import { startLab, type Joined, type Lab } from "../support/lab.js";

const calls = new Calls();
const folder = mkdtempSync(join(tmpdir(), "holdfast-words-"));
const publicDir = join(folder, "public");

const About = liveView.define({
  name: "About",
  authorize: "public",
  mount: (socket) => ({ about: { params: socket.connectParams, info: socket.connectInfo, changed: socket.staticChanged } }),
  render: ({ about }) => html`<main>${JSON.stringify(about)}</main>`,
});

const To = z.object({ to: z.string(), how: z.enum(["redirect", "navigate", "patch", "return", "return navigate", "external", "send", "task", "halt"]) });
const Part = liveComponent().define({
  name: "part",
  events: { go: { params: To, handle: (socket, { to, how }) => (how === "navigate" ? socket.pushNavigate(to) : socket.redirect(to)) } },
  render: (_assigns, on) => html`<p>part<i phx-click=${all(on)}></i></p>`,
});
const Go = liveView.define({
  name: "Go",
  authorize: "public",
  mount(socket) {
    socket.attachHook("leave", "handleEvent", (_event, params) => {
      const { to, how } = params as z.infer<typeof To>;
      if (how !== "halt") return undefined;
      socket.redirect(to);
      return halt();
    });
    return {};
  },
  events: {
    go: {
      params: To,
      handle(socket, { to, how }) {
        switch (how) {
          case "redirect": return socket.redirect(to);
          case "navigate": return socket.pushNavigate(to);
          case "patch": return socket.pushPatch(to);
          case "external": return socket.redirect(to, { external: true });
          case "send": return socket.send(() => socket.redirect(to));
          case "task": return socket.startAsync("t", () => Promise.resolve(), () => socket.redirect(to));
          case "return": return redirect(to);
          default: return navigate(to);
        }
      },
    },
  },
  render: (_assigns, on) => html`<main>${Part({ id: "part" })}<i phx-click=${all(on)}></i></main>`,
});

/** Patches itself as often as its URL says. */
const Loop = liveView.define({
  name: "Loop",
  params: z.object({ left: z.coerce.number().default(0) }),
  authorize: "public",
  handleParams(socket, { params: { left } }) {
    calls.hit("handleParams");
    if (left > 0) socket.pushPatch(`/loop?left=${left - 1}`);
  },
  events: { patch: { params: z.object({ left: z.number() }), handle: (socket, { left }) => socket.pushPatch(`/loop?left=${left}`) } },
  render: (_assigns, on) => html`<main>loop<i phx-click=${all(on)}></i></main>`,
});

let lab: Lab;
const assets: Record<string, string> = {};
const read: string[] = [];
/** How a file can be read, or looked at. */
const plain = { ...pick(fs, "readFileSync", "statSync", "realpathSync"), promises: pick(fs.promises, "readFile", "stat", "realpath", "open") };

function pick<T extends object, K extends keyof T>(from: T, ...names: K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}

/** The same functions, and they note what they are asked for. */
function noting<T extends object>(functions: T): T {
  return Object.fromEntries(Object.entries(functions).map(([name, plainly]: [string, unknown]) => [
    name, typeof plainly !== "function" ? plainly : (...args: unknown[]): unknown => {
      read.push(String(args[0]));
      return Reflect.apply(plainly, fs, args);
    },
  ])) as T;
}
beforeAll(async () => {
  mkdirSync(join(publicDir, "sub"), { recursive: true });
  mkdirSync(join(folder, "public-not"));
  writeFileSync(join(publicDir, "app.css"), "body {}");
  writeFileSync(join(publicDir, "sub", "app.js"), "1");
  writeFileSync(join(publicDir, ".env"), "SECRET=1");
  writeFileSync(join(folder, "secret.txt"), "a secret");
  writeFileSync(join(folder, "public-not", "secret.txt"), "a secret");
  // What the server reads while a test runs. Its imports of a built-in module follow this.
  const { promises, ...sync } = plain;
  Object.assign(fs, noting(sync));
  Object.assign(fs.promises, noting(promises));
  syncBuiltinESMExports();
  lab = await startLab({ "/": About, "/go": Go, "/loop": Loop }, {
    publicDir, connectHeaders: ["Accept-Language", "x-seen", "constructor"], limits: { textFrameBytes: 1 << 21, anonymousTextFrameBytes: 1 << 21, jsonItems: 20_000 },
    rootLayout: ({ inner, csrfToken, asset }) => {
      for (const path of ["/app.css", "/sub/app.js"]) assets[path] = asset(path);
      return html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`;
    },
  });
});
afterAll(async () => {
  const { promises, ...sync } = plain;
  Object.assign(fs, sync);
  Object.assign(fs.promises, promises);
  syncBuiltinESMExports();
  rmSync(folder, { recursive: true });
  await lab.close();
});
beforeEach(() => {
  calls.clear();
  lab.log.length = 0;
  read.length = 0;
});
afterEach(() => lab.cut());

interface Told {
  readonly params: Record<string, unknown>;
  readonly info: { readonly peer: string; readonly userAgent?: string; readonly headers: Record<string, string> };
  readonly changed: boolean;
}
const told = (rendered: unknown): Told =>
  JSON.parse((rendered as Record<string, string>)["0"]!.replaceAll("&quot;", '"').replaceAll("&amp;", "&")) as Told;

/** What the view is told by a join with these parameters. */
async function about(params: unknown): Promise<Told> {
  const browser = lab.browser();
  const page = await browser.get("/");
  const { status, response } = await (await browser.socket()).join(page, { params });
  expect(status).toBe("ok");
  return told(response["rendered"]);
}

describe("connectParams", () => {
  it("are what the client sends with its join, without the CSRF token", async () => {
    expect((await about({ _csrf_token: "t", _mounts: 0, zone: "UTC", deep: { er: [1] } })).params).toEqual({ _mounts: 0, zone: "UTC", deep: { er: [1] } });
  });

  it("are empty over HTTP", async () => {
    const { html: text } = await lab.browser().get("/?zone=UTC");
    expect(text.replaceAll("&quot;", '"')).toContain('{"params":{}');
  });

  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
  it.each<{ what: string; params: unknown }>([
    { what: "deep", params: nested(40) },
    { what: "of many keys", params: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, 1])) },
    { what: "of many items", params: { list: Array.from({ length: 20_001 }, () => 0) } },
    { what: "a string", params: "zone=UTC" }, { what: "a number", params: 7 }, { what: "null", params: null },
  ])("that are too $what are none", async ({ params }) => {
    expect((await about(params)).params).toEqual({});
  });

  it("hold texts and keys of any length that fits into a frame", async () => {
    const params = { text: "x".repeat(10_001), ["k".repeat(10_001)]: 1 };
    expect((await about(params)).params).toEqual(params);
  });

  it("change nobody's prototype", async () => {
    await about(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("connectInfo", () => {
  const headers = {
    "accept-language": "de", "x-seen": "yes", "x-unseen": "no", authorization: "Bearer secret", "x-forwarded-for": "10.9.8.7", "user-agent": "test agent",
  };

  it("shows the peer, the user agent and the headers that are named, of the page's request", async () => {
    const browser = lab.browser();
    const text = await (await browser.fetch("/", { headers })).text();
    const { info } = told({ 0: /<main>(.*)<\/main>/.exec(text)?.[1] });
    expect(info).toEqual({ peer: "127.0.0.1", userAgent: "test agent", headers: { "accept-language": "de", "x-seen": "yes" } });
  });

  it("shows the same of the handshake", async () => {
    const browser = lab.browser();
    const page = await browser.get("/");
    const socket = await browser.socket({ headers });
    const { response } = await socket.join(page, { params: { headers: { "x-seen": "forged" }, peer: "1.2.3.4" } });
    const { info } = told(response["rendered"]);
    expect(info).toEqual({ peer: "127.0.0.1", userAgent: "test agent", headers: { "accept-language": "de", "x-seen": "yes" } });
    expect(JSON.stringify(info)).not.toMatch(/secret|10\.9\.8\.7|holdfast/);
  });

  it("shows whom a trusted proxy names, of the page's request and of the handshake", async () => {
    const own = await startLab({ "/": About }, { trustProxy: "loopback" });
    const browser = own.browser();
    const text = await (await browser.fetch("/", { headers })).text();
    expect(told({ 0: /<main>(.*)<\/main>/.exec(text)?.[1] }).info.peer).toBe("10.9.8.7");
    const page = await browser.get("/");
    const { response } = await (await browser.socket({ headers })).join(page);
    expect(told(response["rendered"]).info.peer).toBe("10.9.8.7");
    await own.close();
  });
});

describe("staticChanged", () => {
  const tracked = (...urls: unknown[]): Promise<Told> => about({ _track_static: urls });
  const url = (path: string): string => lab.base + path;

  it("is false for what the page was given, and true for anything older", async () => {
    await lab.browser().get("/");
    expect(assets["/app.css"]).toMatch(/^\/app\.css\?vsn=./);
    expect((await tracked(url(assets["/app.css"]!), url(assets["/sub/app.js"]!))).changed).toBe(false);
    expect((await tracked(url(assets["/app.css"]!), url("/sub/app.js?vsn=old"))).changed).toBe(true);
    expect((await tracked()).changed).toBe(false);
  });

  it.each<unknown>([
    undefined, null, "http://x/app.css?vsn=1", 7, {}, { length: 1, 0: "http://x/app.css?vsn=1" },
    [[null, 7, {}, [], true, "", "not a url", "//", "http://", "\u0000"]],
  ])("is false for what is no list of URLs: %j", async (value) => {
    expect((await about({ _track_static: Array.isArray(value) ? (value[0] as unknown) : value })).changed).toBe(false);
    expect(read).toEqual([]);
  });

  it("reads nothing at all, in the folder or outside, whatever the client names", async () => {
    const hostile = [
      "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/sub/../../secret.txt", "/..\\secret.txt", "/....//secret.txt",
      "//secret.txt", "/./../public-not/secret.txt", "/.env", "/%2eenv", "/sub/.env", "/app.css/../../secret.txt", "/app.css%00.txt", "/app.css\u0000",
      "/sub", "/sub/", "/", "", "/~root/secret.txt", join(folder, "secret.txt"), "/etc/passwd", "/proc/self/environ", "/..;/secret.txt", "/\u2025/secret.txt",
    ];
    const urls = hostile.flatMap((path) => [`${url("")}${path}?vsn=x`, `http://evil.test${path}?vsn=x`, `file://${path}?vsn=x`, `javascript:${path}?vsn=x`]);
    for (let at = 0; at < urls.length; at += 90) await tracked(...urls.slice(at, at + 90));
    expect(read).toEqual([]);
    await (await lab.browser().fetch("/app.css")).text();
    expect(read).toContain(join(publicDir, "app.css")); // the spy sees
  });

  it("looks at a bounded number of names", async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => url(`/many-${i}.css?vsn=x`));
    expect((await tracked(...many)).changed).toBe(true);
    const same = Array.from({ length: 10_000 }, () => url(assets["/app.css"]!));
    expect((await tracked(...same)).changed).toBe(false);
    expect(read).toEqual([]);
  });
});

describe("a view that patches itself", () => {
  it("twenty times in a row may do so", async () => {
    const page = await lab.open("/loop");
    calls.clear();
    expect((await page.event("patch", { left: 19 })).status).toBe("ok");
    expect(calls.of("handleParams")).toBe(20);
  });

  it.each([20, 100, 1e6])("without an end ends with an error (%d)", async (left) => {
    const page = await lab.open("/loop");
    calls.clear();
    page.sendEvent("patch", { left });
    await page.socket.push("phx_error");
    expect(calls.of("handleParams")).toBe(20);
    expect(lab.log.find(({ message }) => message === "view crashed")?.details["error"]).toMatchObject({ code: "patch_loop" });
  });

  it("without an end while it mounts is refused, and the server keeps running", async () => {
    const browser = lab.browser();
    const page = await browser.get("/loop");
    const socket = await browser.socket();
    calls.clear();
    expect(await socket.join(page, { url: `${lab.base}/loop?left=1000000` })).toEqual({ status: "error", response: { reason: "join crashed" } });
    expect(calls.of("handleParams")).toBeLessThanOrEqual(21);
    expect(lab.log.find(({ message }) => message === "join crashed")?.details["error"]).toMatchObject({ code: "patch_loop" });
    expect((await socket.join(page)).status).toBe("ok");
  });
});

describe("a redirect leads nowhere else", () => {
  const targets = [
    "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test", "\t//evil.test", " //evil.test", "/\n//evil.test", "https://evil.test", "HTTP://evil.test",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,evil.test", "evil.test", "?evil.test", "", ".", "#evil.test", "blob:evil.test",
  ];
  const ways = ["redirect", "navigate", "patch", "return", "return navigate", "external", "send", "task", "halt"] as const;

  it.each(ways)("by %s", async (how) => {
    const page = await lab.open("/go");
    for (const to of targets) {
      lab.log.length = 0;
      page.socket.frames.length = 0;
      page.sendEvent("go", { to, how });
      await page.socket.push("phx_error");
      expect(lab.log.find(({ message }) => message === "view crashed")?.details["error"], JSON.stringify(to)).toMatchObject({ code: "redirect_refused" });
      expect(JSON.stringify(page.socket.frames)).not.toContain("evil");
      expect((await page.socket.join(page.page)).status).toBe("ok");
    }
  });

  it.each(["redirect", "navigate"])("by %s of a component", async (how) => {
    const page = await lab.open("/go");
    for (const to of targets) {
      page.socket.frames.length = 0;
      page.sendEvent("go", { to, how }, 1);
      await page.socket.push("phx_error");
      expect(JSON.stringify(page.socket.frames)).not.toContain("evil");
      await page.socket.join(page.page);
    }
  });

  it("by a patch to another view", async () => {
    const page = await lab.open("/go");
    page.sendEvent("go", { to: "/loop", how: "patch" });
    await page.socket.push("phx_error");
    expect(lab.log.find(({ message }) => message === "view crashed")?.details["error"]).toMatchObject({ code: "socket_misuse" });
    expect(calls.of("handleParams")).toBe(0);
  });

  it("and a client's own patch stays with its view", async () => {
    const page: Joined = await lab.open("/go");
    for (const url of ["https://evil.test/go", "//evil.test", `${lab.base}/loop`, `${lab.base}/nowhere`, "javascript:1", "", null, 7, {}, ["/go"]]) {
      expect((await page.call("live_patch", { url })).response).toEqual({ link_redirect: true });
    }
    expect(calls.of("handleParams")).toBe(0);
  });
});
