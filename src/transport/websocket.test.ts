import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { Writable } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { DEADLINE_MS } from "../../test/support/wait.js";
import { Connection, SocketRegistry, type Transport } from "../channel/index.js";
import { createPubSub } from "../pubsub/index.js";
import { defaultLimits, memoryRevocations, SessionValidity } from "../security/index.js";
import { TURN_MS } from "./frame-turns.js";
import { WebSocketTransport } from "./websocket.js";

const closing: (() => void)[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) close();
});

/** A server whose sockets are connected to `connectionOf`, by its URL. */
async function serve(transport: WebSocketTransport, connectionOf: (socket: Socket) => Partial<Connection>): Promise<string> {
  const server = createServer();
  server.on("upgrade", (request, socket, head) => transport.accept(request, socket, head, connectionOf(socket as Socket) as Connection));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A client, and the TCP socket below it. */
async function clientOf(url: string): Promise<{ ws: WebSocket; tcp: Socket }> {
  const ws = new WebSocket(url);
  closing.push(() => ws.terminate());
  ws.on("error", () => {}); // of a socket that a test resets
  const upgraded = new Promise<Socket>((resolve) => ws.once("upgrade", ({ socket }) => resolve(socket)));
  await new Promise((resolve) => ws.once("open", resolve));
  return { ws, tcp: await upgraded };
}

/** Sends all in one piece, so that the server reads it at once. */
function sendTogether({ ws, tcp }: { ws: WebSocket; tcp: Socket }, texts: readonly string[]): void {
  tcp.cork();
  for (const text of texts) ws.send(text);
  tcp.uncork();
}

test("more than 16 KiB queued for one socket is sent immediately, and all of it arrives in order", async () => {
  const texts = Array.from({ length: 40 }, (_, i) => String(i).padEnd(1000, "."));
  let writtenAtOnce = 0;
  const url = await serve(new WebSocketTransport(defaultLimits), (socket) => ({
    open(port) {
      const write = vi.spyOn(socket, "write");
      for (const text of texts) port.send(text);
      writtenAtOnce = write.mock.calls.length;
    },
    closed() {},
  }));
  const ws = new WebSocket(url);
  closing.push(() => ws.terminate());
  const got: string[] = [];
  await new Promise<void>((resolve) => {
    ws.on("message", (data: Buffer) => {
      if (got.push(data.toString()) === texts.length) resolve();
    });
  });
  expect(got).toEqual(texts);
  // 17 frames of 1,004 bytes are the first that are more than 16 KiB; a slow machine sends more, not to let the first wait.
  expect(writtenAtOnce).toBeGreaterThanOrEqual(34);
});

test("a client that does not answer a close frame is cut after `closeGraceMs`", async () => {
  let port: Transport | undefined;
  let closed = 0;
  const url = await serve(new WebSocketTransport({ ...defaultLimits, closeGraceMs: 50 }), () => ({
    open: (opened) => void (port = opened), closed: () => void closed++,
  }));
  const { ws } = await clientOf(url);
  ws.pause(); // what it does not read it cannot answer
  port!.close(1001, "over");
  expect(closed).toBe(0);
  // ws by itself would wait for 30 s.
  await vi.waitFor(() => expect(closed).toBe(1), { timeout: 20_000 });
});

describe("a client that does not end its own side", () => {
  /** A client that has read what the server sent until it ended its side, and the server's socket. */
  async function halfClosed(frame: Buffer): Promise<{ client: Socket; received: Buffer; socket: Socket; closed: () => number }> {
    let closed = 0;
    let socket: Socket | undefined;
    const url = await serve(new WebSocketTransport(defaultLimits), (accepted) => {
      socket = accepted;
      return { messageBytes: 1000, open() {}, close() {}, closed: () => void closed++ };
    });
    const { port, hostname } = new URL(url);
    const client = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    closing.push(() => client.destroy());
    const parts: Buffer[] = [];
    client.on("data", (part: Buffer) => parts.push(part));
    const ended = new Promise((resolve) => client.once("end", resolve));
    client.write([
      "GET / HTTP/1.1", `host: ${hostname}`, "connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13",
      `sec-websocket-key: ${"A".repeat(22)}==`, "", "",
    ].join("\r\n"));
    client.write(frame);
    await ended;
    return { client, received: Buffer.concat(parts), socket: socket!, closed: () => closed };
  }

  test("costs the server no socket once both have sent their close frames", async () => {
    const { client, received, socket, closed } = await halfClosed(Buffer.of(0x88, 0x80, 0, 0, 0, 0)); // masked, without a code
    expect(received.subarray(-2)).toEqual(Buffer.of(0x88, 0));
    // ws itself would wait for the client for 30 s.
    await vi.waitFor(() => expect([socket.destroyed, closed()]).toEqual([true, 1]), { timeout: 20_000 });
    expect(client.writable).toBe(true);
  });

  test("costs no error of Node's for a stream that is ended again", async () => {
    const { end } = Writable.prototype;
    let again = 0;
    vi.spyOn(Writable.prototype, "end").mockImplementation(function (this: Writable, ...values: unknown[]) {
      if (this.writableFinished) again++;
      return Reflect.apply(end, this, values) as Writable;
    });
    const { closed } = await halfClosed(Buffer.of(0x88, 0x80, 0, 0, 0, 0));
    await vi.waitFor(() => expect(closed()).toBe(1), { timeout: 20_000 });
    expect(again).toBe(0);
  });

  test("is read on after a frame that was too long: a reset would take away the close frame that says so", async () => {
    const { client, received, socket } = await halfClosed(Buffer.of(0x82, 0xfe, 0xff, 0xff, 0, 0, 0, 0)); // of 65,535 bytes
    expect(received.subarray(-4)).toEqual(Buffer.of(0x88, 2, 1009 >> 8, 1009 & 0xff));
    const outcome = new Promise((resolve) => client.once("error", resolve).once("close", () => resolve("closed")));
    for (let i = 0; i < 100; i++) await new Promise((resolve) => client.write(Buffer.alloc(65_535), resolve));
    expect(socket.destroyed).toBe(false);
    client.end();
    expect(await outcome).toBe("closed");
  });
});

describe("when a turn of the event loop has no time left for frames", () => {
  const texts = Array.from({ length: 20 }, (_, i) => String(i));

  /** A server whose frames take a whole turn each; it notes what it handles and answers each frame with itself. */
  class SlowServer {
    url = "";
    readonly log: string[] = [];
    /** For each frame, whether the socket was read while it was handled. */
    readonly reading: boolean[] = [];
    port: Transport | undefined;
    /** How often its socket has stopped being read. */
    pauses: () => number = () => 0;
    onFrame: (text: string) => void = () => {};

    static async start(): Promise<SlowServer> {
      const slow = new SlowServer();
      let now = 0;
      slow.url = await serve(new WebSocketTransport(defaultLimits, () => now), (socket) => ({
        open(port) {
          slow.port = port;
          const pause = vi.spyOn(socket, "pause");
          slow.pauses = () => pause.mock.calls.length;
        },
        heard() {},
        receiveText(text) {
          now += TURN_MS;
          slow.log.push(text);
          slow.reading.push(!socket.isPaused());
          slow.port!.send(text);
          slow.onFrame(text);
        },
        closed: () => void slow.log.push("closed"),
      }));
      return slow;
    }
  }

  test("a socket's frames are handled in order in later turns, and its close frame is answered behind them", async () => {
    const server = await SlowServer.start();
    const client = await clientOf(server.url);
    const got: string[] = [];
    client.ws.on("message", (data: Buffer) => void got.push(data.toString()));
    const closed = new Promise((resolve) => client.ws.once("close", resolve));
    sendTogether(client, texts);
    client.ws.close(4000);
    expect(await closed).toBe(4000);
    expect(got).toEqual(texts);
    await vi.waitFor(() => expect(server.log).toEqual([...texts, "closed"]), DEADLINE_MS);
  });

  test("a connection that is reset meanwhile ends behind its frames", async () => {
    const server = await SlowServer.start();
    const client = await clientOf(server.url);
    server.onFrame = (text) => {
      if (text === "0") client.tcp.resetAndDestroy();
    };
    sendTogether(client, texts);
    await vi.waitFor(() => expect(server.log.at(-1)).toBe("closed"), DEADLINE_MS);
    expect(server.log).toEqual([...texts, "closed"]);
  });

  test("its socket is not read, and nothing is handled any more once the server has closed it", async () => {
    const server = await SlowServer.start();
    const client = await clientOf(server.url);
    server.onFrame = (text) => {
      if (text === "3") server.port!.close(1001, "enough");
    };
    const closed = new Promise((resolve) => client.ws.once("close", resolve));
    sendTogether(client, texts);
    expect(await closed).toBe(1001);
    await vi.waitFor(() => expect(server.log).toEqual(["0", "1", "2", "3", "closed"]), DEADLINE_MS);
    // The first was handled when it was read.
    expect(server.reading).toEqual([true, false, false, false]);
  });

  test("a socket is still read while only one of its frames waits", async () => {
    const server = await SlowServer.start();
    const client = await clientOf(server.url);
    sendTogether(client, ["0", "1"]);
    await vi.waitFor(() => expect(server.log).toEqual(["0", "1"]), DEADLINE_MS);
    expect(server.pauses()).toBe(0);
    sendTogether(client, ["2", "3", "4"]);
    await vi.waitFor(() => expect(server.log.at(-1)).toBe("4"), DEADLINE_MS);
    expect(server.pauses()).toBe(1);
  });

  test("a pause of the connection outlasts the queue: what comes later is read when it resumes", async () => {
    const server = await SlowServer.start();
    const client = await clientOf(server.url);
    const last = new Promise<void>((resolve) => {
      server.onFrame = (text) => {
        if (text === "0") server.port!.pause();
        if (text === "19") resolve();
      };
    });
    sendTogether(client, texts);
    await last;
    client.ws.send("later");
    // A frame of another socket comes through meanwhile.
    const other = await clientOf(await serve(new WebSocketTransport(defaultLimits), () => echo()));
    await echoed(other.ws);
    expect(server.log).toEqual(texts);
    server.port!.resume();
    await vi.waitFor(() => expect(server.log).toEqual([...texts, "later"]), DEADLINE_MS);
  });

  test("a socket whose frame waits is not idle", async () => {
    const registry = new SocketRegistry(defaultLimits, new SessionValidity(memoryRevocations()), createPubSub());
    closing.push(() => registry.stop());
    let now = 0;
    const at = vi.spyOn(Date, "now").mockReturnValue(1_000_000);
    const limits = { ...defaultLimits, firstJoinMs: Infinity };
    const connections: Connection[] = [];
    const url = await serve(new WebSocketTransport(defaultLimits, () => now), () => {
      const handshake = { session: undefined, stale: false, origin: "", info: { peer: "127.0.0.1" } as Connection["info"] };
      const connection = new Connection(handshake, { join: () => undefined }, registry, limits);
      connections.push(connection);
      return connection;
    });
    const [first, second] = [await clientOf(url), await clientOf(url)];
    const receive = connections[0]!.receiveText.bind(connections[0]!);
    const waits = new Promise<string | undefined>((resolve) => {
      const heard = connections[1]!.heard.bind(connections[1]!);
      connections[1]!.heard = () => {
        heard();
        resolve(connections[1]!.overdue(Date.now() + 2));
      };
    });
    connections[0]!.receiveText = (...frame) => {
      now += TURN_MS;
      receive(...frame);
    };
    at.mockReturnValue(1_000_000 + limits.idleMs - 1);
    const heartbeat = JSON.stringify([null, "1", "phoenix", "heartbeat", {}]);
    sendTogether(first, [heartbeat, heartbeat]);
    sendTogether(second, [heartbeat]);
    expect(await waits).toBeUndefined();
  });

  test("a thousand frames of a hundred sockets take many turns, and a handshake is answered among them", async () => {
    let now = 0;
    let handled = 0;
    let most = 0;
    let counting = true;
    const count = (): void => {
      most = Math.max(most, handled);
      handled = 0;
      if (counting) setImmediate(count);
    };
    const url = await serve(new WebSocketTransport(defaultLimits, () => now), () => {
      const echoes = echo();
      return {
        ...echoes,
        receiveText(text, bytes) {
          now++;
          handled++;
          echoes.receiveText!(text, bytes);
        },
      };
    });
    const flood = await Promise.all(Array.from({ length: 100 }, () => clientOf(url)));
    // It lasts until the handshake is answered: each answer is sent again.
    for (const { ws } of flood) ws.on("message", (data: Buffer) => ws.send(data.toString()));
    for (const client of flood) sendTogether(client, texts.slice(0, 10));
    count();
    const late = await clientOf(url);
    await echoed(late.ws);
    counting = false;
    // A frame takes a millisecond. The count's turn may begin in the middle of one and end in the middle of the next.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(2 * TURN_MS);
  });
});

/** A connection that answers each frame with itself. */
function echo(): Partial<Connection> {
  let port: Transport | undefined;
  return { open: (opened) => void (port = opened), heard() {}, receiveText: (text) => port!.send(text), closed() {} };
}

/** Resolves when the socket has had an answer. */
function echoed(ws: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    ws.once("message", () => resolve());
    ws.send("?");
  });
}
