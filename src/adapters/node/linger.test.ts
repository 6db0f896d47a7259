import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Linger, type LingerBounds } from "./linger.js";

const LONG_MS = 600_000;
const UNBOUNDED: LingerBounds = { ms: LONG_MS, idleMs: LONG_MS, bytes: Infinity };
const KIB = 1024;

let server: Server;
/** The connection's two ends. */
let client: Socket;
let socket: Socket;
let requests: string[];
afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

/** A server that refuses a request by its head and closes, and a client that has its answer and has not sent its body. */
async function refused(bounds: Partial<LingerBounds>, lingers = true): Promise<Linger> {
  const linger = new Linger({ ...UNBOUNDED, ...bounds });
  requests = [];
  server = createServer((incoming, outgoing) => {
    requests.push(incoming.url!);
    if (lingers) linger.watch(incoming, outgoing);
    outgoing.writeHead(413, { connection: "close", "content-length": "8" }).end("too long");
  });
  server.on("connection", (connection) => (socket = connection));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  client = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", allowHalfOpen: true });
  client.setMaxListeners(0).on("error", () => {});
  let answer = "";
  client.on("data", (data: Buffer) => (answer += data.toString()));
  client.write(`POST / HTTP/1.1\r\nHost: example\r\nContent-Length: ${KIB ** 3}\r\n\r\n`);
  await new Promise((resolve) => client.once("end", resolve));
  expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*too long$/);
  return linger;
}

/** Sends so many bytes, or until the connection is closed; how many were sent. */
async function flood(most: number): Promise<number> {
  const chunk = Buffer.alloc(64 * KIB, "x");
  let sent = 0;
  while (sent < most && !client.destroyed) {
    await new Promise<unknown>((resolve) => client.once("close", resolve).write(chunk, resolve));
    sent += chunk.length;
  }
  return sent;
}

/** Resolves when the server has closed the connection. */
const cut = async (): Promise<void> => {
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
};

describe("a connection that is closed before its client has sent everything", () => {
  it("is read until the client ends it", async () => {
    await refused({});
    expect(await flood(4 * KIB ** 2)).toBe(4 * KIB ** 2);
    expect(socket.destroyed).toBe(false);
    client.end();
    await cut();
    expect(client.errored).toBeNull();
  });

  it("is reset if nobody lingers: that is what this is for", async () => {
    await refused({}, false);
    expect(await flood(64 * KIB ** 2)).toBeLessThan(64 * KIB ** 2);
    expect(client.errored).not.toBeNull();
  });

  it("takes nothing behind the body for another request", async () => {
    await refused({});
    client.end("GET /smuggled HTTP/1.1\r\nHost: example\r\n\r\n");
    await cut();
    expect(requests).toEqual(["/"]);
  });

  it("is cut after so much time, though the client goes on", async () => {
    await refused({ ms: 50 });
    await flood(Infinity);
    await cut();
  });

  it("is cut once the client has sent nothing for so long", async () => {
    await refused({ idleMs: 50 });
    await cut();
  });

  it("is cut after so many bytes", async () => {
    await refused({ bytes: KIB ** 2 });
    // What both systems buffer comes on top.
    expect(await flood(64 * KIB ** 2)).toBeLessThan(64 * KIB ** 2);
    await cut();
  });

  it("does not hold up the server's end", async () => {
    const linger = await refused({});
    const closed = once(server, "close");
    server.close();
    linger.close();
    await closed;
  });
});
