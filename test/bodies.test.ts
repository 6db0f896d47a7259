import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { createEndpoint, csrfField, html, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Browser } from "./support/browser.js";
import { handshakeStatus } from "./support/raw-socket.js";
import { DEADLINE_MS, within } from "./support/wait.js";

const KIB = 1024;
const ran: string[] = [];
/** The machine's paths whose middleware began and ended, and those whose body was read to its end. */
const entered: string[] = [];
const ended: string[] = [];
const read: string[] = [];
const logged: { message: string; details: Readonly<Record<string, unknown>> }[] = [];
let endpoint: Endpoint;
let base = "";
let browser: Browser;

beforeAll(async () => {
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one",
    limits: { bodyBytes: 64 * KIB, bodyParts: 10, formFields: 20 },
    bodyLimits: { "/import/*": 256 * KIB },
    csrfExempt: (path) => path === "/machine" || path.startsWith("/machine/"),
    log: (message, details) => void logged.push({ message, details }),
    routes(app) {
      app.use("/machine/*", async (c, next) => {
        entered.push(c.req.path);
        await next();
        ended.push(`${c.res.status} ${c.req.path}`);
      });
      app.get("/form", (c) => endpoint.renderPage(c, html`<form method="post">${csrfField(c)}</form>`));
      for (const path of ["/form", "/machine", "/import/rows", "/raw"]) {
        app.on(["POST", "PUT", "PATCH", "DELETE"], path, async (c) => {
          ran.push(`${c.req.method} ${path}`);
          const { length } = await c.req.text();
          read.push(path);
          return c.json(length);
        });
      }
      app.post("/fields", async (c) => {
        ran.push("POST /fields");
        return c.json(Object.keys(await c.req.parseBody()).length);
      });
      for (const path of ["/machine/fields", "/machine/json"]) {
        app.post(path, async (c) => {
          const fields: unknown = path.endsWith("json") ? await c.req.json() : await c.req.parseBody();
          ran.push(`POST ${path}`);
          read.push(path);
          return c.json(fields);
        });
      }
      for (const [path, reader] of [["/machine/bytes", "arrayBuffer"], ["/machine/blob", "blob"]] as const) {
        app.post(path, async (c) => {
          await c.req[reader]();
          read.push(path);
          return c.json(null);
        });
      }
      app.post("/machine/twice", async (c) => {
        await c.req.raw.text();
        return c.json(await c.req.json());
      });
    },
  });
  base = (await serve(endpoint, { port: 0 })).url;
});
afterAll(() => endpoint.close());
beforeEach(async () => {
  browser = new Browser(base);
  await browser.get("/form");
  for (const list of [ran, entered, ended, read, logged]) list.length = 0;
});

const token = (): Record<string, string> => ({ "x-csrf-token": browser.csrf });
const text = (bytes: number): string => "x".repeat(bytes);

/** Sends a body in chunks, of no stated length. */
function chunked(path: string, headers: Record<string, string>, chunks: readonly string[], method = "POST"): Promise<{ status: number; body: string }> {
  return within(new Promise((resolve, reject) => {
    const outgoing = request(base + path, { method, headers: { ...headers, cookie: browser.cookie, "transfer-encoding": "chunked" } }, (response) => {
      let body = "";
      response.on("data", (data: Buffer) => (body += data.toString()));
      response.on("end", () => resolve({ status: response.statusCode!, body }));
    });
    outgoing.on("error", reject);
    for (const chunk of chunks) outgoing.write(chunk);
    outgoing.end();
  }), "an answer");
}

/** What a request whose body never comes is answered with. */
async function withoutItsBody(head: readonly string[]): Promise<number> {
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  socket.write(`${[...head, `Host: ${new URL(base).host}`, `Cookie: ${browser.cookie}`].join("\r\n")}\r\n\r\n`);
  const [data] = (await within(once(socket, "data"), "an answer", 10_000).finally(() => socket.destroy())) as [Buffer];
  return Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString())![1]);
}

describe("a body longer than it may be is a 413", () => {
  it.each(["POST", "PUT", "PATCH", "DELETE"])("by %s, of a stated length and chunked, with a token and where none is needed", async (method) => {
    for (const path of ["/raw", "/machine"]) {
      const fits = await browser.fetch(path, { method, body: text(64 * KIB), headers: token() });
      expect([fits.status, await fits.json()]).toEqual([200, 64 * KIB]);
      expect((await browser.fetch(path, { method, body: text(64 * KIB + 1), headers: token() })).status).toBe(413);
      expect(await chunked(path, token(), [text(32 * KIB), text(32 * KIB)], method)).toEqual({ status: 200, body: String(64 * KIB) });
      expect((await chunked(path, token(), [text(32 * KIB), text(32 * KIB), "x"], method)).status).toBe(413);
    }
  });

  it("before a byte of it is read, if it states its length", async () => {
    const head = ["POST /raw HTTP/1.1", `x-csrf-token: ${browser.csrf}`, `Content-Length: ${65 * KIB}`];
    expect(await withoutItsBody(head)).toBe(413);
    expect(ran).toEqual([]);
  });

  it("except for paths with their own limit, which forms do not get before their token is seen", async () => {
    const json = { ...token(), "content-type": "application/json" };
    expect((await browser.fetch("/import/rows", { method: "POST", body: text(256 * KIB), headers: json })).status).toBe(200);
    expect((await browser.fetch("/import/rows", { method: "POST", body: text(256 * KIB + 1), headers: json })).status).toBe(413);
    const form = new URLSearchParams({ _csrf_token: browser.csrf, text: text(65 * KIB) });
    expect((await browser.fetch("/import/rows", { method: "POST", body: form })).status).toBe(413);
    expect((await browser.fetch("/import/rows", { method: "POST", body: form, headers: token() })).status).toBe(200);
  });

  it("as a form of too many parts or fields, wherever the chunks are cut", async () => {
    const parts = (n: number, boundary = "XBOUNDARYX"): string =>
      `${Array.from({ length: n }, (_, i) => `--${boundary}\r\nContent-Disposition: form-data; name="f${i}"\r\n\r\nv\r\n`).join("")}--${boundary}--\r\n`;
    const multipart = { "content-type": 'multipart/form-data; boundary="XBOUNDARYX"', ...token() };
    expect(await chunked("/fields", multipart, [parts(10)])).toEqual({ status: 200, body: "10" });
    expect((await chunked("/fields", multipart, [parts(11)])).status).toBe(413);
    expect((await chunked("/fields", multipart, [...parts(11)])).status).toBe(413);
    expect(await chunked("/fields", multipart, [...parts(10)])).toEqual({ status: 200, body: "10" });
    expect((await browser.fetch("/fields", { method: "POST", headers: multipart, body: parts(11) })).status).toBe(413);
    const fields = (n: number): string => Array.from({ length: n }, (_, i) => `f${i}=1`).join("&");
    const urlencoded = { "content-type": "application/x-www-form-urlencoded", ...token() };
    expect(await (await browser.fetch("/fields", { method: "POST", headers: urlencoded, body: fields(20) })).json()).toBe(20);
    expect((await browser.fetch("/fields", { method: "POST", headers: urlencoded, body: fields(21) })).status).toBe(413);
  });
});

describe("a body that is not what its content type says is a 400, and no crash", () => {
  const MULTIPART = { "content-type": "multipart/form-data; boundary=x" };
  const JSON_TYPE = { "content-type": "application/json" };
  const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';
  const send = (path: string, headers: Record<string, string>, body: string): Promise<Response> => browser.fetch(path, { method: "POST", headers, body });

  it.each([
    ["a form, exempt from the token", "/machine/fields", MULTIPART, part, `${part}--x--\r\n`, '{"a":"1"}'],
    ["JSON, exempt from the token", "/machine/json", JSON_TYPE, '{"a":', '{"a":"1"}', '{"a":"1"}'],
    ["JSON, empty", "/machine/json", JSON_TYPE, "", '{"a":"1"}', '{"a":"1"}'],
  ])("%s", async (_what, path, headers, wrong, right, answer) => {
    const refused = await send(path, headers, wrong);
    expect(refused.status).toBe(400);
    expect(ran).toEqual([]);
    expect(logged).toEqual([]);
    expect(await (await send(path, headers, right)).text()).toBe(answer);
    expect(ran).toEqual([`POST ${path}`]);
  });

  it("a form with its token in the header", async () => {
    expect((await send("/fields", { ...MULTIPART, ...token() }, part)).status).toBe(400);
    expect(await (await send("/fields", { ...MULTIPART, ...token() }, `${part}--x--\r\n`)).json()).toBe(1);
  });

  it("but a route that has read the raw body before is at fault itself", async () => {
    const said = await send("/machine/twice", JSON_TYPE, '{"a":"1"}');
    expect(said.status).toBe(500);
    expect(logged.map(({ message }) => message)).toEqual(["request crashed"]);
  });
});

describe("a body that is cut off is a 400 that nobody reads, and no crash", () => {
  it.each(["/machine", "/machine/bytes", "/machine/blob", "/machine/fields", "/machine/json"])("%s", async (path) => {
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    const type = path.endsWith("fields") ? "application/x-www-form-urlencoded" : "application/json";
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 1000\r\n\r\n{"a":`);
    await vi.waitFor(() => expect(entered).toEqual([path]), DEADLINE_MS);
    socket.destroy();
    await vi.waitFor(() => expect(ended).toEqual([`400 ${path}`]), DEADLINE_MS);
    expect({ logged, read }).toEqual({ logged: [], read: [] });
    expect((await browser.fetch(path, { method: "POST", headers: { "content-type": type }, body: "{}" })).status).toBe(200);
    expect({ logged, read }).toEqual({ logged: [], read: [path] });
  });
});

describe("a body is not waited for", () => {
  const FORM = "Content-Type: application/x-www-form-urlencoded";
  const MULTIPART = "Content-Type: multipart/form-data; boundary=x";
  it.each([
    ["from a foreign Origin", ["POST /form HTTP/1.1", "Origin: https://evil.example", FORM, "Content-Length: 100"], 403],
    ["from another site", ["POST /form HTTP/1.1", "Sec-Fetch-Site: cross-site", FORM, "Content-Length: 100"], 403],
    ["with a wrong token in the header", ["POST /form HTTP/1.1", "x-csrf-token: wrong", FORM, "Content-Length: 100"], 403],
    ["that can have no token", ["POST /form HTTP/1.1", "Content-Type: application/json", "Content-Length: 100"], 403],
    ["that says that it is too long", ["POST /form HTTP/1.1", MULTIPART, `Content-Length: ${65 * KIB}`], 413],
    ["for a path without a route, as a form", ["POST /nowhere HTTP/1.1", FORM, "Content-Length: 100"], 404],
    ["for a path without a route, chunked, in parts", ["POST /nowhere HTTP/1.1", MULTIPART, "Transfer-Encoding: chunked"], 404],
  ])("%s", async (_what, head, status) => {
    expect(await withoutItsBody(head)).toBe(status);
    expect(ran).toEqual([]);
  });
});

describe("what browsers say of the site that a request comes from", () => {
  it("refuses what is of another one, with the right token too", async () => {
    const post = (headers: Record<string, string>): Promise<Response> => browser.fetch("/raw", { method: "POST", body: "x", headers: { ...token(), ...headers } });
    for (const site of ["cross-site", "same-site"]) {
      expect((await post({ "sec-fetch-site": site })).status, site).toBe(403);
      expect((await post({ "sec-fetch-site": site, origin: base })).status, site).toBe(403);
    }
    expect(ran).toEqual([]);
    for (const site of ["same-origin", "none"]) expect((await post({ "sec-fetch-site": site })).status, site).toBe(200);
  });

  it("takes a page of another origin that is allowed by name", async () => {
    const open = createEndpoint({
      secret: "a secret of this test, long enough to be one", origins: ["https://admin.example", "http://localhost"], log() {},
      csrfExempt: () => false, routes: (app) => app.post("/raw", (c) => c.text("ok")),
    });
    const answer = await open.app.request("/raw", { method: "POST", headers: { origin: "https://admin.example", "sec-fetch-site": "same-site" } });
    expect(answer.status).toBe(403); // for its token, not for its site
  });
});

describe("the log says why a request was refused", () => {
  const reasons = (): unknown[] => logged.map(({ message, details }) => [message, details["method"], details["path"], details["reason"]]);

  it("if its CSRF token is missing or wrong", async () => {
    await browser.fetch("/raw", { method: "POST", body: "x" });
    await browser.fetch("/form", { method: "POST", body: new URLSearchParams({ _csrf_token: "wrong" }) });
    expect(reasons()).toEqual([
      ["request refused", "POST", "/raw", "no CSRF token"], ["request refused", "POST", "/form", "the CSRF token is not this session's"],
    ]);
  });

  it("for its Origin, with the mend once if a proxy without url is the likely cause", async () => {
    const post = (origin: string, headers: Record<string, string> = {}): Promise<Response> =>
      browser.fetch("/raw", { method: "POST", body: "x", headers: { ...token(), origin, ...headers } });
    await post("https://evil.example");
    await post("https://app.example", { "x-forwarded-proto": "https" });
    await post("https://app.example", { "x-forwarded-proto": "https" });
    expect(reasons()).toEqual(Array.from({ length: 3 }, () => ["request refused", "POST", "/raw", "the Origin is not the application's"]));
    expect(logged.map(({ details }) => details["fix"])).toEqual([
      undefined, expect.stringContaining('createEndpoint({ url: "https://app.example" })'), undefined,
    ]);
    expect(logged[0]!.details).toMatchObject({ origin: "https://evil.example", expected: base });
  });

  it("if it is a handshake with a foreign Origin or mode", async () => {
    expect(await handshakeStatus(base, { origin: "https://evil.example" })).toBe(403);
    await expect(browser.socket({ headers: { "sec-fetch-mode": "cors" } })).rejects.toThrow("403");
    expect(reasons()).toEqual([
      ["handshake refused", "GET", "/live/websocket", "the Origin is not the application's"],
      ["handshake refused", "GET", "/live/websocket", "Sec-Fetch-Mode is not websocket"],
    ]);
    (await browser.socket({ headers: { "sec-fetch-mode": "websocket" } })).terminate();
  });
});

describe("150 MB, in chunks,", () => {
  let server: ChildProcess | undefined;
  let url = "";
  const MIB = KIB * KIB;
  const FEW_BYTES = 40 * MIB;
  async function start(): Promise<void> {
    server = fork(new URL("./support/body-server.mjs", import.meta.url), { execArgv: [] });
    [{ url }] = (await once(server, "message")) as [{ url: string }];
  }
  afterEach(() => void server?.kill());

  const peak = async (): Promise<number> => {
    server!.send("peak");
    return ((await once(server!, "message")) as [{ peak: number }])[0].peak;
  };

  /** Sends until it is answered or cut off; the status, and how much went out. */
  function flood(path: string, headers: Record<string, string>): Promise<{ status: number; sent: number }> {
    return within(new Promise((resolve) => {
      let sent = 0;
      let status = 0;
      const chunk = Buffer.alloc(MIB, "a");
      const outgoing = request(url + path, { method: "POST", headers }, (response) => {
        status = response.statusCode!;
        response.resume();
      });
      outgoing.on("error", () => {});
      outgoing.on("close", () => resolve({ status, sent }));
      const more = (): void => {
        while (sent < 150 * MIB && status === 0 && !outgoing.destroyed) {
          sent += chunk.length;
          if (!outgoing.write(chunk)) return void outgoing.once("drain", more);
        }
        outgoing.end();
      };
      more();
    }), "the end of the flood");
  }

  it.each([
    ["as a form without a token", "/form", { "content-type": "multipart/form-data; boundary=x" }, 413],
    ["as a urlencoded form", "/form", { "content-type": "application/x-www-form-urlencoded" }, 413],
    ["where no token is needed", "/machine", {}, 413],
    ["to no route", "/nowhere", { "content-type": "multipart/form-data; boundary=x" }, 404],
    ["without a session, whose token nothing can be", "/form", { "content-type": "multipart/form-data; boundary=x", cookie: "" }, 403],
  ])("%s, cost a few megabytes and an early answer", async (_what, path, extra: Record<string, string>, status) => {
    // A busy machine collects late. What a body really costs it costs each new server.
    let grown = Infinity;
    for (let attempt = 0; attempt < 3 && grown >= FEW_BYTES; attempt++) {
      server?.kill();
      await start();
      const page = await fetch(`${url}/form`);
      await page.text();
      const headers = { cookie: page.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]).join("; "), ...extra };
      await peak(); // from here on it is counted anew
      const before = await peak();
      const answer = await flood(path, headers);
      grown = (await peak()) - before;
      expect(answer.status).toBe(status);
      expect(answer.sent).toBeLessThan(100 * MIB);
    }
    expect(grown).toBeLessThan(FEW_BYTES);
  });
});
