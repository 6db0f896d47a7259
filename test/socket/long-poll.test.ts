import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createEndpoint, onSpan, onTelemetry, userSocket } from "holdfast";
import { message } from "holdfast/hooks";
import { serve } from "holdfast/node";
import { Browser } from "../support/browser.js";
import { postUpdated, socketId, startFixture, type Fixture } from "../support/fixture-app.js";
import { PollSocket, type PollAnswer, type PollOptions } from "../support/poll-socket.js";
import { chunkFrame } from "../support/raw-socket.js";
import { within } from "../support/wait.js";

let app: Fixture;
const sockets: PollSocket[] = [];
beforeAll(async () => {
  app = await startFixture({ longPoll: { pollMs: 300, gapMs: 60_000 } });
});
afterAll(() => app.close());
beforeEach(() => app.calls.clear());
afterEach(async () => {
  await leaveAll();
  await app.cut();
});

async function leaveAll(): Promise<void> {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
}

async function open(browser: Browser, options: PollOptions = {}): Promise<PollSocket> {
  const socket = await PollSocket.open(browser, options);
  sockets.push(socket);
  return socket;
}

/** Another endpoint with options of its own, for one test. */
async function withApp(options: Parameters<typeof startFixture>[0], test: (other: Fixture) => Promise<void>): Promise<void> {
  const other = await startFixture({ longPoll: { pollMs: 300, gapMs: 60_000 }, ...options });
  try {
    await test(other);
  } finally {
    await leaveAll();
    await other.close();
  }
}

const gone = { http: 200, status: 410, token: null };

describe("a page over long poll", () => {
  it("opens, joins, has events answered, and hears what others publish", async () => {
    const browser = await app.loggedIn(2);
    const page = await browser.get("/posts/1");
    const socket = await open(browser);
    expect((await socket.join(page)).status).toBe("ok");
    expect((await socket.event(page, "like")).response).toHaveProperty("diff");
    expect(app.calls.of("like")).toBe(1);
    const poll = socket.poll();
    app.endpoint.broadcast(postUpdated, "said by another");
    expect(JSON.stringify((await poll).messages)).toContain("said by another");
    expect(await socket.poll()).toMatchObject({ http: 200, status: 204 });
  });

  it("takes a hundred messages in one POST, answers them in order, and gives what waits in one poll", async () => {
    await withApp({ limits: { eventBurst: 1000 } }, async (other) => {
      const browser = other.browser();
      const page = await browser.get("/");
      const socket = await open(browser);
      await socket.join(page);
      const events = Array.from({ length: 100 }, () => socket.eventMessage(page, "inc"));
      expect((await socket.post(...events.map(({ text }) => text))).status).toBe(200);
      await socket.reply(events.at(-1)!.ref);
      const refs = events.map(({ ref }) => ref);
      expect(socket.frames.map((frame) => frame[1]).filter((ref) => ref !== null && refs.includes(ref))).toEqual(refs);
      expect(other.calls.of("inc")).toBe(100);
    });
  });

  it("is gone immediately when its tab is closed, and after a while when it polls no more", async () => {
    // A poll that was answered meanwhile would not be missed before the gap's end: these wait longer than any pause of the machine.
    await withApp({ longPoll: { pollMs: 600_000, gapMs: 600_000 } }, async (other) => {
      const browser = await other.loggedIn(1);
      const page = await browser.get("/posts/1");
      const socket = await open(browser);
      await socket.join(page);
      await socket.leave();
      await expect.poll(() => other.calls.of("ShowPost.terminated"), { timeout: 60_000 }).toBe(1);
      expect(await socket.poll()).toMatchObject(gone);
    });
    await withApp({ longPoll: { pollMs: 50, gapMs: 100 } }, async (other) => {
      await PollSocket.open(other.browser());
      await expect.poll(() => other.endpoint.connections, { timeout: 60_000 }).toBe(0);
    });
  });

  it("may also be a user socket, and its connect decides", async () => {
    const browser = await app.loggedIn(1);
    const socket = await open(browser, { path: "/chat/longpoll" });
    expect(await socket.call(null, "room:1", "phx_join")).toMatchObject({ status: "ok" });
    expect(await socket.call("1", "room:1", "ping")).toMatchObject({ status: "ok", response: { pong: true } });
    const stranger = new PollSocket(app.browser(), { path: "/chat/longpoll" });
    expect(await stranger.begin()).toMatchObject({ http: 403, status: 403 });
  });
});

describe("without the option", () => {
  it("there is no such path", async () => {
    await withApp({ longPoll: false }, async (other) => {
      for (const path of ["/live/longpoll", "/chat/longpoll"]) {
        expect((await other.browser().fetch(`${path}?vsn=2.0.0`, { headers: { origin: other.base } })).status).toBe(404);
      }
    });
  });
});

describe("the page that a request comes from", () => {
  const strangers: [string, Record<string, string | null>][] = [
    ["nothing says it", { origin: null }],
    ["another origin", { origin: "https://evil.example" }],
    ["ours as the beginning of another", { origin: "http://127.0.0.1.evil.example" }],
    ["null", { origin: "null" }],
    ["another site, as the browser says", { origin: null, "sec-fetch-site": "cross-site" }],
    ["another host of this site", { origin: null, "sec-fetch-site": "same-site" }],
    ["the address bar", { origin: null, "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }],
    ["an image of ours", { origin: null, "sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors" }],
    ["a link of another site", { origin: null, referer: "https://evil.example/" }],
    ["a referrer that is no URL", { origin: null, referer: "posts" }],
  ];

  it.each(strangers)("is refused: %s", async (_what, headers) => {
    const browser = await app.loggedIn(2);
    const page = await browser.get("/posts/1");
    const socket = await open(browser);
    await socket.join(page);
    app.calls.clear();
    const { text } = socket.eventMessage(page, "like");
    const stranger = await raw(`/live/longpoll?vsn=2.0.0&_csrf_token=${browser.csrf}`, browser, headers);
    expect(stranger).toEqual({ http: 403, status: 403 });
    expect(await raw(`/live/longpoll?vsn=2.0.0&token=${socket.token}`, browser, headers)).toEqual({ http: 403, status: 403 });
    expect(await raw(`/live/longpoll?vsn=2.0.0&token=${socket.token}`, browser, headers, text)).toEqual({ http: 403, status: 403 });
    expect(app.calls.log).toEqual([]);
    expect((await socket.event(page, "like")).response).toHaveProperty("diff");
  });

  it.each([
    ["its Origin", (base: string) => ({ origin: base })],
    ["its referrer, from browsers that say no more", (base: string) => ({ origin: null, referer: `${base}/posts/1` })],
    ["the browser", () => ({ origin: null, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" })],
  ] as const)("is ours by %s", async (_what, headers) => {
    const browser = app.browser();
    await browser.get("/");
    const answer = await raw(`/live/longpoll?vsn=2.0.0&_csrf_token=${browser.csrf}`, browser, headers(app.base));
    expect(answer).toMatchObject({ http: 200, status: 410, token: expect.any(String) as string });
    const socket = new PollSocket(browser);
    socket.token = answer.token ?? null;
    sockets.push(socket);
  });
});

/** A request with exactly these headers: fetch adds some of its own. */
function raw(
  path: string, browser: Browser, headers: Readonly<Record<string, string | null>>, body?: string,
): Promise<PollAnswer> {
  const sent = Object.fromEntries(Object.entries({ cookie: browser.cookie, ...headers }).filter(([, value]) => value !== null && value !== ""));
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, browser.base), { method: body === undefined ? "GET" : "POST", headers: sent as Record<string, string> });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ http: response.statusCode ?? 0, ...JSON.parse(text) as Omit<PollAnswer, "http"> }));
    });
    outgoing.end(body);
  });
}

describe("the token of a poll", () => {
  it("opens nothing for another session, at another socket's path, changed, or of another purpose", async () => {
    const browser = await app.loggedIn(2);
    const page = await browser.get("/posts/1");
    const socket = await open(browser);
    await socket.join(page);
    const { token } = socket;
    const thief = new PollSocket(await app.loggedIn(1));
    const nobody = new PollSocket(app.browser());
    const elsewhere = new PollSocket(browser, { path: "/chat/longpoll" });
    app.calls.clear();
    const { text } = socket.eventMessage(page, "like");
    for (const stranger of [thief, nobody, elsewhere]) {
      stranger.token = token;
      expect(await stranger.poll()).toMatchObject(gone);
      expect(await stranger.post(text)).toMatchObject(gone);
    }
    for (const wrong of [`${token!.slice(0, -8)}AAAAAAAA`, page.session, page.csrf, "", "x"]) {
      expect(await socket.request("GET", { token: wrong })).toMatchObject(gone);
      expect(await socket.request("POST", { token: wrong, body: text })).toMatchObject(gone);
    }
    expect(app.calls.log).toEqual([]);
    expect((await socket.event(page, "like")).response).toHaveProperty("diff");
  });

  it("is too old when its client could have polled again long ago, though the socket lives", async () => {
    await withApp({ longPoll: { pollMs: 100, gapMs: 3000 } }, async (other) => {
      const socket = await open(other.browser());
      const old = socket.token;
      const until = performance.now() + 3200;
      while (performance.now() < until) expect(await socket.poll()).toMatchObject({ status: 204 });
      expect(await socket.request("GET", { token: old })).toMatchObject(gone);
      expect(await socket.poll()).toMatchObject({ status: 204 });
    });
  });

  it("is no sign of its user, so it keeps no session alive, and neither is a POST, which may be a heartbeat", async () => {
    await withApp({ limits: { sessionIdleMs: 3_600_000 } }, async (other) => {
      const browser = await other.loggedIn(1);
      const page = await browser.get("/posts/1");
      const socket = await open(browser);
      const path = `/live/longpoll?vsn=2.0.0&token=${socket.token}`;
      const poll = await browser.fetch(path, { headers: { origin: other.base } });
      expect([poll.status, poll.headers.getSetCookie()]).toEqual([200, []]);
      expect(poll.headers.get("cache-control")).toBe("no-store");
      expect(poll.headers.get("x-content-type-options")).toBe("nosniff");
      const post = await browser.fetch(path, { method: "POST", body: socket.joinMessage(page).text, headers: { origin: other.base } });
      expect([post.status, post.headers.getSetCookie()]).toEqual([200, []]);
      expect((await socket.event(page, "like")).response).toHaveProperty("diff");
    });
  });
});

describe("a session that is no good", () => {
  it("is accepted, and its join is answered stale, which makes the client reload the page", async () => {
    const browser = await app.loggedIn(1);
    const page = await browser.get("/posts/1");
    app.calls.clear();
    const without = app.browser();
    without.csrf = browser.csrf;
    const wrong = browser.copy();
    wrong.csrf = "x".repeat(48);
    for (const each of [without, wrong]) {
      const socket = await open(each);
      expect(await socket.join(page)).toEqual({ status: "error", response: { reason: "stale" } });
    }
    expect(app.calls.log).toEqual([]);
  });
});

describe("middleware of the application", () => {
  it("guards each request of long poll as it guards the websocket's handshake", async () => {
    let closed = false;
    await withApp({
      routes(routes) {
        routes.use("/live/*", async (c, next) => (closed ? c.redirect("/login") : next()));
      },
    }, async (other) => {
      const browser = other.browser();
      const page = await browser.get("/");
      const socket = await open(browser);
      await socket.join(page);
      closed = true;
      other.calls.clear();
      const { text } = socket.eventMessage(page, "inc");
      expect(await socket.post(text)).toEqual({ http: 403, status: 403 });
      expect(await socket.poll()).toEqual({ http: 403, status: 403 });
      expect(await new PollSocket(browser).begin()).toEqual({ http: 403, status: 403 });
      expect(other.calls.log).toEqual([]);
      closed = false;
    });
  });

  it("that refuses what the route has answered has the last word, and leaves no socket behind", async () => {
    let closed = false;
    await withApp({
      routes(routes) {
        routes.use("/live/*", async (c, next) => {
          await next();
          if (closed) c.res = c.text("no", 403);
        });
      },
    }, async (other) => {
      const socket = await open(other.browser());
      closed = true;
      expect(await socket.poll()).toEqual({ http: 403, status: 403 });
      expect(await socket.post("[]")).toEqual({ http: 403, status: 403 });
      expect(await new PollSocket(other.browser()).begin()).toEqual({ http: 403, status: 403 });
      expect(other.endpoint.connections).toBe(0);
      closed = false;
    });
  });
});

describe("limits", () => {
  it("a body that is too long is refused before it is read", async () => {
    await withApp({ longPoll: { bodyBytes: 200_000 }, limits: { textFrameBytes: 65_536 } }, async (other) => {
      const browser = other.browser();
      const page = await browser.get("/");
      const socket = await open(browser);
      await socket.join(page);
      other.calls.clear();
      const url = new URL(`/live/longpoll?vsn=2.0.0&token=${socket.token}`, other.base);
      // Its head only: the answer comes although the body never does.
      const status = await new Promise<number>((resolve, reject) => {
        const outgoing = request(url, { method: "POST", headers: { origin: other.base, cookie: browser.cookie, "content-length": "200001" } });
        outgoing.on("response", (response) => {
          resolve(response.statusCode ?? 0);
          outgoing.destroy();
        });
        outgoing.on("error", reject).flushHeaders();
      });
      expect(status).toBe(413);
      // Without a stated length it is counted.
      const stream = new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode("[".repeat(65_536))) });
      expect(await socket.request("POST", { body: stream })).toEqual({ http: 413, status: 500 });
      expect(other.calls.log).toEqual([]);
    });
  });

  it("a message that is longer than a frame may be closes the socket, as on a websocket", async () => {
    const closed: unknown[] = [];
    const stop = onTelemetry("holdfast:socket:closed", (event) => closed.push(event));
    const browser = app.browser();
    const page = await browser.get("/");
    for (const make of [
      (socket: PollSocket) => socket.eventMessage(page, "note", { text: "x".repeat(65_536) }).text,
      () => chunkFrame("1", "2", page.topic, Buffer.alloc(131_073)).toString("base64"),
    ]) {
      const socket = await open(browser);
      await socket.join(page);
      expect(await socket.post(make(socket))).toMatchObject({ status: 500, code: 1009 });
    }
    stop();
    expect(closed).toEqual([1, 2].map(() => ({ code: 1009, reason: "frame too big", transport: "longpoll" })));
    expect(app.calls.of("note")).toBe(0);
  });

  it.each([
    ["nothing", ""], ["no frame and no base64", "hello!"], ["an empty line between", '["1","1","t","e",{}]\n\n["1","2","t","e",{}]'],
    ["more messages than a client sends at once", Array.from({ length: 101 }, () => "[]").join("\n")],
    ["what is no frame", "[]"],
  ])("a body of %s closes the socket", async (_what, body) => {
    const browser = app.browser();
    const page = await browser.get("/");
    const socket = await open(browser);
    await socket.join(page);
    app.calls.clear();
    expect(await socket.post(body)).toMatchObject({ status: 500, code: 1011 });
    expect(app.calls.log).toEqual([]);
  });

  it("a POST beside one that is still being read is refused unread", async () => {
    const browser = app.browser();
    const page = await browser.get("/");
    const socket = await open(browser);
    await socket.join(page);
    app.calls.clear();
    const { text } = socket.eventMessage(page, "inc");
    const slow = request(new URL(`/live/longpoll?vsn=2.0.0&token=${socket.token}`, app.base), {
      method: "POST", headers: { origin: app.base, cookie: browser.cookie, "content-length": text.length },
    });
    const answered = new Promise<number>((resolve, reject) => {
      slow.on("response", (response) => resolve(response.resume().statusCode ?? 0)).on("error", reject);
    });
    slow.write(text.slice(0, 10));
    // Until the first has arrived, others are taken.
    const heartbeat = (): string => JSON.stringify([null, socket.ref(), "phoenix", "heartbeat", {}]);
    await expect.poll(async () => socket.post(heartbeat()), { timeout: 60_000 }).toEqual({ http: 200, status: 500 });
    expect(app.calls.log).toEqual([]);
    slow.end(text.slice(10));
    expect(await answered).toBe(200);
    expect((await socket.event(page, "inc")).status).toBe("ok");
    expect(app.calls.of("inc")).toBe(2);
  });

  it("beyond the rate a POST's answer waits until its messages have been read", async () => {
    await withApp({ limits: { eventsPerSecond: 10, eventBurst: 5 }, longPoll: { pollMs: 60_000 } }, async (other) => {
      const browser = other.browser();
      const page = await browser.get("/");
      const socket = await open(browser);
      await socket.join(page); // one of the burst
      const began = performance.now();
      const events = Array.from({ length: 14 }, () => socket.eventMessage(page, "inc").text);
      expect((await socket.post(...events)).status).toBe(200);
      // Ten beyond the burst, at ten a second.
      expect(performance.now() - began).toBeGreaterThan(900);
      expect(other.calls.of("inc")).toBe(14);
    });
  });

  it("a client that sends on although nothing is read is cut off", async () => {
    await withApp({
      longPoll: { pollMs: 50, gapMs: 60_000, bodyBytes: 180_000 }, limits: { eventsPerSecond: 0.01, eventBurst: 2, textFrameBytes: 65_536 },
    }, async (other) => {
      const browser = other.browser();
      const page = await browser.get("/");
      const socket = await open(browser);
      await socket.join(page);
      other.calls.clear();
      const statuses: number[] = [];
      for (let i = 0; i < 5; i++) {
        statuses.push((await socket.post(socket.eventMessage(page, "note", { text: String(i).repeat(60_000) }).text)).status);
      }
      expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(4);
      expect(statuses.at(-1)).toBe(403);
      expect(other.calls.log).toEqual([]);
    });
  });

  it("a reader that never polls costs a bounded buffer, and then its socket", async () => {
    await withApp({ limits: { outgoingSoftBytes: 4096, outgoingHardBytes: 8192 } }, async (other) => {
      const browser = await other.loggedIn(2);
      const page = await browser.get("/posts/1");
      const socket = await open(browser);
      await socket.join(page);
      const closed: unknown[] = [];
      const stop = onTelemetry("holdfast:socket:closed", (event) => closed.push(event));
      for (let i = 0; i < 100 && closed.length === 0; i++) {
        other.endpoint.broadcast(postUpdated, String(i).padEnd(1000, "."));
        await socket.post(socket.eventMessage(page, "like").text);
      }
      // Renders wait from the soft limit on; what is not a render goes on to the hard one.
      for (let i = 0; i < 300 && closed.length === 0; i++) await socket.post(JSON.stringify([null, socket.ref(), "phoenix", "heartbeat", {}]));
      stop();
      expect(closed).toEqual([{ code: 1008, reason: "too slow", transport: "longpoll" }]);
      // What had been sent is still there, for a moment, and then why there is no more.
      const answers = [(await socket.poll()).status];
      while (answers.at(-1) === 200) answers.push((await socket.poll()).status);
      expect([answers[0], answers.at(-1)]).toEqual([200, 403]);
    });
  });

  it("a reader that polls, and reads no answer, has one answer: the next poll ends it", async () => {
    const MIB = 2 ** 20;
    // More than a machine keeps for a connection.
    const size = 24 * MIB;
    await withApp({ limits: { outgoingSoftBytes: 64 * MIB, outgoingHardBytes: 64 * MIB } }, async (other) => {
      const browser = await other.loggedIn(2);
      const page = await browser.get("/posts/1");
      const socket = await open(browser);
      await socket.join(page);
      /** Polls, and reads only the head of the answer. */
      const stalled = async (letter: string): Promise<IncomingMessage> => {
        other.endpoint.broadcast(postUpdated, letter.repeat(size));
        const url = new URL("/live/longpoll", other.base);
        url.search = String(new URLSearchParams({ vsn: "2.0.0", token: socket.token! }));
        const asked = request(url, { agent: false, headers: { origin: other.base, cookie: browser.cookie } }).end();
        const [answer] = await within(once(asked, "response"), "an answer") as [IncomingMessage];
        return answer;
      };
      /** How many bytes come, until the answer ends or its connection does. */
      const rest = async (answer: IncomingMessage): Promise<number> => {
        let bytes = 0;
        answer.on("data", (data: Buffer) => (bytes += data.length)).on("error", () => {});
        await within(once(answer, "close"), "the answer's end");
        return bytes;
      };
      const first = await stalled("x");
      const second = await stalled("y");
      expect(await rest(first)).toBeLessThan(size);
      expect(await rest(second)).toBeGreaterThan(size);
    });
  });

  it("sockets of one session and of one address, and concurrent handshakes, are counted together with those of websockets", async () => {
    await withApp({ limits: { socketsPerSession: 2, socketsPerIp: 3 } }, async (other) => {
      const browser = other.browser();
      await browser.get("/");
      const first = await open(browser);
      await browser.socket();
      await open(browser);
      // The tab that was not used for longest makes room.
      expect(await first.ended()).toMatchObject({ status: 410, code: 1001 });
      const another = other.browser();
      await another.get("/");
      await open(another);
      const late = other.browser();
      await late.get("/");
      expect(await new PollSocket(late).begin()).toEqual({ http: 429, status: 500 });
    });
    await withApp({ limits: { admissionsPerIp: 0.001, admissionBurstPerIp: 2, admissionWaitMs: 10, rejoinsPerIp: 0.001, rejoinBurstPerIp: 1 } }, async (other) => {
      const browser = other.browser();
      await browser.get("/");
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++) {
        const socket = new PollSocket(browser);
        sockets.push(socket);
        statuses.push((await socket.begin()).http);
      }
      expect(statuses).toContain(429);
    });
  });

  it("a socket that joins nothing in time is closed", async () => {
    await withApp({ limits: { firstJoinMs: 50 } }, async (other) => {
      expect(await (await open(other.browser())).ended()).toMatchObject({ status: 403, code: 1008, reason: "no join" });
    });
  });
});

describe("what is sent twice", () => {
  it("runs no event twice: neither an event again, nor a join with its events again", async () => {
    const browser = await app.loggedIn(2);
    const page = await browser.get("/posts/1");
    const socket = await open(browser);
    const join = socket.joinMessage(page);
    const like = socket.eventMessage(page, "like");
    const both = [join.text, like.text];
    app.calls.clear();
    expect((await socket.post(...both)).status).toBe(200);
    await socket.reply(like.ref);
    expect((await socket.post(...both)).status).toBe(200);
    expect((await socket.post(like.text)).status).toBe(200);
    expect((await socket.event(page, "like")).status).toBe("ok");
    expect([app.calls.of("like"), app.calls.of("ShowPost.mount")]).toEqual([2, 1]);
  });

  it("a poll takes the place of one that waits", async () => {
    const browser = await app.loggedIn(2);
    const page = await browser.get("/posts/1");
    const socket = await open(browser);
    await socket.join(page);
    const first = socket.request("GET");
    const second = socket.request("GET");
    expect(await Promise.race([first, second])).toMatchObject({ status: 204 });
    app.endpoint.broadcast(postUpdated, "once");
    const statuses = [await first, await second];
    expect(statuses.filter(({ messages }) => JSON.stringify(messages)?.includes("once"))).toHaveLength(1);
  });
});

describe("the end", () => {
  const ways: [string, (browser: Browser) => Promise<unknown>][] = [
    ["endpoint.disconnect", () => app.endpoint.disconnect(socketId(1))],
    ["endpoint.endSessions", () => app.endpoint.endSessions(socketId(1))],
    ["logOut", (browser) => browser.post("/logout")],
  ];
  it.each(ways)("%s ends the socket, and no event that is on its way starts any more", async (_name, end) => {
    const browser = await app.loggedIn(1);
    const page = await browser.get("/posts/1");
    const socket = await open(browser);
    await socket.join(page);
    const gate = app.gate("like");
    await socket.post(socket.eventMessage(page, "like").text);
    await gate.entered;
    for (let i = 0; i < 5; i++) await socket.post(socket.eventMessage(page, "like").text);
    const { token } = socket;
    const waits = socket.ended();
    await end(browser.copy());
    const late = socket.request("POST", { token, body: socket.eventMessage(page, "like").text });
    expect(await waits).toMatchObject({ status: 410 });
    expect((await late).status).toBe(410);
    gate.open();
    expect(app.calls.of("like")).toBe(1);
    await expect.poll(() => app.calls.of("ShowPost.terminated"), { timeout: 60_000 }).toBe(1);
  });

  it("reaches a socket that is just being opened", async () => {
    const browser = await app.loggedIn(1);
    const gate = app.gate("connect");
    const opening = new PollSocket(browser, { path: "/chat/longpoll" }).begin();
    await gate.entered;
    await app.endpoint.disconnect(socketId(1));
    gate.open();
    expect(await opening).toEqual({ http: 503, status: 500 });
    expect(app.endpoint.connections).toBe(0);
  });

  it("a drain ends it with a reason to come back, refuses new ones, and answers with the last messages first", async () => {
    const other = await startFixture({ longPoll: { pollMs: 60_000 }, limits: { closeGraceMs: 20_000 } });
    const browser = other.browser();
    const page = await browser.get("/");
    const socket = await PollSocket.open(browser);
    await socket.join(page);
    await socket.post(socket.eventMessage(page, "inc").text);
    const before = await PollSocket.open(browser);
    const arrived = new Promise<void>((resolve) => {
      const stop = onSpan("request", { start: () => (stop(), resolve()) });
    });
    const waits = before.poll();
    await arrived;
    const closing = other.endpoint.close();
    expect(await waits).toMatchObject({ http: 200, status: 410, code: 1012, reason: expect.stringMatching(/^restart;\d+$/) as string });
    await closing;
    expect(other.endpoint.connections).toBe(0);
    // Whoever asks without a server behind: the same answers.
    const ask = async (token?: string | null): Promise<unknown> => (await other.endpoint.fetch(new Request(
      `${other.base}/live/longpoll?vsn=2.0.0&_csrf_token=${browser.csrf}${token === undefined ? "" : `&token=${token}`}`,
      { headers: { origin: other.base, cookie: browser.cookie } },
    ))).json();
    expect(await ask(socket.token)).toMatchObject({ status: 200, messages: [expect.stringContaining("phx_reply")] });
    expect(await ask(socket.token)).toMatchObject({ status: 410, code: 1012 });
    expect(await ask()).toEqual({ status: 500 });
  });
});

it("a handshake is reported with its transport", async () => {
  const heard: unknown[] = [];
  const stop = onSpan("handshake", { stop: ({ path, transport, status }) => heard.push([path, transport, status]) });
  await open(app.browser());
  await new PollSocket(app.browser(), { headers: { origin: "https://evil.example" } }).begin();
  stop();
  expect(heard).toEqual([["/live/longpoll", "longpoll", 200], ["/live/longpoll", "longpoll", 403]]);
});

it.each(["development", "production"])("a channel that sends bytes, which the npm client cannot read from a poll, is logged in development once a topic: %s", async (mode) => {
  vi.stubEnv("NODE_ENV", mode);
  const logged: unknown[] = [];
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", longPoll: true,
    log: (message, details) => {
      if (message === "bytes over long poll") logged.push(details);
    },
    sockets: {
      "/room": userSocket({
        connect: () => ({}), id: () => undefined,
        channels: (channel) => ({
          "room:*": channel({
            pushes: { said: message<Uint8Array>() },
            join: () => ({}),
            handleIn: {
              bytes: {
                handle(socket) {
                  socket.push("said", Uint8Array.of(1));
                  return Uint8Array.of(2);
                },
              },
            },
          }),
        }),
      }),
    },
  });
  vi.unstubAllEnvs();
  const { url } = await serve(endpoint, { port: 0 });
  try {
    const socket = await PollSocket.open(new Browser(url), { path: "/room/longpoll" });
    for (const [topic, refs] of [["room:1", ["1", "2", "3"]], ["room:2", ["4", "5", "6"]]] as const) {
      const [join, ...events] = refs;
      await socket.post(JSON.stringify([join, join, topic, "phx_join", {}]), ...events.map((ref) => JSON.stringify([join, ref, topic, "bytes", {}])));
    }
    const messages: string[] = [];
    while (messages.length < 10) {
      const { messages: more = [], token } = await socket.request("GET");
      messages.push(...more);
      socket.token = token!;
    }
    expect(messages.filter((message) => !message.startsWith("["))).toHaveLength(8);
    expect(logged).toEqual(mode === "production" ? [] : [{ topic: "room:1", fix: expect.stringMatching(/send JSON/) }, { topic: "room:2" }]);
  } finally {
    await endpoint.close();
  }
});
