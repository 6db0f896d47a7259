import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer, request as httpsRequest, type RequestOptions } from "node:https";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpoint, html, liveSession, liveView, rateLimit, userSocket, type Endpoint, type EndpointOptions } from "holdfast";
import { attach, serve } from "holdfast/node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Browser } from "../support/browser.js";
import { handshakeStatus } from "../support/raw-socket.js";
import { within } from "../support/wait.js";

const secret = "a secret of this test, long enough to be one";
const mounts: string[] = [];
const Page = liveView.define({
  authorize: "public",
  mount: (_socket, { uri }) => void mounts.push(uri.pathname),
  render: () => html`<p>a live page</p>`,
});
const ends: (() => unknown)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  mounts.length = 0;
  for (const end of ends.splice(0).reverse()) await end();
});

function make(options: Partial<EndpointOptions> = {}): Endpoint {
  const endpoint = createEndpoint({ secret, log() {}, live: [liveSession("default", {}, (live) => live("/live-page", Page))], ...options });
  ends.push(() => endpoint.close());
  return endpoint;
}

/** A server of somebody else's, with an endpoint attached to it. */
async function attached(listener?: RequestListener, options: Partial<EndpointOptions> = {}): Promise<{ server: Server; base: string; endpoint: Endpoint }> {
  const server = createServer(listener);
  const endpoint = make(options);
  attach(endpoint, server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, endpoint, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A connection for requests in a row; `answers` has everything once that many pages have come. */
function pipelined(base: string, pages: number): { readonly socket: Socket; readonly answers: Promise<string> } {
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  ends.push(() => socket.destroy());
  let text = "";
  const answers = new Promise<string>((resolve) => {
    socket.on("data", (data: Buffer) => {
      text += data.toString("latin1");
      if (text.split("</html>").length > pages) resolve(text);
    });
  });
  return { socket, answers };
}

/** What a raw request is answered with, up to the end of its head. */
async function raw(base: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  socket.on("error", () => {});
  ends.push(() => socket.destroy());
  socket.write(text);
  const [data] = (await within(once(socket, "data"), "an answer")) as [Buffer];
  return data.toString("latin1");
}

describe("attach", () => {
  it("answers its own paths, and leaves all others to the listeners that the server had", async () => {
    const seen: string[] = [];
    const { base } = await attached((incoming, outgoing) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      incoming.pipe(outgoing);
    }, { routes: (app) => void app.get("/plain", (c) => c.text("plain")).get("/ä", (c) => c.text("umlaut")).use("/guarded/*", async (c) => c.text("guard", 401)) });
    expect(await (await fetch(`${base}/live-page?a=1`)).text()).toContain("a live page");
    expect(await (await fetch(`${base}/plain`)).text()).toBe("plain");
    expect(await (await fetch(`${base}/ä`)).text()).toBe("umlaut");
    expect((await fetch(`${base}/guarded/nothing`)).status).toBe(401);
    expect((await fetch(`${base}/assets/holdfast/client.js`)).status).toBe(200);
    expect(seen).toEqual([]);
    const foreign = await fetch(`${base}/@vite/client?x=1`, { method: "POST", body: "untouched" });
    expect([foreign.status, await foreign.text()]).toEqual([200, "untouched"]);
    expect(foreign.headers.get("content-security-policy")).toBeNull();
    expect(foreign.headers.getSetCookie()).toEqual([]);
    expect(seen).toEqual(["POST /@vite/client?x=1"]);
  });

  it("opens its sockets, and leaves other upgrades to the server's other listeners", async () => {
    const { base, server } = await attached();
    server.on("upgrade", (incoming: IncomingMessage, socket) => {
      if (incoming.url === "/hmr") socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    });
    const browser = new Browser(base);
    ends.push(() => browser.close());
    const { page, socket } = await browser.open("/live-page");
    expect([page.status, socket.open]).toEqual([200, true]);
    expect(await handshakeStatus(base, { path: "/hmr", vsn: null })).toBe(101);
  });

  it("answers 404 where nobody else would: to a request, and to an upgrade", async () => {
    const { base } = await attached();
    expect((await fetch(`${base}/nowhere`)).status).toBe(404);
    expect(await handshakeStatus(base, { path: "/hmr" })).toBe(404);
  });

  it("answers an upgrade that none of several listeners has taken within requestMs", async () => {
    const { base, server } = await attached(undefined, { limits: { requestMs: 100 } });
    server.on("upgrade", (incoming: IncomingMessage, socket) => {
      // As Vite: its own path, after a while, and an empty listener for errors of the others.
      socket.on("error", () => {});
      if (incoming.url === "/hmr") socket.on("data", () => {}).once("resume", () => socket.end("HTTP/1.1 418 I take it\r\ncontent-length: 0\r\n\r\n"));
    });
    const upgrade = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    expect(await raw(base, upgrade("/hmr"))).toMatch(/^HTTP\/1\.1 418 /);
    expect(await raw(base, upgrade("/nowhere"))).toMatch(/^HTTP\/1\.1 404 /);
  });

  it("serves a request that offers h2c as if it did not, with its body, and the requests behind it", async () => {
    const { base } = await attached(undefined, {
      routes: (app) => void app.post("/echo", async (c) => c.text(`${c.req.header("x-name")} ${c.req.header("upgrade")} ${await c.req.text()}`)), csrfExempt: (path) => path === "/echo",
    });
    const { socket, answers } = pipelined(base, 2);
    const offer = "Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
    socket.write(`POST /echo HTTP/1.1\r\n${offer}X-Name: \xe4\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nfirst`, "latin1");
    socket.write(`-last`);
    socket.write(`GET /live-page HTTP/1.1\r\n${offer}\r\nGET /live-page HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const text = await within(answers, "three answers");
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 200"]);
    expect(text).toMatch(/\S+ undefined first-last/);
    expect(mounts).toEqual(["/live-page", "/live-page"]);
  });

  it("keeps nothing of such offers on their connection", async () => {
    const { base, server } = await attached();
    const sockets: Duplex[] = [];
    server.on("connection", (socket: Duplex) => void sockets.push(socket));
    const { socket, answers } = pipelined(base, 20);
    socket.write("GET /live-page HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n".repeat(20));
    await within(answers, "twenty answers");
    expect(new Set(sockets).size).toBe(1);
    expect(sockets[0]!.listenerCount("error")).toBeLessThan(4);
  });

  it("leaves an offer of another protocol to a listener that may take it, and refuses two hosts in it", async () => {
    const offer = (hosts: string): string => `GET /live-page HTTP/1.1\r\n${hosts}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`;
    const alone = await attached();
    expect(await raw(alone.base, offer("Host: localhost\r\nHost: evil.test\r\n"))).toMatch(/^HTTP\/1\.1 400 /);
    expect(mounts).toEqual([]);
    const { base, server } = await attached();
    server.on("upgrade", (_incoming: IncomingMessage, socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"));
    expect(await raw(base, offer("Host: localhost\r\n"))).toMatch(/^HTTP\/1\.1 101 /);
    expect(mounts).toEqual([]);
  });

  it("closes with the endpoint what nobody has taken, so that the server can close", async () => {
    const { base, server, endpoint } = await attached();
    server.on("upgrade", () => {});
    const upgraded = once(server, "upgrade");
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    const closed = once(socket, "close");
    socket.write("GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await upgraded;
    await endpoint.close();
    await within(closed, "the close of the socket");
    await within(new Promise((resolve) => server.close(resolve)), "the close of the server");
  });

  it("an upgrade that nobody takes may be reset: nothing but its connection ends", async () => {
    const stray = vi.fn<(error: unknown) => void>();
    const { base, server } = await attached();
    server.on("upgrade", () => {});
    const upgraded = once(server, "upgrade");
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    socket.write("GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    const [, theirs] = (await upgraded) as [unknown, Duplex];
    process.on("uncaughtExceptionMonitor", stray);
    ends.push(() => process.off("uncaughtExceptionMonitor", stray));
    // Not `once`, which listens for errors.
    const closed = new Promise((resolve) => theirs.on("close", resolve));
    socket.resetAndDestroy();
    await within(closed, "the close of the reset connection");
    expect(stray).not.toHaveBeenCalled();
  });

  it("can be taken off again", async () => {
    const server = createServer((_incoming, outgoing) => outgoing.end("theirs"));
    const { detach } = attach(make(), server);
    detach();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ends.push(() => server.close());
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await (await fetch(`${base}/live-page`)).text()).toBe("theirs");
  });
});

describe("two endpoints of one server", () => {
  const chat = { "/chat": userSocket({ connect: () => ({}), channels: () => ({}) }) };

  it("cannot both open sockets at one path, also before the server listens, and the first one serves on", async () => {
    const { server, base } = await attached();
    const before = server.listeners("upgrade");
    expect(() => attach(make(), server)).toThrow(expect.objectContaining({
      code: "endpoint_config_invalid", message: expect.stringMatching(/got: +\/live\/websocket twice\s+fix: /) as string,
    }));
    expect(server.listeners("upgrade")).toEqual(before);
    expect(await handshakeStatus(base)).toBe(101);

    const fresh = createServer();
    attach(make({ sockets: chat }), fresh);
    expect(() => attach(make({ sockets: chat }), fresh)).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
  });

  it("may follow each other", async () => {
    const server = createServer();
    attach(make(), server).detach();
    expect(() => attach(make(), server)).not.toThrow();
  });
});

describe("a request with more fields than Node keeps is refused with 431, because a proxy's own may be among the dropped ones:", () => {
  const fields = (count: number): string => "a:\r\n".repeat(count);
  const peers = (): { options: Partial<EndpointOptions>; seen: string[] } => {
    const seen: string[] = [];
    return { seen, options: { trustProxy: "127.0.0.1", live: [liveSession("default", {}, (live) => live("/live-page", liveView.define({
      authorize: "public", mount: (socket) => void seen.push(socket.connectInfo.peer), render: () => html`<p></p>`,
    })))] } };
  };
  const request = (count: number): string =>
    `GET /live-page HTTP/1.1\r\nHost: 127.0.0.1\r\n${fields(count)}Connection: close\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n`;
  const upgrade = (count: number): string =>
    `GET /live/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${fields(count)}X-Forwarded-For: 203.0.113.7\r\n\r\n`;

  it("pages, whose client would be taken for the proxy", async () => {
    const { options, seen } = peers();
    const { base } = await attached(undefined, options);
    for (const count of [997, 1_500, 3_000]) expect(await raw(base, request(count))).toMatch(/^HTTP\/1\.1 431 [^]*\r\nconnection: close\r\n/i);
    expect(seen).toEqual([]);
    expect(await raw(base, request(996))).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen).toEqual(["203.0.113.7"]);
  });

  it("handshakes", async () => {
    const { base } = await attached(undefined, peers().options);
    expect(await raw(base, upgrade(1_500))).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw(base, upgrade(900))).toMatch(/^HTTP\/1\.1 101 /);
  });

  it("offers of another protocol, whose body would be another request", async () => {
    const { base } = await attached();
    const body = "GET /live-page HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    const offer = (count: number): string =>
      `POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n${fields(count)}Content-Length: ${body.length}\r\n\r\n${body}`;
    expect(await raw(base, offer(1_500))).toMatch(/^HTTP\/1\.1 431 /);
    expect(mounts).toEqual([]);
    expect(await raw(base, offer(900))).toMatch(/^HTTP\/1\.1 403 /);
    expect(mounts).toEqual([]);
  });

  it("by the server's own maxHeadersCount, and never if it keeps all of them", async () => {
    const { options, seen } = peers();
    const { base, server } = await attached(undefined, options);
    server.maxHeadersCount = 10;
    expect(await raw(base, request(20))).toMatch(/^HTTP\/1\.1 431 /);
    server.maxHeadersCount = 0;
    expect(await raw(base, request(3_000))).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen).toEqual(["203.0.113.7"]);
  });
});

describe("a request with one Host field is answered, and any other is refused with 400 (RFC 9112, 3.2) before the application runs:", () => {
  const request = (...fields: string[]): string => `${["GET /live-page HTTP/1.1", ...fields, "Connection: close"].join("\r\n")}\r\n\r\n`;
  it.each([
    ["without one", request()],
    ["with an empty one", request("Host:")],
    ["with a second one", request("Host: 127.0.0.1", "Host: evil.example")],
    ["with the same one again", request("Host: 127.0.0.1", "host: 127.0.0.1")],
    ["with another between others", request("HOST: 127.0.0.1", "Accept: */*", "hOsT: evil.example", "Accept-Language: en")],
  ])("%s", async (_what, text) => {
    const ran: string[] = [];
    const { base } = await attached(undefined, { routes: (app) => app.use(async (c, next) => { ran.push(c.req.path); await next(); }) });
    expect(await raw(base, text)).toMatch(/^HTTP\/1\.1 400 [^]*\r\nconnection: close\r\n/i);
    expect({ ran, mounts }).toEqual({ ran: [], mounts: [] });
    expect(await raw(base, request("Host: 127.0.0.1", "Hosts: evil.example", "X-Host: evil.example"))).toMatch(/^HTTP\/1\.1 200 /);
    expect({ ran, mounts }).toEqual({ ran: ["/live-page"], mounts: ["/live-page"] });
  });

  it("what is another listener's is left to it", async () => {
    const { base } = await attached((_incoming, outgoing) => outgoing.end("theirs"));
    expect(await raw(base, "GET /theirs HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("without url, a name that DNS could lead anywhere is refused with 421 (RFC 9110, 15.5.20), the application untouched:", () => {
  const get = (host: string): string => `GET /live-page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  const handshake = (host: string): string => [
    "GET /live/websocket?vsn=2.0.0 HTTP/1.1", `Host: ${host}`, `Origin: http://${host}`, "Connection: Upgrade", "Upgrade: websocket",
    "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "",
  ].join("\r\n");

  it.each([
    ["evil.example", "development"], ["evil.example:80", "test"], ["localhost.evil.example", "production"],
    ["127.0.0.1.evil.example", "development"], ["notlocalhost", undefined],
  ])("%s, with NODE_ENV %s", async (host, mode) => {
    vi.stubEnv("NODE_ENV", mode);
    const ran: string[] = [];
    const log = vi.fn<(message: string, details: object, level: string) => void>();
    const { base } = await attached(undefined, { log, routes: (app) => app.use(async (c, next) => { ran.push(c.req.path); await next(); }) });
    const answer = await raw(base, get(host));
    expect(answer).toMatch(/^HTTP\/1\.1 421 [^]*\r\nx-content-type-options: nosniff\r\n/i);
    expect(answer).toContain("fix: if browsers reach the application under this name, say so: createEndpoint({ url: ");
    expect(log).toHaveBeenCalledWith("request refused", expect.objectContaining({ host: host.replace(/:80$/, ""), path: "/live-page" }), "info");
    expect(await raw(base, handshake(host))).toMatch(/^HTTP\/1\.1 421 /);
    expect({ ran, mounts }).toEqual({ ran: [], mounts: [] });
  });

  it.each(["localhost", "localhost:4000", "app.localhost", "127.0.0.1", "[::1]:4000", "192.168.1.7"])("%s is answered", async (host) => {
    vi.stubEnv("NODE_ENV", "development");
    const { base } = await attached();
    expect(await raw(base, get(host))).toMatch(/^HTTP\/1\.1 200 /);
    expect(mounts).toEqual(["/live-page"]);
  });

  it("but not a request that came through no server", async () => {
    expect((await make().app.request("http://app.example/live-page")).status).toBe(200);
    expect(mounts).toEqual(["/live-page"]);
  });

  it.each<[string, string, Partial<EndpointOptions>]>([
    ["with url", "development", { url: "https://app.example" }],
    ["behind a trusted proxy", "production", { trustProxy: "loopback" }],
    ["in production with url", "production", { url: "https://app.example" }],
    ["with its origin named", "development", { origins: ["https://other.example", "http://app.example"] }],
  ])("a name is answered %s", async (_what, mode, options) => {
    vi.stubEnv("NODE_ENV", mode);
    const { base } = await attached(undefined, options);
    expect(await raw(base, get("app.example"))).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("an upgrade that is no opening handshake is refused before anything of the application runs:", () => {
  const HEAD = {
    Host: "127.0.0.1", Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const text = (first: string, changes: Record<string, string | undefined> = {}, body = ""): string => {
    const lines = Object.entries({ ...HEAD, ...changes }).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${value}`);
    return `${[first, ...lines].join("\r\n")}\r\n\r\n${body}`;
  };
  const PATH = "GET /live/websocket?vsn=2.0.0 HTTP/1.1";
  it.each([
    ["with a body", text(PATH, { "Content-Length": "5" }, "hello"), 400],
    ["with a chunked body", text(PATH, { "Transfer-Encoding": "chunked" }, "5\r\nhello\r\n0\r\n\r\n"), 400],
    ["of HTTP/1.0", text("GET /live/websocket?vsn=2.0.0 HTTP/1.0"), 400],
    ["of websocket version 8", text(PATH, { "Sec-WebSocket-Version": "8" }), 426],
    ["without a version", text(PATH, { "Sec-WebSocket-Version": undefined }), 426],
    ["without a key", text(PATH, { "Sec-WebSocket-Key": undefined }), 400],
    ["with a key of 15 bytes", text(PATH, { "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25j" }), 400],
    ["to another protocol", text(PATH, { Upgrade: "h2c" }), 426],
    ["by POST", text("POST /live/websocket?vsn=2.0.0 HTTP/1.1"), 405],
    ["without a host", text("GET /live/websocket?vsn=2.0.0 HTTP/1.1", { Host: undefined }), 400],
    ["with an empty host", text("GET /live/websocket?vsn=2.0.0 HTTP/1.1", { Host: "" }), 400],
    ["with a second host", text(PATH, { host: "evil.example" }), 400],
    ["with its host twice", text(PATH, { host: "127.0.0.1" }), 400],
  ])("%s", async (_what, request, status) => {
    const ran: string[] = [];
    const { base } = await attached(undefined, { routes: (app) => app.use(async (c, next) => { ran.push(c.req.path); await next(); }) });
    const answer = await raw(base, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.[01] ${status} `));
    if (request.includes("Version: 8")) expect(answer).toMatch(/\r\nsec-websocket-version: 13\r\n/i);
    expect(ran).toEqual([]);
    expect(await raw(base, text(PATH, { Origin: base, Host: new URL(base).host }))).toMatch(/^HTTP\/1\.1 101 /);
    expect(ran).toEqual(["/live/websocket"]);
  });

  it("to a page's path, which is not mounted for it", async () => {
    const { base } = await attached();
    expect(await handshakeStatus(base, { path: "/live-page" })).toBe(404);
    expect(mounts).toEqual([]);
    await fetch(`${base}/live-page`);
    expect(mounts).toEqual(["/live-page"]);
  });
});

describe("serve", () => {
  it("says where it listens, and closes what it has opened", async () => {
    const { url, port, close } = await serve(make(), { port: 0 });
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${url}/live-page`)).status).toBe(200);
    await close();
    await expect(fetch(`${url}/live-page`)).rejects.toThrow();
  });

  it("serves again after it was closed, sockets too", async () => {
    const endpoint = make();
    await (await serve(endpoint, { port: 0 })).close();
    const { url } = await serve(endpoint, { port: 0 });
    const browser = new Browser(url);
    ends.push(() => browser.close());
    expect((await browser.open("/live-page")).socket.open).toBe(true);
  });

  it("fails like listen does when the port is taken, and says how to choose another", async () => {
    const { port } = await serve(make(), { port: 0 });
    await expect(serve(make(), { port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    const fix = new RegExp(`another process listens on port ${port}, .*\\blsof -i :${port}\\b.*choose another port`);
    // What a program that does not catch it prints.
    await expect(serve(make(), { port })).rejects.toMatchObject({ message: expect.stringMatching(fix) as string, stack: expect.stringMatching(fix) as string });
  });

  it("says that a host is no address of this machine", async () => {
    await expect(serve(make({ url: "https://app.example" }), { port: 0, host: "192.0.2.1" })).rejects.toMatchObject({
      code: "EADDRNOTAVAIL", message: expect.stringContaining("192.0.2.1 is no address of this machine") as string,
    });
  });

  it("serves on a unix socket", async () => {
    const folder = await mkdtemp(join(tmpdir(), "serve-"));
    ends.push(() => rm(folder, { recursive: true }));
    const path = join(folder, "app.sock");
    const endpoint = make({ url: "https://app.example", routes: (app) => app.get("/peer", (c) => c.text("here")) });
    const served = await serve(endpoint, { path });
    expect(served).toMatchObject({ path });
    const outgoing = httpRequest({ socketPath: path, path: "/peer", headers: { host: "app.example" } }).end();
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
  });

  it.each([["loopback", [200, 429, 200, 101, 429, 101]], [undefined, [200, 429, 429, 101, 429, 429]]] as const)(
    "on a unix socket, the proxy of this machine names the clients if it is trusted: trustProxy %s", async (trustProxy, expected) => {
      const folder = await mkdtemp(join(tmpdir(), "serve-"));
      ends.push(() => rm(folder, { recursive: true }));
      const path = join(folder, "app.sock");
      await serve(make({
        url: "http://app.example", limits: { socketsPerIp: 1 }, ...(trustProxy !== undefined && { trustProxy }),
        routes: (app) => app.get("/limited", rateLimit({ perSecond: 0.001, burst: 1 }), (c) => c.text("ok")),
      }), { path });
      const get = async (client: string): Promise<number | undefined> => {
        const [response] = (await once(httpRequest({ socketPath: path, path: "/limited", headers: { "x-forwarded-for": client } }).end(), "response")) as [IncomingMessage];
        return response.resume().statusCode;
      };
      const open = async (client: string): Promise<number> => {
        const socket = connect(path);
        ends.push(() => socket.destroy());
        socket.write(["GET /live/websocket?vsn=2.0.0 HTTP/1.1", "Host: app.example", "Origin: http://app.example", "Connection: Upgrade", "Upgrade: websocket",
          "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", `X-Forwarded-For: ${client}`, "", ""].join("\r\n"));
        const [data] = (await within(once(socket, "data"), "an answer")) as [Buffer];
        return Number(data.toString("latin1").split(" ")[1]);
      };
      const clients = ["203.0.113.7", "203.0.113.7", "203.0.113.8"];
      const statuses: (number | undefined)[] = [];
      for (const client of clients) statuses.push(await get(client));
      for (const client of clients) statuses.push(await open(client));
      expect(statuses).toEqual(expected);
    });

  // Keys that both know instead of a certificate, which a test could not make.
  const psk = Buffer.alloc(16, 7);
  const tls = { ciphers: "PSK-AES128-GCM-SHA256", maxVersion: "TLSv1.2" as const };
  const keyed = { ...tls, pskCallback: () => psk, pskIdentityHint: "test" };
  const secureGet = async (port: number): Promise<number | undefined> => {
    const options: RequestOptions = {
      host: "127.0.0.1", port, path: "/live-page", ...tls, checkServerIdentity: () => undefined,
      ...({ pskCallback: () => ({ psk, identity: "test" }) } as object),
    };
    const [response] = (await once(httpsRequest(options).end(), "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };

  it("serves https, from its options and on a server that was made elsewhere", async () => {
    const { url, port } = await serve(make(), { port: 0, https: keyed });
    expect(url).toBe(`https://127.0.0.1:${port}`);
    expect(await secureGet(port)).toBe(200);
    const other = await serve(make(), { port: 0, server: createHttpsServer(keyed) });
    expect(other.url).toMatch(/^https:/);
    expect(await secureGet(other.port)).toBe(200);
  });

  it("a request may have less time than a head has by default", async () => {
    const { url } = await serve(make({ limits: { requestMs: 5_000 } }), { port: 0 });
    expect((await fetch(`${url}/live-page`)).status).toBe(200);
  });

  it("gives slow clients 10 s for the head of a request and 30 s for all of it, or what the limits say", async () => {
    const listen = vi.spyOn(Reflect.getPrototypeOf(createServer()) as Server, "listen");
    ends.push(() => listen.mockRestore());
    await serve(make(), { port: 0 });
    expect(listen.mock.contexts.at(-1)).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 });
    const { url } = await serve(make({ limits: { headerMs: 100, requestMs: 200 } }), { port: 0 });
    expect(await raw(url, "GET /live-page HTTP/1.1\r\nHost: ")).toMatch(/^HTTP\/1\.1 408 /);
    expect(await raw(url, "POST /live-page HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nslow")).toMatch(/^HTTP\/1\.1 40[38] /);
  });

  it("closes a connection that is idle behind an answer for 65 s, or what the limits say", async () => {
    const { url } = await serve(make({ limits: { keepAliveMs: 100 } }), { port: 0 });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    ends.push(() => socket.destroy());
    let answer = "";
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.write("GET /live-page HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    await within(once(socket, "close"), "the close of the idle connection");
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

it("drops a connection beyond the limit of all, says so once, and accepts others when there is room", async () => {
  const logged: unknown[] = [];
  const endpoint = make({ limits: { connections: 2 }, log: (message, details) => void (message === "connection dropped" && logged.push(details)) });
  const { port } = await serve(endpoint, { port: 0 });
  const open = async (): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    ends.push(() => socket.destroy());
    await within(once(socket, "connect"), "the connection");
    return socket;
  };
  const answered = async (socket: Socket): Promise<void> => {
    socket.write("GET /live-page HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    expect(String(await within(once(socket, "data"), "the answer"))).toMatch(/^HTTP\/1\.1 200 /);
  };
  const [first, second] = [await open(), await open()];
  await answered(first);
  await answered(second);
  for (let dropped = 0; dropped < 2; dropped++) await within(once(await open(), "close"), "the drop");
  expect(logged).toEqual([{ limit: 2, reason: "too many connections" }]);
  await answered(first);
  first.destroy();
  await vi.waitFor(async () => {
    const socket = await open();
    const [reply] = await Promise.race([once(socket, "close").then(() => [""]), answered(socket).then(() => ["answered"])]);
    expect(reply).toBe("answered");
  });
});

describe("without a url, in production,", () => {
  const rejected = { code: "endpoint_config_invalid", message: expect.stringContaining("createEndpoint({ url:") as string };

  it.each(["0.0.0.0", "::", "192.0.2.7", "example.com"])("the host %s is refused with the fix", async (host) => {
    for (const env of ["production", "test", ""]) {
      vi.stubEnv("NODE_ENV", env);
      await expect(serve(make(), { port: 0, host })).rejects.toMatchObject(rejected);
    }
  });

  it("so is a unix socket, which is behind a proxy, and an attached server that is reachable by others", async () => {
    await expect(serve(make(), { path: join(tmpdir(), "never.sock") })).rejects.toMatchObject(rejected);
    const server = createServer();
    attach(make(), server);
    server.listen(0, "0.0.0.0");
    ends.push(() => server.close());
    expect(await once(server, "error")).toMatchObject([rejected]);
    expect(() => attach(make(), server)).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
  });

  it.each(["127.0.0.1", "127.0.0.2", "localhost"])("the host %s is served", async (host) => {
    const { port } = await serve(make(), { port: 0, host });
    expect(port).toBeGreaterThan(0);
  });

  it("any host is served in development, or with a url", async () => {
    await serve(make({ url: "https://app.example" }), { port: 0, host: "0.0.0.0" });
    vi.stubEnv("NODE_ENV", "development");
    await serve(make(), { port: 0, host: "0.0.0.0" });
  });

  it("a boot warns once about what is volatile or weak, with the fix", async () => {
    vi.stubEnv("NODE_ENV", "production");
    const log = vi.fn<(message: string, details: object) => void>();
    const endpoint = make({ log, limits: { eventsPerSecond: Infinity } });
    await serve(endpoint, { port: 0 });
    await serve(endpoint, { port: 0 });
    const said = log.mock.calls.map(([message]) => message);
    expect(said).toEqual([expect.stringContaining("has no url"), "These limits are off: eventsPerSecond."]);
    expect(log.mock.calls.every(([, details]) => "fix" in details)).toBe(true);
    log.mockClear();
    const quiet = make({ log, url: "https://app.example", revocations: { revoke() {}, revokedAt: () => undefined } });
    await serve(quiet, { port: 0 });
    expect(log).not.toHaveBeenCalled();
  });
});

it("a draining endpoint refuses new handshakes but still serves pages", async () => {
  const endpoint = make({ limits: { drainStepFraction: 0.25, drainStepMs: 300 } });
  const { url } = await serve(endpoint, { port: 0 });
  const browser = new Browser(url);
  ends.push(() => browser.close());
  const sockets = [];
  for (let i = 0; i < 4; i++) sockets.push((await browser.open("/live-page")).socket);
  const closed = endpoint.close({ drain: true });
  expect(await handshakeStatus(url, { cookie: browser.cookie })).toBe(503);
  expect((await fetch(`${url}/live-page`)).status).toBe(200);
  expect(await Promise.all(sockets.map((socket) => socket.code()))).toEqual([1012, 1012, 1012, 1012]);
  await within(closed, "the end of the drain");
});
