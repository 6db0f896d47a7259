// What costs a server memory without a single valid message: connections that say nothing, frames that mean nothing, clients that only send.
import { connect, type Socket } from "node:net";
import { html, liveView, userSocket } from "holdfast";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { z } from "zod";
import { startLab, type Lab } from "../support/lab.js";
import { RawSocket } from "../support/raw-socket.js";
import { Gate, within } from "../support/wait.js";
import { attack, ONCE } from "./support/attack.js";

const ran: string[] = [];
const hit = (what: string): void => void ran.push(what);
let gate: Gate;

const Desk = liveView.define({
  name: "Desk",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: {
    slow: {
      from: "anywhere",
      async handle() {
        hit("slow");
        await gate.wait();
      },
    },
    inc: {
      handle(socket) {
        hit("inc");
        socket.update("count", (count) => count + 1);
      },
    },
    amount: { from: "anywhere", params: z.object({ amount: z.number() }), handle: (_socket, { amount }) => hit(`amount ${amount}`) },
  },
  render: ({ count }, on) => html`<b phx-click=${on.inc}>${count}</b>`,
});

/** Tracks whatever its clients say, as a careless application does. */
const chat = userSocket({
  connect: ({ params }) => ({ name: String(params["name"]) }),
  channels: (channel) => ({
    "room:*": channel({
      params: z.record(z.string(), z.unknown()),
      join(socket, { params }) {
        socket.track(socket.assigns.name, params);
        return {};
      },
      handleIn: { mood: { params: z.record(z.string(), z.unknown()), handle: ({ assigns, update }, meta) => update(assigns.name, meta) } },
    }),
  }),
});

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ "/": Desk }, {
    sockets: { "/chat": chat },
    limits: { headerMs: 500, requestMs: 1_000, socketsPerIp: Infinity, eventsPerSecond: 1_000, eventBurst: 1_000, waitingFrameBytes: 256 * 1024 },
  });
});
afterAll(() => lab.close());
beforeEach(() => {
  ran.length = 0;
  gate = new Gate();
});
afterEach(() => lab.cut());

const portOf = ({ base }: Lab): number => Number(new URL(base).port);

/** A connection, and a promise of its end. */
function dial(text = ""): { readonly socket: Socket; readonly closed: Promise<void> } {
  const socket = connect(portOf(lab), "127.0.0.1").on("error", () => {}).resume();
  if (text !== "") socket.write(text);
  return { socket, closed: new Promise((resolve) => socket.once("close", () => resolve())) };
}

const handshake = (headers: readonly string[] = []): string => [
  "GET /live/websocket?vsn=2.0.0 HTTP/1.1", `Host: 127.0.0.1:${portOf(lab)}`, `Origin: ${lab.base}`, "Connection: Upgrade", "Upgrade: websocket",
  "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", ...headers, "", "",
].join("\r\n");

attack("half-open", { small: { connections: 150 }, full: { connections: 3_000 } }, async ({ tally, figure, size: { connections } }) => {
  const beginnings = [
    "", "G", handshake().slice(0, 70), handshake().slice(0, -2), `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(8_000)}`,
    "POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n_csrf", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  ];
  const all = Array.from({ length: connections }, (_, n) => dial(beginnings[n % beginnings.length]));
  // While they stand, others come in.
  const began = performance.now();
  const visitor = await lab.open("/");
  expect(await visitor.event("inc")).toMatchObject({ status: "ok" });
  tally.held();
  figure("visitor-ms", Math.round(performance.now() - began));
  await within(Promise.all(all.map(({ closed }) => closed)), "the end of every half-open connection");
  tally.refused(connections);
  expect(ran).toEqual(["inc"]);
  expect(await visitor.event("inc")).toMatchObject({ status: "ok" });
  tally.held();
});

/** A frame of the client's, masked with zeros. Shorter than 126 bytes. */
const frame = (opcode: number, text = "", fin = true): Buffer =>
  Buffer.concat([Buffer.of((fin ? 0x80 : 0) | opcode, 0x80 | text.length, 0, 0, 0, 0), Buffer.from(text)]);

/** A socket by hand, behind its handshake; `head` is the response. */
async function byHand(headers?: readonly string[]): Promise<{ readonly socket: Socket; readonly head: string; readonly closed: Promise<void>; readonly got: () => Buffer }> {
  const { socket, closed } = dial(handshake(headers));
  let got = Buffer.alloc(0);
  const head = await within(new Promise<string>((resolve) => {
    socket.on("data", (data: Buffer) => {
      got = Buffer.concat([got, data]);
      if (got.includes("\r\n\r\n")) resolve(got.toString("latin1"));
    });
  }), "the handshake's answer");
  expect(head).toMatch(/^HTTP\/1\.1 101 /);
  return { socket, head, closed, got: () => got.subarray(head.length) };
}

/** Writes until the other side has closed. */
async function flood(socket: Socket, closed: Promise<void>, chunk: Buffer, most: number): Promise<number> {
  let open = true;
  const end = closed.then(() => void (open = false));
  let sent = 0;
  while (open && sent < most) {
    sent++;
    const more = socket.write(chunk);
    await (more ? new Promise((resolve) => setImmediate(resolve)) : Promise.race([end, new Promise((resolve) => socket.once("drain", resolve))]));
  }
  return sent;
}

attack("control-frames", ONCE, async ({ tally, figure }) => {
  const visitor = await lab.open("/");
  // Pings whose pongs nobody reads: ended instead of kept.
  const deaf = await byHand();
  deaf.socket.pause();
  figure("pings", 100 * await flood(deaf.socket, deaf.closed, Buffer.concat(Array.from({ length: 100 }, () => frame(9, "x".repeat(125)))), 100_000));
  // The end is read behind the pongs that have arrived.
  deaf.socket.resume();
  await within(deaf.closed, "the end of a socket that only pings");
  tally.refused();
  // A message of nothing but empty pieces.
  const pieces = await byHand();
  pieces.socket.write(Buffer.concat([frame(1, "", false), ...Array.from({ length: 5_000 }, () => frame(0, "", false))]));
  await within(pieces.closed, "the end of a message in empty pieces");
  expect(pieces.got().readUInt16BE(2)).toBe(1008);
  tally.refused();
  // Compression is not spoken, whoever offers it: a small frame stays small.
  for (const offer of ["permessage-deflate", "permessage-deflate; client_max_window_bits, permessage-deflate; server_max_window_bits=8", "x-webkit-deflate-frame"]) {
    const bomb = await byHand([`Sec-WebSocket-Extensions: ${offer}`]);
    expect(bomb.head).not.toMatch(/sec-websocket-extensions/i);
    const compressed = frame(1, "x");
    compressed[0]! |= 0x40;
    bomb.socket.write(compressed);
    await within(bomb.closed, "the end of a compressed frame");
    expect(bomb.got().readUInt16BE(2)).toBe(1002);
    tally.refused();
  }
  expect(ran).toEqual([]);
  // A client that reads its pongs may ping.
  const polite = await byHand();
  polite.socket.write(frame(9, "still there?"));
  await within(new Promise<void>((resolve) => polite.socket.on("data", () => polite.got().includes("still there?") && resolve())), "a pong");
  expect(await visitor.event("inc")).toMatchObject({ status: "ok" });
  tally.held(2);
  polite.socket.destroy();
});

attack("awaiting-handlers", { small: { events: 5_000 }, full: { events: 50_000 } }, async ({ tally, size: { events } }) => {
  const flooder = await lab.open("/");
  const visitor = await lab.open("/");
  for (let n = 0; n < events; n++) flooder.sendEvent("slow", { pad: "x".repeat(200) });
  await within(gate.entered, "the first handler");
  // One handler of the flooder's runs, and no other; everybody else is served.
  for (let n = 0; n < 20; n++) expect(await visitor.event("inc")).toMatchObject({ status: "ok" });
  expect(ran.filter((what) => what === "slow")).toHaveLength(1);
  tally.refused(events - 1);
  tally.held(20);
  // Its socket is not read, and is found to be gone all the same: then nothing of what waits is handled.
  await lab.cut();
  expect(lab.endpoint.connections).toBe(0);
  gate.open();
  await (await lab.open("/")).event("inc");
  expect(ran.filter((what) => what === "slow")).toHaveLength(1);
});

attack("presence-metas", { small: { updates: 200 }, full: { updates: 5_000 } }, async ({ tally, size: { updates } }) => {
  const victim = await RawSocket.connect(lab.base, { path: "/chat/websocket?name=victim" });
  const mallory = await RawSocket.connect(lab.base, { path: `/chat/websocket?name=${"m".repeat(2_000)}` });
  try {
    expect(await victim.call("1", "room:1", "phx_join", { calm: true })).toMatchObject({ status: "ok" });
    const { victim: before } = lab.endpoint.presences.list("room:1");
    expect(await mallory.call("1", "room:1", "phx_join", { pad: "x".repeat(30_000) })).toMatchObject({ status: "ok" });
    // Whatever it sends, and however often, it is one entry with one meta, no longer than a frame.
    for (let n = 0; n < updates; n++) {
      expect(await mallory.call("1", "room:1", "mood", { n, pad: "x".repeat(3_000), phx_ref: before!.metas[0]!.phx_ref, __proto__: { admin: true } })).toMatchObject({ status: "ok" });
      tally.refused();
    }
    const { victim: after, ...others } = lab.endpoint.presences.list("room:1");
    expect(after).toEqual(before);
    expect(Object.values(others).map(({ metas }) => metas.length)).toEqual([1]);
    expect(JSON.stringify(others).length).toBeLessThan(7_000);
    // A meta longer than a frame, joins in the same topic, a key that would be a prototype.
    mallory.send("1", "9000000", "room:1", "mood", { pad: "x".repeat(200_000) });
    expect(await mallory.code()).toBe(1009);
    const prototype = await RawSocket.connect(lab.base, { path: "/chat/websocket?name=__proto__" });
    expect((await prototype.call("1", "room:1", "phx_join", {})).status).toBe("error");
    prototype.terminate();
    tally.refused(2);
    await expect.poll(() => Object.keys(lab.endpoint.presences.list("room:1"))).toEqual(["victim"]);
    expect(await victim.call("1", "room:1", "mood", { calm: false })).toMatchObject({ status: "ok" });
    tally.held();
  } finally {
    victim.terminate();
    mallory.terminate();
  }
});

attack("odd-json", ONCE, async ({ tally }) => {
  const view = await lab.open("/");
  const send = async (value: string): Promise<string> => {
    const ref = view.socket.ref();
    view.socket.raw(`["${view.socket.joinRefs.get(view.topic)!}","${ref}","${view.topic}","event",{"type":"click","event":"amount","value":${value}}]`);
    return (await view.socket.reply(ref)).status;
  };
  const deep = 25_000;
  for (const value of [
    '{"amount":1e999}', '{"amount":-1e999}', `{"amount":1${"0".repeat(400)}}`, '{"amount":"1"}', '{"amount":[1]}', '{"amount":{"valueOf":1}}', '{"amount":1,"amount":"2"}',
    '{"__proto__":{"amount":1}}', '{"constructor":{"prototype":{"amount":1}}}', `${"[".repeat(deep)}${"]".repeat(deep)}`, `${'{"amount":'.repeat(5_000)}1${"}".repeat(5_000)}`,
    `{"amount":1,${Array.from({ length: 2_000 }, (_, n) => `"k${n}":0`).join()}}`, "1e999", "null", '"amount"',
  ]) {
    expect({ value: value.slice(0, 40), status: await send(value) }).toEqual({ value: value.slice(0, 40), status: "ok" });
    expect({ value: value.slice(0, 40), ran }).toEqual({ value: value.slice(0, 40), ran: [] });
    tally.refused();
  }
  for (const value of ['{"amount":1e3}', '{"amount":"2","amount":1000}']) await send(value);
  expect(ran).toEqual(["amount 1000", "amount 1000"]);
  expect(({} as { amount?: unknown }).amount).toBeUndefined();
  tally.held(2);
});
