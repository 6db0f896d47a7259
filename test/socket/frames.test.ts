import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Page } from "../support/browser.js";
import { startFixture, type Fixture } from "../support/fixture-app.js";
import type { RawSocket } from "../support/raw-socket.js";
import { within } from "../support/wait.js";

let app: Fixture;
let bystander: { page: Page; socket: RawSocket };
beforeAll(async () => {
  app = await startFixture();
});
afterAll(() => app.close());
beforeEach(async () => {
  bystander = await app.browser().open("/");
  app.calls.clear();
});
afterEach(() => app.cut());

/** Another socket's view answers, and a new page can be opened: nobody else noticed. */
async function othersAnswer(): Promise<void> {
  expect((await bystander.socket.event(bystander.page, "inc")).response).toHaveProperty("diff");
  const { page, socket } = await app.browser().open("/");
  expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
}

describe("a frame that is no message closes its socket, and nothing else", () => {
  const ref = '"1","2","lv:x","event",{}';
  it.each<[string, string | Uint8Array, number]>([
    ["not JSON", "hello", 1011], ["empty", "", 1011], ["half a frame", '["1","2","lv:x"', 1011],
    ["an object", "{}", 1011], ["null", "null", 1011], ["a number", "7", 1011], ["too few elements", '["1","2","lv:x","e"]', 1011],
    ["too many elements", `[${ref},1]`, 1011], ["a number as join ref", '[1,"2","lv:x","event",{}]', 1011],
    ["a number as ref", '["1",2,"lv:x","event",{}]', 1011], ["a word as ref", '["1","x","lv:x","event",{}]', 1011],
    ["a negative ref", '["1","-2","lv:x","event",{}]', 1011], ["an endless ref", `["1","${"9".repeat(400)}","lv:x","event",{}]`, 1011],
    ["an object as topic", '["1","2",{},"event",{}]', 1011], ["null as event", '["1","2","lv:x",null,{}]', 1011],
    ["an array of arrays", "[[],[],[],[],[]]", 1011], ["60,000 open brackets", "[".repeat(60_000), 1011],
    ["binary: empty", new Uint8Array(0), 1011], ["binary: random", Uint8Array.from({ length: 300 }, (_, i) => (i * 7919) % 256), 1011],
    ["binary: lengths beyond the end", Uint8Array.of(0, 255, 255, 255, 255, 1), 1011],
    ["binary: another kind", Uint8Array.of(9, 1, 1, 1, 1, 49, 50, 51, 52), 1011],
    ["binary: a word as ref", Uint8Array.of(0, 1, 1, 1, 1, 120, 120, 120, 120), 1011],
    ["binary: text in wrong UTF-8", Uint8Array.of(0, 1, 1, 2, 1, 0xff, 0xfe, 0xc0, 0x80, 0x41), 1011],
    ["70 KiB of text", JSON.stringify(["1", "2", "lv:x", "event", "x".repeat(70 * 1024)]), 1009],
    ["9 MB of text", "x".repeat(9_000_000), 1009], ["130 KiB of binary", new Uint8Array(130 * 1024), 1009],
  ])("%s", async (_what, data, code) => {
    const { page, socket } = await app.browser().open("/");
    app.calls.clear();
    socket.raw(data);
    const after = socket.sendEvent(page, "inc");
    expect(await socket.code()).toBe(code);
    expect(app.calls.log).toEqual([]);
    expect(socket.frames.filter(([, r]) => r === after)).toEqual([]);
    await othersAnswer();
  });

  it("70 KiB of text, but for a session that is logged in: it may send them", async () => {
    const { page, socket } = await (await app.loggedIn(1)).open("/");
    expect(await socket.event(page, "anything", { text: "x".repeat(70 * 1024) })).toEqual({ status: "ok", response: {} });
    expect(app.calls.of("anything")).toBe(1);
  });

  it("more fragments than allowed; as many as allowed are one message", async () => {
    const { page, socket } = await app.browser().open("/");
    const text = JSON.stringify([socket.joinRefs.get(page.topic), "50", page.topic, "event", { event: "inc", value: {} }]);
    const cut = (pieces: number): void => {
      for (let i = 0; i < pieces; i++) {
        socket.ws.send(i < pieces - 1 ? text[i]! : text.slice(i), { fin: i === pieces - 1 });
      }
    };
    cut(64);
    expect((await socket.reply("50")).response).toEqual({ diff: { 0: "1" } });
    cut(65);
    expect(await socket.code()).toBe(1008);
    expect(app.calls.of("inc")).toBe(1);
    await othersAnswer();
  });
});

describe("bytes that no websocket client would send", () => {
  /** A handshake by hand; gives the socket behind it. */
  async function byHand(): Promise<Socket> {
    const { port } = new URL(app.base);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write([
      "GET /live/websocket?vsn=2.0.0 HTTP/1.1", `Host: 127.0.0.1:${port}`, `Origin: ${app.base}`, "Connection: Upgrade",
      "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "",
    ].join("\r\n"));
    const first = await within(new Promise<string>((resolve) => socket.once("data", (data: Buffer) => resolve(data.toString()))), "101");
    expect(first).toContain("101 Switching Protocols");
    return socket;
  }

  /** The code of the close frame that comes back. */
  function closeCode(socket: Socket): Promise<number> {
    return within(new Promise((resolve) => {
      let got = Buffer.alloc(0);
      socket.on("data", (data: Buffer) => {
        got = Buffer.concat([got, data]);
        if (got[0] === 0x88 && got.length >= 4) resolve(got.readUInt16BE(2));
      });
    }), "a close frame");
  }

  const heartbeat = Buffer.from('[null,"1","phoenix","heartbeat",{}]');
  it.each<[string, Buffer, number]>([
    ["an unmasked frame", Buffer.concat([Buffer.of(0x81, heartbeat.length), heartbeat]), 1002],
    ["a header that claims 200 MiB", Buffer.of(0x81, 0xff, 0, 0, 0, 0, 0x0c, 0x80, 0, 0, 1, 2, 3, 4), 1009],
    ["a header that claims 2^60 bytes", Buffer.of(0x82, 0xff, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4), 1009],
    ["a reserved bit", Buffer.of(0xc1, 0x80, 0, 0, 0, 0), 1002], ["an unknown opcode", Buffer.of(0x83, 0x80, 0, 0, 0, 0), 1002],
    ["a continuation of nothing", Buffer.of(0x80, 0x80, 0, 0, 0, 0), 1002],
    ["a ping in fragments", Buffer.of(0x09, 0x80, 0, 0, 0, 0), 1002],
    ["text in wrong UTF-8", Buffer.of(0x81, 0x82, 0, 0, 0, 0, 0xc0, 0x80), 1007],
  ])("%s: closed with the code of RFC 6455", async (_what, bytes, code) => {
    const socket = await byHand();
    const closing = closeCode(socket);
    socket.write(bytes);
    expect(await closing).toBe(code);
    socket.destroy();
    await othersAnswer();
  });

  it.each<[string, Buffer]>([
    ["the client's close", Buffer.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8)], ["an unknown opcode", Buffer.of(0x83, 0x80, 0, 0, 0, 0)],
    ["text that is no message", Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0x78)],
  ])("what came in one piece with %s, before it, is answered, and then the socket is closed", async (_what, bytes) => {
    const socket = await byHand();
    let got = Buffer.alloc(0);
    const answered = within(new Promise<void>((resolve) => {
      socket.on("data", (data: Buffer) => {
        got = Buffer.concat([got, data]);
        if (got.includes(0x88)) resolve();
      });
    }), "a close frame");
    socket.write(Buffer.concat([Buffer.of(0x81, 0x80 | heartbeat.length, 0, 0, 0, 0), heartbeat, bytes]));
    await answered;
    const length = got[1]!;
    expect(got.subarray(2, 2 + length).toString()).toBe('[null,"1","phoenix","phx_reply",{"status":"ok","response":{}}]');
    expect(got[2 + length]).toBe(0x88);
    socket.destroy();
  });

  it("a masked heartbeat, by the same hand, is answered", async () => {
    const socket = await byHand();
    const answer = within(new Promise<string>((resolve) => socket.once("data", (data: Buffer) => resolve(data.subarray(2).toString()))), "a reply");
    socket.write(Buffer.concat([Buffer.of(0x81, 0x80 | heartbeat.length, 0, 0, 0, 0), heartbeat]));
    expect(await answer).toBe('[null,"1","phoenix","phx_reply",{"status":"ok","response":{}}]');
    socket.destroy();
  });

  it("a reset in the middle of a frame or of the handshake ends that socket only", async () => {
    const socket = await byHand();
    socket.write(Buffer.of(0x81, 0xfe, 0x10));
    socket.resetAndDestroy();
    const early = connect(Number(new URL(app.base).port), "127.0.0.1");
    early.on("error", () => {});
    await within(new Promise<void>((resolve) => early.once("connect", () => resolve())), "a connection");
    early.write("GET /live/websocket?vsn=2.0.0 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nHost: x\r\n\r\n");
    early.resetAndDestroy();
    await othersAnswer();
  });
});

it("a message that is well-formed but means nothing is answered, and the socket stays open", async () => {
  const { page, socket } = await app.browser().open("/");
  const joinRef = socket.joinRefs.get(page.topic)!;
  app.calls.clear();
  const unmatched = { status: "error", response: { reason: "unmatched topic" } };
  expect(await socket.call("9", "lv:nope", "event")).toEqual(unmatched);
  expect(await socket.call("9", "foo:bar", "phx_join")).toEqual(unmatched);
  expect(await socket.call("9", "", "phx_join")).toEqual(unmatched);
  expect(await socket.call("9", "__proto__", "phx_join")).toEqual(unmatched);
  expect(await socket.call(null, "phoenix", "phx_join")).toEqual(unmatched);
  expect(await socket.call("9", "lv:nope", "phx_leave")).toEqual({ status: "ok", response: {} });
  for (const payload of [null, 7, "x", [], { event: "constructor" }, { value: {} }]) {
    expect(await socket.call(joinRef, page.topic, "event", payload)).toEqual({ status: "ok", response: {} });
  }
  for (const payload of [null, {}, { url: 7 }, { url: "x" }, { url: "http://evil.example/" }, { url: `${app.base}/nowhere` }]) {
    expect(await socket.call(joinRef, page.topic, "live_patch", payload)).toEqual({ status: "ok", response: { link_redirect: true } });
  }
  const ref = socket.ref();
  socket.raw(binary(joinRef, ref, page.topic, "event", [1, 2, 3]));
  expect(await socket.reply(ref)).toEqual({ status: "ok", response: {} });
  expect(app.calls.log).toEqual([]);
  expect((await socket.event(page, "inc")).response).toEqual({ diff: { 0: "1" } });
});

function binary(joinRef: string, ref: string, topic: string, event: string, data: number[]): Uint8Array {
  const fields = [joinRef, ref, topic, event].map((field) => Buffer.from(field));
  return Buffer.concat([Buffer.of(0, ...fields.map((field) => field.length)), ...fields, Buffer.from(data)]);
}
