import { afterEach, describe, expect, it } from "vitest";
import type { EndpointOptions, Limits } from "holdfast";
import { startFixture, type Fixture } from "../support/fixture-app.js";
import { handshakeStatus } from "../support/raw-socket.js";

/** Seventy of them are more than Node reads at once (64 KiB): what is sent behind them comes with a later read. */
const MORE_THAN_A_READ = "x".repeat(1_500);

let app: Fixture;
async function start(limits: Partial<Limits>, options: Partial<EndpointOptions> = {}): Promise<void> {
  app = await startFixture({ limits, ...options });
}
afterEach(() => app.close());

describe("sockets", () => {
  it("of one session are limited: one more takes the place of the one that was not used for longest, and nobody else's", async () => {
    await start({ socketsPerSession: 2 });
    const browser = await app.loggedIn(1);
    const first = await browser.open("/posts/1");
    const second = await browser.open("/posts/1");
    const other = await (await app.loggedIn(2)).open("/posts/1");
    await new Promise((resolve) => setTimeout(resolve, 5));
    await first.socket.event(first.page, "nothing"); // used last, though it was opened first
    const third = await browser.open("/posts/1");
    expect(await second.socket.code()).toBe(1001);
    expect([first, third, other].map(({ socket }) => socket.ws.readyState)).toEqual([1, 1, 1]);
    expect(app.endpoint.connections).toBe(3);
  });

  it("of one address are limited, whatever they say about themselves", async () => {
    await start({ socketsPerIp: 2 });
    await (await app.loggedIn(1)).open("/posts/1");
    const second = await (await app.loggedIn(2)).open("/posts/1");
    expect(await handshakeStatus(app.base)).toBe(429);
    second.socket.ws.close(1000);
    await second.socket.code();
    expect(await handshakeStatus(app.base)).toBe(101);
  });

  const from = (client: string): { headers: Record<string, string> } => ({ headers: { "x-forwarded-for": client } });

  it("are not another address's for the word of somebody who is no proxy; that a proxy may be unknown is logged once", async () => {
    await start({ socketsPerIp: 1 });
    await app.browser().socket(from("203.0.113.1"));
    expect(await handshakeStatus(app.base)).toBe(429);
    expect(app.logged).toEqual([]);
    expect(await handshakeStatus(app.base, from("203.0.113.2"))).toBe(429);
    expect(await handshakeStatus(app.base, from("203.0.113.3"))).toBe(429);
    expect(app.logged).toEqual(["too many sockets of one address"]);
  });

  it("are each client's of a proxy that is trusted, whatever the client wrote before it", async () => {
    await start({ socketsPerIp: 1 }, { trustProxy: "loopback" });
    await app.browser().socket(from("203.0.113.1"));
    const second = await app.browser().socket(from("203.0.113.2"));
    expect(await handshakeStatus(app.base, from("203.0.113.2"))).toBe(429);
    expect(await handshakeStatus(app.base, from("6.6.6.6, 203.0.113.2"))).toBe(429);
    second.ws.close(1000);
    await second.code();
    expect(await handshakeStatus(app.base, from("6.6.6.6, 203.0.113.2"))).toBe(101);
    expect(app.logged).toEqual([]);
  });

  it("are one client's for all of an IPv6 network of 64 bits", async () => {
    await start({ socketsPerIp: 1 }, { trustProxy: ["127.0.0.1"] });
    await app.browser().socket(from("2001:db8:0:7::1"));
    expect(await handshakeStatus(app.base, from("2001:db8:0:7:ffff::2"))).toBe(429);
    expect(await handshakeStatus(app.base, from("2001:db8:0:8::1"))).toBe(101);
  });
});

describe("a socket that says nothing", () => {
  it("is closed if it has not joined in time; one that has joined stays", async () => {
    await start({ firstJoinMs: 1 });
    const { socket: joined } = await app.browser().open("/");
    const silent = await app.browser().socket();
    expect(await silent.code()).toBe(1008);
    expect((await joined.heartbeat()).status).toBe("ok");
  });

  it("is closed if it has been idle for too long; one with heartbeats stays", async () => {
    await start({ idleMs: 1000 });
    const { socket: beating } = await app.browser().open("/");
    const { socket: silent } = await app.browser().open("/");
    let over = false;
    const beats = (async () => {
      while (!over) await beating.heartbeat();
    })();
    expect(await silent.code()).toBe(1008);
    over = true;
    await beats;
    expect(beating.open).toBe(true);
  });
});

describe("one socket", () => {
  it("joins so many topics and no more; leaving one makes room", async () => {
    await start({ topicsPerSocket: 2 });
    const browser = app.browser();
    const pages = [await browser.get("/"), await browser.get("/"), await browser.get("/")] as const;
    const socket = await browser.socket();
    expect((await socket.join(pages[0])).status).toBe("ok");
    expect((await socket.join(pages[1])).status).toBe("ok");
    app.calls.clear();
    expect(await socket.join(pages[2])).toEqual({ status: "error", response: { reason: "too many topics" } });
    expect(app.calls.log).toEqual([]);
    expect((await socket.join(pages[0])).status, "one that is joined may join anew").toBe("ok");

    await socket.call(socket.joinRefs.get(pages[1].topic)!, pages[1].topic, "phx_leave");
    expect((await socket.join(pages[2])).status).toBe("ok");
  });

  it("with a busy view may have so many bytes queued; then it is read no further, and nothing it sent is lost", async () => {
    await start({ waitingFrameBytes: 500 });
    const { page, socket } = await app.browser().open("/");
    const bystander = await app.browser().open("/");
    const gate = app.gate("slow");
    socket.sendEvent(page, "slow");
    await gate.entered;
    socket.sendEvent(page, "inc");
    expect((await socket.heartbeat()).status, "one waits, and the socket is read").toBe("ok");
    const refs = Array.from({ length: 70 }, () => socket.sendEvent(page, "inc", { padding: MORE_THAN_A_READ }));
    const heartbeat = socket.ref();
    socket.send(null, heartbeat, "phoenix", "heartbeat");
    for (let i = 0; i < 3; i++) {
      expect((await bystander.socket.event(bystander.page, "inc")).response).toEqual({ diff: { 0: String(i + 1) } });
    }
    expect(socket.frames.filter(([, ref]) => ref === heartbeat), "nobody reads the socket").toEqual([]);
    expect(app.calls.of("inc"), "the bystander's").toBe(3);
    gate.open();
    expect((await socket.reply(heartbeat)).status).toBe("ok");
    expect(await socket.reply(refs.at(-1)!)).toEqual({ status: "ok", response: { diff: { 0: "71" } } });
    expect(socket.open).toBe(true);
  });

  it("are read no further while too many bytes of all sockets are queued, if one of them is theirs; the others are still read", async () => {
    await start({ inflightBytes: 500 });
    const { page, socket } = await app.browser().open("/");
    const bystander = await app.browser().open("/");
    const gate = app.gate("slow");
    socket.sendEvent(page, "slow");
    await gate.entered;
    const refs = Array.from({ length: 70 }, () => socket.sendEvent(page, "inc", { padding: MORE_THAN_A_READ }));
    const heartbeat = socket.ref();
    socket.send(null, heartbeat, "phoenix", "heartbeat");
    for (let i = 0; i < 3; i++) expect((await bystander.socket.event(bystander.page, "inc")).status).toBe("ok");
    expect(socket.frames.filter(([, ref]) => ref === heartbeat), "nobody reads the socket").toEqual([]);
    gate.open();
    expect((await socket.reply(heartbeat)).status).toBe("ok");
    expect(await socket.reply(refs.at(-1)!)).toEqual({ status: "ok", response: { diff: { 0: "70" } } });
  });

  it("that sends faster than the rate is read more slowly: every event is answered, in order", async () => {
    await start({ eventsPerSecond: 200, eventBurst: 2 });
    const { page, socket } = await app.browser().open("/");
    const refs = Array.from({ length: 60 }, () => socket.sendEvent(page, "inc"));
    await socket.reply(refs.at(-1)!);
    expect(socket.frames.filter(([, ref]) => refs.includes(ref!)).map(([, ref]) => ref)).toEqual(refs);
    expect(app.calls.of("inc")).toBe(60);
  });
});

describe("a payload", () => {
  const cases: [string, unknown, unknown][] = [
    ["too deep", nested(4), nested(3)],
    ["with too many keys", keys(11), keys(10)],
    ["with too many items", Array.from({ length: 11 }, () => 1), Array.from({ length: 10 }, () => 1)],
  ];
  it.each(cases)("%s is refused, and the handler not called; one that just fits reaches it", async (_what, over, fits) => {
    await start({ jsonDepth: 3, jsonKeys: 10, jsonItems: 10 });
    const { page, socket } = await app.browser().open("/");
    expect(await socket.event(page, "anything", over)).toEqual({ status: "ok", response: {} });
    expect(app.calls.of("anything")).toBe(0);
    expect(await socket.event(page, "anything", fits)).toEqual({ status: "ok", response: {} });
    expect(app.calls.of("anything")).toBe(1);
  });

  const forms: [string, string, string][] = [
    ["too many fields", fields(11), fields(10)],
    ["too much nesting", `a${"[b]".repeat(4)}=1`, `a${"[b]".repeat(3)}=1`],
  ];
  it.each(forms)("of a form with %s is refused; one that just fits is not", async (_what, over, fits) => {
    await start({ formFields: 10, formDepth: 3 });
    const { page, socket } = await app.browser().open("/");
    await socket.event(page, "anything", over, "form");
    expect(app.calls.of("anything")).toBe(0);
    await socket.event(page, "anything", fits, "form");
    expect(app.calls.of("anything")).toBe(1);
  });

  it("is limited by default too: 2,000 keys, 40 levels, a form of 1,001 fields", async () => {
    await start({});
    const { page, socket } = await app.browser().open("/");
    expect(await socket.event(page, "anything", keys(2000))).toEqual({ status: "ok", response: {} });
    expect(await socket.event(page, "anything", nested(40))).toEqual({ status: "ok", response: {} });
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`; // as text: JSON.stringify itself would give up
    const ref = socket.ref();
    socket.raw(`["${socket.joinRefs.get(page.topic)!}","${ref}","${page.topic}","event",{"event":"anything","value":${deep}}]`);
    expect(await socket.reply(ref)).toEqual({ status: "ok", response: {} });
    expect(await socket.event(page, "anything", fields(1001), "form")).toEqual({ status: "ok", response: {} });
    expect(app.calls.of("anything")).toBe(0);
    await socket.event(page, "anything", fields(1000), "form");
    await socket.event(page, "anything", keys(1000));
    expect(app.calls.of("anything")).toBe(2);
  });
});

function nested(depth: number): unknown {
  return JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`) as unknown;
}

function keys(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
}

function fields(count: number): string {
  return Array.from({ length: count }, (_, i) => `f${i}=1`).join("&");
}

describe("joins", () => {
  it("beyond the rate wait for their turn, while the socket is answered", async () => {
    await start({ admissionsPerSession: 0.2, admissionBurstPerSession: 2, admissionWaitMs: 10_000 });
    const { page, socket } = await app.browser().open("/"); // a page, and a handshake with its join: the burst
    const ref = socket.sendJoin(page);
    expect((await socket.heartbeat()).status).toBe("ok");
    expect(socket.frames.filter(([, of]) => of === ref), "the join waits").toEqual([]);
    expect((await socket.reply(ref)).status).toBe("ok");
  });

  it("that would wait for too long close their socket, and tell the client when to come back", async () => {
    await start({ admissionsPerSession: 0.05, admissionBurstPerSession: 2, admissionWaitMs: 1_000 });
    const { page, socket } = await app.browser().open("/");
    const closed = new Promise<[number, string]>((resolve) => socket.ws.on("close", (code, reason) => resolve([code, reason.toString()])));
    socket.sendJoin(page);
    const [code, reason] = await closed;
    const [, ms] = /^restart;(\d+)$/.exec(reason) ?? [];
    expect([code, Number(ms) > 1_000 && Number(ms) <= 20_000]).toEqual([1012, true]);
    expect(app.calls.of("Home.mount"), "of the page and of its first join").toBe(2);
  });

  it("that are no longer wanted give their turn to the next", async () => {
    await start({ admissionsPerSession: 0.5, admissionBurstPerSession: 2, admissionWaitMs: 4_000 });
    const { page, socket } = await app.browser().open("/");
    // Each join takes the place of the one before: without giving up their turns, the third would wait for six seconds.
    for (let again = 0; again < 5; again++) socket.sendJoin(page);
    expect((await socket.join(page)).status).toBe("ok");
  });
});
