// Long poll without sticky routing: two processes, a Redis, and a load balancer that sends each request to the next process.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connected, watch } from "../browser/support/browser.js";
import { launch } from "../browser/support/chromium.js";
import { Browser, type Page } from "../support/browser.js";
import { PollSocket } from "../support/poll-socket.js";
import { RedisServer } from "../support/redis-server.js";
import { RoundRobin } from "../support/round-robin.js";
import { NodeProcess } from "./node-process.js";
import { eventually } from "./support.js";

let server: RedisServer;
let nodes: NodeProcess[];
let balancer: RoundRobin;
beforeEach(async () => {
  server = await RedisServer.start();
  nodes = await Promise.all([0, 1].map(() => NodeProcess.start(server.url, "app-node.mjs", { LONG_POLL: "1" })));
  balancer = await RoundRobin.start(nodes.map(({ id }) => id), "/longpoll");
});
afterEach(async () => {
  balancer.stop();
  await Promise.all(nodes.map((node) => node.kill()));
  await server.stop();
});

async function loggedIn(name: string): Promise<Browser> {
  const browser = new Browser(balancer.url);
  await browser.get("/login");
  await browser.post("/login", { name });
  return browser;
}

interface Tab { readonly browser: Browser; readonly page: Page; readonly socket: PollSocket; readonly owner: NodeProcess; readonly other: NodeProcess }

/** A page that has joined over long poll, and the node of its socket. */
async function tab(name: string): Promise<Tab> {
  const browser = await loggedIn(name);
  const page = await browser.get("/");
  const socket = await PollSocket.open(browser);
  expect((await socket.join(page)).status).toBe("ok");
  const here = await Promise.all(nodes.map((node) => node.ask<number>("connections")));
  const at = here.indexOf(1);
  return { browser, page, socket, owner: nodes[at]!, other: nodes[1 - at]! };
}

/** From now on the balancer uses this node only. */
function through(node: NodeProcess): void {
  balancer.only = nodes.indexOf(node);
}

/** Begins a poll, and resolves when its node has received it. */
async function polling({ socket, other }: Tab, signal?: AbortSignal): Promise<{ poll: ReturnType<PollSocket["poll"]> }> {
  const before = balancer.sent;
  const poll = socket.poll(signal === undefined ? {} : { signal });
  poll.catch(() => {}); // one that is ended
  await eventually("the poll is sent on", () => balancer.sent > before);
  // The server has then read everything sent before.
  await other.ask("held");
  return { poll };
}

/** How many `bump`s have run on both nodes. */
const started = async (): Promise<number> => (await Promise.all(nodes.map((node) => node.ask<number>("started")))).reduce((sum, n) => sum + n);

describe("a page with polls and POSTs that reach either node", () => {
  it("is answered as on one: events in order, each once, what others say, presence", async () => {
    const ann = await tab("ann");
    const bob = await tab("bob").catch(() => undefined);
    expect(bob).toBeDefined();
    for (let i = 0; i < 5; i++) {
      expect((await ann.socket.event(ann.page, "bump")).response).toHaveProperty("diff");
    }
    const events = Array.from({ length: 20 }, () => ann.socket.eventMessage(ann.page, "bump"));
    expect((await ann.socket.post(...events.map(({ text }) => text))).status).toBe(200);
    await ann.socket.reply(events.at(-1)!.ref);
    const refs = events.map(({ ref }) => ref);
    expect(ann.socket.frames.map((frame) => frame[1]).filter((ref) => ref !== null && refs.includes(ref))).toEqual(refs);
    expect(await started()).toBe(25);
    await nodes[0]!.ask("broadcast everybody");
    await eventually("it has heard", async () => (await ann.socket.poll(), JSON.stringify(ann.socket.frames).includes("everybody")));
    expect(balancer.counted.every((count) => count > 3)).toBe(true);
  });

  it("waits on the other node: a poll there is answered when there is something to say, or empty when its time is over", async () => {
    const ann = await tab("ann");
    through(ann.other);
    await eventually("nothing more comes", async () => (await ann.socket.poll()).status === 204);
    const poll = ann.socket.poll();
    await nodes[0]!.ask("broadcast everybody");
    const answer = await poll;
    if (answer.status === 204) await ann.socket.poll(); // the broadcast came a moment too late
    expect(JSON.stringify(ann.socket.frames)).toContain("everybody");
  });

  it("belongs to its own session only, on the other node as well", async () => {
    const ann = await tab("ann");
    const thief = new PollSocket(await loggedIn("eve"));
    const { text } = ann.socket.eventMessage(ann.page, "bump");
    for (const node of nodes) {
      through(node);
      thief.token = ann.socket.token;
      expect(await thief.poll()).toMatchObject({ status: 410, token: null });
      expect(await thief.post(text)).toMatchObject({ status: 410 });
    }
    expect(await started()).toBe(0);
  });

  it("runs an event once that a balancer sends to both", async () => {
    const ann = await tab("ann");
    const { ref, text } = ann.socket.eventMessage(ann.page, "bump");
    for (const node of [ann.other, ann.owner, ann.other]) {
      through(node);
      expect((await ann.socket.post(text)).status).toBe(200);
    }
    await ann.socket.reply(ref);
    expect(await started()).toBe(1);
  });

  it("is refused at the other node too: another origin, a body that is too long, a session that has ended", async () => {
    const ann = await tab("ann");
    through(ann.other);
    const { text } = ann.socket.eventMessage(ann.page, "bump");
    expect(await ann.socket.request("POST", { body: text, headers: { origin: "https://evil.example" } })).toEqual({ http: 403, status: 403 });
    expect(await ann.socket.request("POST", { body: "x".repeat(2 ** 21 + 1) })).toEqual({ http: 413, status: 500 });
    const poll = ann.socket.ended();
    await ann.owner.ask("endSessions user:ann");
    expect(await poll).toMatchObject({ status: 410 });
    expect(await ann.socket.post(text)).toMatchObject({ status: 410 });
    expect(await started()).toBe(0);
  });

  it("is ended by a disconnect from any node: no event starts after it", async () => {
    for (const from of ["owner", "other"] as const) {
      balancer.only = undefined;
      const ann = await tab("ann");
      through(ann.other);
      const poll = ann.socket.ended();
      expect(await ann[from].ask("disconnect user:ann")).toMatchObject({ sockets: 1, missing: [] });
      const before = await started();
      expect((await ann.socket.post(ann.socket.eventMessage(ann.page, "bump").text)).status).toBe(410);
      expect(await poll).toMatchObject({ status: 410 });
      expect(await started()).toBe(before);
    }
  });

  it("is gone on its node when its client ends the poll at the other", async () => {
    const ann = await tab("ann");
    through(ann.other);
    // A poll that is answered cannot be ended.
    await eventually("nothing more comes", async () => (await ann.socket.poll()).status === 204);
    const stop = new AbortController();
    await polling(ann, stop.signal);
    stop.abort();
    await eventually("the socket is gone", async () => (await ann.owner.ask<number>("connections")) === 0);
  });
});

describe("when a node goes", () => {
  it("polls for a killed node are answered that their socket is gone, and the client opens another", async () => {
    const ann = await tab("ann");
    through(ann.other);
    await ann.owner.kill();
    const end = await ann.socket.ended();
    expect([410, 500]).toContain(end.status);
    const again = new PollSocket(ann.browser);
    expect(await again.begin()).toMatchObject({ status: 410, token: expect.any(String) as string });
    expect((await again.join(ann.page)).status).toBe("ok");
  });

  it("a node that only handed polls on answers them before it stops, and nothing is lost", async () => {
    const ann = await tab("ann");
    through(ann.other);
    await eventually("nothing more comes", async () => (await ann.socket.poll()).status === 204);
    const { poll } = await polling(ann);
    await ann.other.ask("close");
    expect([200, 204]).toContain((await poll).status);
    through(ann.owner);
    expect((await ann.socket.event(ann.page, "bump")).response).toHaveProperty("diff");
  });

  it("a node that drains tells its sockets through the other one to move, and their clients open others there", async () => {
    const ann = await tab("ann");
    through(ann.other);
    await eventually("nothing more comes", async () => (await ann.socket.poll()).status === 204);
    const { poll } = await polling(ann);
    await ann.owner.ask("drain");
    expect(await poll).toMatchObject({ status: 410, code: 1012, reason: expect.stringMatching(/^restart/) as string });
    const again = new PollSocket(ann.browser);
    expect((await again.begin()).status).toBe(410);
    expect((await again.join(ann.page)).status).toBe("ok");
    expect((await again.event(ann.page, "bump")).response).toHaveProperty("diff");
    expect(await ann.other.ask("connections")).toBe(1);
  });

  it("without Redis a poll at the other node fails, so that its client opens another socket", async () => {
    const ann = await tab("ann");
    through(ann.other);
    await server.kill();
    expect((await ann.socket.poll()).status).toBe(500);
  });
});

it("a browser whose transport is LongPoll behind that balancer", async () => {
  const browser = await launch();
  try {
    const context = await browser.newContext();
    const { page, complaints } = await watch(context);
    await page.route("**/start.js", (route) => route.fulfill({
      contentType: "text/javascript",
      body: `import { LongPoll } from "./phoenix.js"; import { connect } from "./client/index.js"; connect({ transport: LongPoll });`,
    }));
    const ann = await loggedIn("ann");
    await context.addCookies([...ann.cookies].map(([name, value]) => ({ name, value, url: balancer.url })));
    await page.goto(balancer.url);
    await connected(page);
    for (let count = 1; count <= 5; count++) {
      await page.click("text=bump");
      await page.waitForFunction((wanted) => document.querySelector("b")?.textContent === wanted, String(count));
    }
    await nodes[1]!.ask("broadcast everybody");
    await page.waitForFunction(() => document.querySelector("p")?.textContent === "everybody");
    expect(balancer.counted.every((count) => count > 1)).toBe(true);
    expect(complaints.filter((text) => !text.includes("favicon"))).toEqual([]);
  } finally {
    await browser.close();
  }
});
