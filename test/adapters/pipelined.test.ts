// Requests that a client sends on one connection without waiting for their answers.
import { connect, type Socket } from "node:net";
import { createEndpoint, type Endpoint, type EndpointOptions } from "holdfast";
import { serve } from "holdfast/node";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Gate, within } from "../support/wait.js";

let endpoint: Endpoint;
let url: string;
let sockets: Socket[];
/** The requests that began, in order, and in which turn of the event loop. */
let began: { readonly what: string; readonly turn: number }[];
let running: number;
let most: number;
/** What the next request to /slow waits for. */
let gate: Gate;
let turn: number;
let ticking: NodeJS.Immediate;

beforeEach(async () => {
  [sockets, began, running, most, gate, turn] = [[], [], 0, 0, new Gate(), 0];
  const tick = (): void => {
    turn++;
    ticking = setImmediate(tick);
  };
  tick();
  await begin({});
});
afterEach(async () => {
  clearImmediate(ticking);
  gate.open();
  for (const socket of sockets) socket.destroy();
  await endpoint.close();
});

async function begin(limits: EndpointOptions["limits"]): Promise<void> {
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, live: [], csrfExempt: () => true, limits,
    routes: (app) => {
      app.use(async (c, next) => {
        began.push({ what: c.req.query("n") ?? c.req.path, turn });
        most = Math.max(most, ++running);
        await next();
        running--;
      });
      app.get("/", (c) => c.text(`answer ${c.req.query("n")};`));
      app.post("/", async (c) => c.text(`answer ${c.req.query("n")} ${await c.req.text()};`));
      app.get("/slow", async (c) => {
        await gate.wait();
        return c.text("slow;");
      });
    },
  });
  url = (await serve(endpoint, { port: 0 })).url;
}

const get = (path: string, fields = ""): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${fields}\r\n`;

/** A connection, with everything that it has received. */
function open(): { readonly socket: Socket; has(text: string): Promise<string>; readonly closed: Promise<unknown> } {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  sockets.push(socket);
  let received = "";
  const looks: (() => void)[] = [];
  socket.on("error", () => {}).on("data", (data: Buffer) => {
    received += data.toString("latin1");
    for (const look of looks) look();
  });
  const has = (text: string): Promise<string> => within(new Promise<string>((resolve) => {
    const look = (): void => void (received.includes(text) && resolve(received));
    looks.push(look);
    look();
  }), text);
  return { socket, has, closed: within(new Promise((resolve) => socket.once("close", resolve)), "the close of the connection") };
}

it.each([["plain ones", ""], ["offers of another protocol", "Connection: Upgrade\r\nUpgrade: h2c\r\n"]])(
  "each begins when the one before it is answered, in a turn of its own: %s", async (_what, offer) => {
    const { socket, has } = open();
    socket.write(Array.from({ length: 80 }, (_, n) => get(`/?n=${n}`, offer)).join(""));
    expect((await has("answer 79;")).match(/(?<=answer )\d+/g)).toEqual(Array.from({ length: 80 }, (_, n) => String(n)));
    expect(most).toBe(1);
    expect(new Set(began.map(({ turn: of }) => of)).size).toBe(80);
  });

it("they keep their bodies", async () => {
  const { socket, has } = open();
  const post = (n: number, body: string): string => `POST /?n=${n} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  socket.write([post(1, "one"), post(2, "x".repeat(100_000)), get("/?n=3"), post(4, "")].join(""));
  expect((await has("answer 4 ;")).match(/(?<=answer )\d \w*(?=;)|(?<=answer )3(?=;)/g)).toEqual(["1 one", `2 ${"x".repeat(100_000)}`, "3", "4 "]);
});

it("those behind a slow one wait, and other connections do not", async () => {
  const first = open();
  first.socket.write(get("/slow") + get("/?n=1"));
  await within(gate.entered, "the slow request");
  const other = open();
  other.socket.write(get("/?n=2"));
  await other.has("answer 2;");
  expect(began.map(({ what }) => what)).toEqual(["/slow", "2"]);
  gate.open();
  expect(await first.has("answer 1;")).toMatch(/slow;[^]*answer 1;/);
});

it("more than a hundred that wait cut their connection, and none of them runs", async () => {
  const { socket, closed } = open();
  socket.write(get("/slow") + Array.from({ length: 2_000 }, (_, n) => get(`/?n=${n}`)).join(""));
  await closed;
  gate.open();
  const other = open();
  other.socket.write(Array.from({ length: 101 }, (_, n) => get(`/?n=${n}`)).join(""));
  await other.has("answer 100;");
  expect(began.map(({ what }) => what)).toEqual(["/slow", ...Array.from({ length: 101 }, (_, n) => String(n))]);
});

it("a connection that its client cuts begins no more of them", async () => {
  const { socket, closed } = open();
  socket.write(get("/slow") + get("/?n=1"));
  await within(gate.entered, "the slow request");
  socket.resetAndDestroy();
  await closed;
  gate.open();
  const other = open();
  other.socket.write(get("/?n=2"));
  await other.has("answer 2;");
  expect(began.map(({ what }) => what)).toEqual(["/slow", "2"]);
});

const websocket = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${"A".repeat(22)}==\r\n`;

it.each([
  ["of the application's own sockets", get("/live/websocket", `Origin: ${"http://127.0.0.1"}\r\n${websocket}`)],
  ["of a path without a socket", get("/elsewhere", websocket)],
])("a handshake behind a slow one is answered behind it: %s", async (_what, handshake) => {
  const { socket, has } = open();
  socket.write(get("/slow") + handshake);
  await within(gate.entered, "the slow request");
  const other = open();
  other.socket.write(get("/?n=2"));
  await other.has("answer 2;");
  gate.open();
  expect(await has("slow;")).toMatch(/^HTTP\/1\.1 200 /);
  await has("slow;HTTP/1.1 4");
});

it.each([["a websocket", websocket], ["another protocol", "Connection: Upgrade\r\nUpgrade: h2c\r\n"]])(
  "where it offers %s, its connection is cut if the answers before it take too long: Node has dropped their timeouts", async (_what, offer) => {
    await endpoint.close();
    await begin({ requestMs: 500 });
    const { socket, closed } = open();
    socket.write(get("/slow") + get("/elsewhere", offer));
    await within(closed, "its connection is cut");
  });
