// A client that is answered before it has sent everything can read its answer, however slowly it sends the rest.
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { createEndpoint, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import { afterEach, describe, expect, it } from "vitest";
import { within } from "../support/wait.js";

const KIB = 1024;
const psk = { psk: Buffer.alloc(16, 7), identity: "test" };
const TLS = { ciphers: "PSK-AES128-GCM-SHA256", maxVersion: "TLSv1.2" } as const satisfies ServerOptions;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Opened {
  readonly endpoint: Endpoint;
  /** The client's end of the connection. It has read nothing yet. */
  readonly client: Socket;
  /** The server's end. */
  readonly socket: Socket;
}

async function open({ https = false, requestMs = 30_000 } = {}): Promise<Opened> {
  const server = https
    ? createHttpsServer({ ...TLS, pskCallback: () => psk.psk, pskIdentityHint: "test" })
    : createServer();
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {},
    limits: { bodyBytes: 64 * KIB, requestMs, closeGraceMs: 600_000 },
    csrfExempt: (path) => path === "/machine",
    routes: (app) => app.post("/machine", async (c) => c.json((await c.req.text()).length)).post("/form", (c) => c.text("ok")),
  });
  const { port } = await serve(endpoint, { server, port: 0 });
  ends.push(() => endpoint.close());
  const connected = once(server, https ? "secureConnection" : "connection");
  const address = { port, host: "127.0.0.1", allowHalfOpen: true };
  const client = https
    ? connectTls({ ...address, ...TLS, checkServerIdentity: () => undefined, pskCallback: () => psk })
    : connect(address);
  ends.push(() => client.destroy());
  client.on("error", () => {});
  const [socket] = (await within(connected, "a connection")) as [Socket];
  return { endpoint, client, socket };
}

const head = (path: string, ...fields: readonly string[]): string =>
  `${[`POST ${path} HTTP/1.1`, "Host: 127.0.0.1", ...fields].join("\r\n")}\r\n\r\n`;
const LONG = `Content-Length: ${4 * KIB ** 2}`;
const CHUNK = `${(64 * KIB).toString(16)}\r\n${"x".repeat(64 * KIB)}\r\n`;

const CASES: readonly [string, { https?: boolean; pauseMs?: number }, string, number][] = [
  ["whose stated length is too long", {}, head("/machine", LONG), 413],
  ["whose chunks become too many", {}, head("/machine", "Transfer-Encoding: chunked") + CHUNK + CHUNK, 413],
  ["without a token", {}, head("/form", "Content-Type: application/json", LONG), 403],
  // For longer than the half second after which an unread body ends the connection.
  ["that asks for the connection's end", { pauseMs: 15 }, head("/machine", "Connection: close", LONG), 413],
  ["for two hosts", {}, head("/machine", "Host: other", LONG), 400],
  ["over TLS", { https: true }, head("/machine", LONG), 413],
];

describe("a request that is refused while its body is under way", () => {
  it.each(CASES)("%s is answered to a client that reads nothing before it has sent all", async (_what, { https = false, pauseMs = 0 }, text, status) => {
    const { client, socket } = await open({ https });
    const ended = once(socket, "finish");
    client.write(text);
    // The server has answered and has ended its half of the connection. Only now does the rest go out.
    await within(ended, "the server's end");
    for (let i = 0; i < 64; i++) {
      await within(new Promise((resolve) => client.write(CHUNK, resolve)), "the body is taken");
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    expect(client.errored).toBeNull();
    let answer = "";
    client.on("data", (data: Buffer) => (answer += data.toString()));
    await within(once(client, "end"), "the end of the answer");
    client.end();
    const [hadError] = (await within(once(client, "close"), "the connection's end")) as [boolean];
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const [, fields, body] = /^([^]*?)\r\n\r\n([^]*)$/.exec(answer)!;
    expect(body!.length).toBe(Number(/content-length: (\d+)/i.exec(fields!)![1]));
    expect(hadError).toBe(false);
  });

  it("leaves its connection to the next one if its body has come", async () => {
    const { client } = await open();
    const body = "x".repeat(100);
    const request = `${head("/form", "Content-Type: application/json", "Content-Length: 100")}${body}`;
    client.write(request + request + head("/machine", "Content-Length: 100", "Connection: close") + body);
    let answers = "";
    client.on("data", (data: Buffer) => (answers += data.toString()));
    await within(once(client, "end"), "the end of the answers");
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 403", "HTTP/1.1 403", "HTTP/1.1 200"]);
  });

  it("is cut when its time is over, though its client sends forever", async () => {
    const { client, socket } = await open({ requestMs: 1_000 });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    client.write(head("/machine", "Connection: close", "Transfer-Encoding: chunked") + CHUNK + CHUNK);
    const more = setInterval(() => client.write("1\r\nx\r\n"), 5);
    await within(closed, "the cut").finally(() => clearInterval(more));
  });

  it("does not hold up the endpoint's end", async () => {
    const { endpoint, client, socket } = await open();
    const ended = once(socket, "finish");
    client.write(head("/machine", "Connection: close", LONG));
    await within(ended, "the server's end");
    const more = setInterval(() => client.write("x"), 5);
    // Left alone, the client would be listened to for 30 s.
    await within(endpoint.close(), "the endpoint is closed", 20_000).finally(() => clearInterval(more));
  });
});
