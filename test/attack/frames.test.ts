import { connect } from "node:net";
import { request } from "node:http";
import { onTelemetry } from "holdfast";
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { Chance } from "../support/chance.js";
import type { Joined } from "../support/lab.js";
import type { RawSocket } from "../support/raw-socket.js";
import { within } from "../support/wait.js";
import { attack, ONCE, type Tally } from "./support/attack.js";
import { startTarget, type Target } from "./support/target.js";
import { awaitedCpuTime } from "../support/cpu.js";

// Whoever attacks here opens many sockets; how many one may is another test's matter.
const OPEN = {
  admissionsPerSession: Infinity, admissionBurstPerSession: Infinity, admissionsPerIp: Infinity, admissionBurstPerIp: Infinity,
  rejoinsPerIp: Infinity, rejoinBurstPerIp: Infinity, socketsPerSession: Infinity, socketsPerIp: Infinity,
};

let app: Target;
let bystander: Joined;
beforeAll(async () => {
  app = await startTarget({ limits: { ...OPEN, bodyBytes: 64 * 1024, bodyParts: 10, formFields: 20 } });
});
afterAll(() => app.close());
beforeEach(async () => {
  bystander = await app.open("/");
  app.ran.length = 0;
});
afterEach(() => app.cut());

/** Somebody else's page still works: the process lives, and nothing holds it up. */
async function expectServed(tally: Tally): Promise<void> {
  app.ran.length = 0;
  expect((await bystander.event("inc")).status).toBe("ok");
  expect(app.ran).toContain("Board.inc");
  tally.held();
  app.ran.length = 0;
}

/** Text of a random kind, as an attacker puts it into a field. */
function noise(chance: Chance): string {
  const piece = chance.one([
    "%", "%=%", "&a[", "]", "~", "~~", "\u0000", "\ud800", "ü", "漢", "<script>", "'\"", "__proto__", "constructor", "../", "\\", "{", "[", "0", "-", "1e9", "\u202e", "\n",
  ]);
  return piece.repeat(chance.below(40));
}

/** A value of a random kind. */
function anything(chance: Chance, depth = 0): unknown {
  return chance.one<() => unknown>([
    () => noise(chance), () => noise(chance), () => chance.below(1000) - 500, () => null, () => true, () => 1e308, () => -0.5,
    () => (depth > 3 ? 0 : Array.from({ length: chance.below(5) }, () => anything(chance, depth + 1))),
    () => (depth > 3 ? 0 : Object.fromEntries(Array.from({ length: chance.below(5) }, () =>
      [chance.one(["event", "value", "type", "cid", "url", "redirect", "session", "static", "flash", "params", "meta", "__proto__", noise(chance)]), anything(chance, depth + 1)]))),
  ])();
}

attack("fuzzed-text-frames", { small: { frames: 400 }, full: { frames: 10_000 } }, async ({ size, seed, tally, figure }) => {
  const chance = new Chance(seed);
  let socket: RawSocket | undefined;
  let joined = await app.open("/");
  let closed = 0;
  app.ran.length = 0;
  for (let i = 0; i < size.frames; i++) {
    if (socket === undefined || !socket.open) {
      if (socket !== undefined) closed++;
      // Opening a page runs the application, so what ran before is looked at first.
      expect(app.ran).toEqual([]);
      joined = await app.open("/", joined.browser);
      socket = joined.socket;
      app.ran.length = 0;
    }
    const { topic } = joined;
    const joinRef = socket.joinRefs.get(topic) ?? null;
    const ref = (): string => socket!.ref();
    const frame = chance.one<() => unknown>([
      () => [joinRef, ref(), topic, "event", anything(chance)],
      () => [joinRef, ref(), topic, "event", { type: chance.one(["click", "form", "hook", null, 7]), event: chance.one(["hidden", "remove", "rename~id=99", noise(chance)]), value: anything(chance), meta: anything(chance), cid: chance.maybe(0.3) ? anything(chance) : undefined }],
      () => [joinRef, ref(), topic, "live_patch", { url: anything(chance) }],
      () => [joinRef, ref(), topic, chance.one(["cids_will_destroy", "allow_upload", "progress", noise(chance)]), anything(chance)],
      () => [ref(), ref(), `lv:${noise(chance)}`, "phx_join", anything(chance)],
      () => [ref(), ref(), "lv:x", "phx_join", { url: anything(chance), redirect: anything(chance), session: anything(chance), static: anything(chance), params: anything(chance) }],
      () => (chance.maybe(0.1) ? anything(chance) : [anything(chance), ref(), topic, anything(chance), anything(chance)]),
    ])();
    const text = JSON.stringify(frame);
    socket.raw(chance.maybe(0.05) ? text.slice(0, chance.below(text.length)) : text);
    // Whatever it was, the socket has read it, or is closed: nothing is left unanswered behind it.
    const beat = ref();
    socket.send(null, beat, "phoenix", "heartbeat");
    await Promise.race([socket.reply(beat), socket.closed]).catch(() => undefined);
    tally.refused();
    if (i % 20 === 0) await bystander.socket.heartbeat(); // who is silent for a minute is closed
  }
  expect(app.ran).toEqual([]);
  await expectServed(tally);
  figure("closed", closed);
});

attack("fuzzed-binary-frames", { small: { frames: 100 }, full: { frames: 3_000 } }, async ({ size, seed, tally, figure }) => {
  const chance = new Chance(seed);
  let socket = (await app.open("/")).socket;
  let closed = 0;
  app.ran.length = 0;
  for (let i = 0; i < size.frames; i++) {
    if (!socket.open) {
      closed++;
      socket = await bystander.browser.socket();
    }
    const noise = Uint8Array.from({ length: chance.below(64) }, () => chance.below(256));
    // Some are pushes as `decodeBinary` reads them: kind 0, four lengths, refs, a topic, an event, bytes.
    const head = chance.maybe(0.7) ? Buffer.from(`\u0000\u0001\u0001${String.fromCharCode(chance.below(8), chance.below(8))}17`, "latin1") : Buffer.alloc(0);
    socket.raw(Buffer.concat([head, noise]));
    const beat = socket.ref();
    socket.send(null, beat, "phoenix", "heartbeat");
    await Promise.race([socket.reply(beat), socket.closed]).catch(() => undefined);
    tally.refused();
    if (i % 20 === 0) await bystander.socket.heartbeat(); // who is silent for a minute is closed
  }
  expect(app.ran).toEqual([]);
  await expectServed(tally);
  figure("closed", closed);
});

const KIB = 1024;
const fill = (piece: string, bytes = 60 * KIB): string => piece.repeat(Math.floor(bytes / Buffer.byteLength(JSON.stringify(piece).slice(1, -1))));

/** Lists in lists, which only a text can be: JSON.stringify would overflow its stack. */
const NESTED = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
const HERE = '"NESTED"';

/** Frames that cost an unwary server seconds: what they are sent as, and where. */
const BOMBS: Readonly<Record<string, (page: Joined) => { readonly event: string; readonly payload: unknown }>> = {
  "a host of 30,000 letters, joined": () => ({ event: "phx_join", payload: { url: `http://${fill("ü", 59 * KIB)}` } }),
  "a host of 30,000 letters, navigated to": () => ({ event: "phx_join", payload: { redirect: `http://${fill("漢", 59 * KIB)}/` } }),
  "a host of 30,000 letters, patched to": () => ({ event: "live_patch", payload: { url: `https://${fill("ü", 59 * KIB)}` } }),
  "a host behind ours": ({ page }) => ({ event: "live_patch", payload: { url: `${new URL(page.url).origin}@${fill("ü", 58 * KIB)}` } }),
  "a path of dots": ({ page }) => ({ event: "live_patch", payload: { url: new URL(page.url).origin + fill("/..", 58 * KIB) } }),
  "a path of encoded dots": ({ page }) => ({ event: "live_patch", payload: { url: new URL(page.url).origin + fill("/%2e%2e", 58 * KIB) } }),
  "a query of percent signs": ({ page }) => ({ event: "live_patch", payload: { url: `${new URL(page.url).origin}/?${fill("%=%&", 58 * KIB)}` } }),
  "a form of percent signs": () => ({ event: "event", payload: { type: "form", event: "rename~id=1", value: fill("%=%&") } }),
  "a form of broken UTF-8": () => ({ event: "event", payload: { type: "form", event: "rename~id=1", value: fill("%ff=%fe&") } }),
  "a form of brackets": () => ({ event: "event", payload: { type: "form", event: "rename~id=1", value: `a${fill("[a]")}=1` } }),
  "a target of brackets": () => ({ event: "event", payload: { type: "form", event: "rename~id=1", value: "name=1", meta: { _target: fill("a[") } } }),
  "a name of tildes": () => ({ event: "event", payload: { type: "click", event: `remove${fill("~")}`, value: {} } }),
  "a name of values": () => ({ event: "event", payload: { type: "click", event: `remove~${fill("id=1,")}`, value: {} } }),
  "a name of escapes": () => ({ event: "event", payload: { type: "click", event: `remove~id=.${fill("\\u0000")}~~x`, value: {} } }),
  "a proof of 60 KiB": () => ({ event: "event", payload: { type: "click", event: `keep~id=1~~${fill("A")}`, value: {} } }),
  "a value of brackets": () => ({ event: "event", payload: { type: "click", event: "rename~id=1", value: "NESTED" } }),
  "a value of keys": () => ({ event: "event", payload: { type: "click", event: "rename~id=1", value: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 1])) } }),
  "parameters of brackets": ({ page }) => ({ event: "phx_join", payload: { url: page.url, params: "NESTED", session: page.session } }),
  "a token of 60 KiB": ({ page }) => ({ event: "phx_join", payload: { url: page.url, session: fill("A") } }),
  "a token of dots": ({ page }) => ({ event: "phx_join", payload: { url: page.url, session: fill(".") } }),
  "a static token of 60 KiB": ({ page }) => ({ event: "phx_join", payload: { url: page.url, session: page.session, static: fill("A", 58 * KIB) } }),
  "component numbers": () => ({ event: "cids_destroyed", payload: { cids: Array.from({ length: 9_000 }, (_, i) => i + 100) } }),
  "an event of 60 KiB": () => ({ event: fill("x"), payload: {} }),
  "lone surrogates": () => ({ event: "event", payload: { type: "click", event: "rename~id=1", value: { name: fill("\ud800") } } }),
};

/** What a frame costs this process until it is answered, ms of CPU: the least of a few, because noise only adds. */
async function cost(run: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 10 && least >= CHEAP_MS; i++) least = Math.min(least, (await awaitedCpuTime(run)) / 1_000);
  return least;
}

/** What no machine takes for a frame that is read in time linear in its length: sending, the event loop and this test included. */
const CHEAP_MS = 100;

attack("bombs", ONCE, async ({ tally, figure }) => {
  const attacker = await app.open("/");
  let worst = 0;
  for (const [what, bomb] of Object.entries(BOMBS)) {
    const { event, payload } = bomb(attacker);
    const text = JSON.stringify(payload).replace(HERE, NESTED);
    expect(Buffer.byteLength(text), what).toBeLessThan(63 * KIB);
    // As dear as JSON.parse of the same bytes many times over, and no dearer.
    const parse = await cost(async () => void JSON.parse(text));
    const ms = await cost(async () => {
      const { socket, topic } = attacker;
      const ref = socket.ref();
      const [joinRef, to] = event === "phx_join" ? [ref, "lv:bomb"] : [socket.joinRefs.get(topic), topic];
      socket.raw(`["${joinRef}","${ref}","${to}","${event}",${text}]`);
      await socket.reply(ref);
    });
    expect({ what, cheap: ms < Math.max(CHEAP_MS, 50 * parse) }).toEqual({ what, cheap: true });
    worst = Math.max(worst, ms);
    tally.refused();
  }
  figure("worst ms", Math.round(worst));
  await expectServed(tally);
});

attack("big-frames", ONCE, async ({ tally }) => {
  const heartbeat = (bytes: number): string => `${" ".repeat(bytes)}[null,"7","phoenix","heartbeat",{}]`;
  const anonymous = await app.browser().socket();
  anonymous.raw(heartbeat(60 * KIB));
  expect((await anonymous.reply("7")).status).toBe("ok");
  tally.held();
  for (const frame of [heartbeat(64 * KIB), heartbeat(1024 * KIB), heartbeat(9_000 * KIB), Buffer.alloc(129 * KIB), Buffer.alloc(9_000 * KIB)]) {
    const socket = await app.browser().socket();
    socket.raw(frame);
    expect(await socket.code()).toBe(1009);
    expect(socket.frames).toEqual([]);
    tally.refused();
  }
  await expectServed(tally);
});

attack("fragments", ONCE, async ({ tally }) => {
  const socket = await app.browser().socket();
  for (let i = 0; i < 200 && socket.open; i++) socket.ws.send(" ", { fin: false });
  expect(await socket.code()).toBe(1008);
  tally.refused();
  await expectServed(tally);
});

attack("event-floods", { small: { events: 2_000 }, full: { events: 20_000 } }, async ({ size, tally }) => {
  const own = await startTarget({ limits: { ...OPEN, eventsPerSecond: 50, eventBurst: 100 } });
  try {
    const flooder = await own.open("/");
    const other = await own.open("/");
    own.ran.length = 0;
    for (let i = 0; i < size.events; i++) flooder.sendEvent("inc");
    // The flood is read at its rate; its neighbour is served at once.
    for (let i = 0; i < 5; i++) expect((await other.event("inc")).status).toBe("ok");
    const handled = own.ran.filter((one) => one === "Board.inc").length - 5;
    expect(handled).toBeLessThan(size.events / 2);
    tally.refused(size.events - handled);
    tally.held(5);
  } finally {
    await own.close();
  }
});

attack("slow-readers", ONCE, async ({ tally }) => {
  const closed: string[] = [];
  const stop = onTelemetry("holdfast:socket:closed", ({ reason }) => closed.push(reason));
  try {
    // Who reads has all of it.
    const reader = await app.open("/");
    for (let i = 0; i < 60; i++) expect((await reader.event("dump")).status).toBe("ok");
    expect(closed).toEqual([]);
    tally.held();
    const stalled = await app.open("/");
    stalled.socket.ws.pause();
    // 50 MB, of which no socket of the system takes more than a few.
    for (let i = 0; i < 200; i++) stalled.sendEvent("dump");
    await vi.waitFor(() => expect(closed).toEqual(["too slow"]), { timeout: 30_000, interval: 5 });
    tally.refused();
    await expectServed(tally);
  } finally {
    stop();
  }
});

attack("silent-sockets", ONCE, async ({ tally }) => {
  const own = await startTarget({ limits: { ...OPEN, firstJoinMs: 2_000, headerMs: 500 } });
  try {
    const member = await own.open("/");
    const silent = await Promise.all(Array.from({ length: 20 }, () => own.browser().socket()));
    for (const socket of silent) expect(await socket.code()).toBe(1008);
    tally.refused(silent.length);
    expect((await member.event("inc")).status).toBe("ok");
    tally.held();
  } finally {
    await own.close();
  }
});

attack("long-urls", ONCE, async ({ tally }) => {
  const port = Number(new URL(app.base).port);
  const status = (target: string): Promise<number> => within(new Promise<number>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`));
    socket.on("error", reject);
    socket.once("data", (data: Buffer) => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString())![1]));
      socket.destroy();
    });
  }), "an answer");
  for (const target of [`/${"a".repeat(20_000)}`, `/?${"%=%&".repeat(5_000)}`, `/${"%2e/".repeat(5_000)}`, `/twin?${"a=1&".repeat(1_500)}`, "/%", "/%ff", "/twin%00", "//", "/\\", "/twin?a[b][c][d][e][f][g][h][i][j][k][l]=1"]) {
    const got = await status(target);
    expect({ target: target.slice(0, 40), refused: got >= 400 && got < 500 }).toEqual({ target: target.slice(0, 40), refused: true });
    tally.refused();
  }
  expect(app.ran).toEqual([]);
  expect(await status("/twin?a=1")).toBe(200);
  await expectServed(tally);
});

attack("long-hosts", ONCE, async ({ tally, figure }) => {
  const port = Number(new URL(app.base).port);
  const send = (head: string): Promise<string> => within(new Promise<string>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.from(head, "latin1")));
    socket.on("error", reject);
    socket.once("data", (data: Buffer) => {
      socket.destroy();
      resolve(data.toString().slice(9, 12));
    });
    socket.once("end", () => resolve("closed"));
  }), "an answer");
  let worst = 0;
  for (const host of ["\u00fc".repeat(15_000), `${"a.".repeat(7_000)}com`, `xn--${"a".repeat(14_000)}`, `${"\u00fc.".repeat(7_000)}com`, "%c3%bc".repeat(2_500), `[${":0".repeat(5_000)}]`, "0.".repeat(7_000)]) {
    for (const head of [`GET /twin HTTP/1.1\r\nHost: ${host}`, `GET /twin HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://${host}`, `GET http://${host}/twin HTTP/1.1\r\nHost: x`]) {
      const ms = await cost(() => send(`${head}\r\nConnection: close\r\n\r\n`));
      expect({ head: head.slice(0, 60), cheap: ms < CHEAP_MS }).toEqual({ head: head.slice(0, 60), cheap: true });
      worst = Math.max(worst, ms);
      tally.refused();
    }
  }
  figure("worst ms", Math.round(worst));
  await expectServed(tally);
});

attack("bodies", ONCE, async ({ tally }) => {
  const browser = await app.loggedIn(1);
  await browser.get("/twin");
  app.ran.length = 0;
  const multipart = "multipart/form-data; boundary=x";
  const part = (name: string, value = ""): string => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const send = (body: string, type: string, token = browser.csrf, chunked = false): Promise<number> => within(new Promise<number>((resolve, reject) => {
    const headers = { cookie: browser.cookie, "content-type": type, "x-csrf-token": token, ...(chunked ? { "transfer-encoding": "chunked" } : { "content-length": String(Buffer.byteLength(body)) }) };
    const outgoing = request(`${app.base}/act`, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  }), "an answer");
  const form = "application/x-www-form-urlencoded";
  // One that says 150 MB and sends nothing is answered before a byte of it.
  const announced = await within(new Promise<string>((resolve, reject) => {
    const { port } = new URL(app.base);
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(
      `POST /act HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${browser.cookie}\r\nx-csrf-token: ${browser.csrf}\r\nContent-Type: ${form}\r\nContent-Length: ${150 * KIB * KIB}\r\n\r\n`));
    socket.on("error", reject);
    socket.once("data", (data: Buffer) => {
      socket.destroy();
      resolve(data.toString().slice(9, 12));
    });
  }), "an answer");
  expect(announced).toBe("413");
  tally.refused();
  for (const chunked of [false, true]) {
    expect(await send("a=1&".repeat(15), form, browser.csrf, chunked)).toBe(200);
    tally.held();
    expect(await send(`a=${"x".repeat(65 * KIB)}`, form, browser.csrf, chunked)).toBe(413);
    expect(await send("a=1&".repeat(30), form, browser.csrf, chunked)).toBe(413);
    expect(await send(part("a").repeat(30), multipart, browser.csrf, chunked)).toBe(413);
    expect(await send(part("a").repeat(30), multipart, "wrong", chunked)).toBe(403);
    expect(await send("%=%&".repeat(15), form, "wrong", chunked)).toBe(403);
    tally.refused(5);
  }
  expect(app.ran).toEqual(["act 1", "act 1"]);
  await expectServed(tally);
});
