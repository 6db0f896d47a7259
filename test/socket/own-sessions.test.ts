// Sessions that end in the application's own table, as those of an authentication library do: on two nodes that share it.
import { createEndpoint, createPubSub, csrfField, html, liveSession, liveView, logIn, memoryRevocations, onMount, redirect, topic, type Endpoint, type SessionOptions } from "holdfast";
import { serve } from "holdfast/node";
import { afterEach, describe, expect, it } from "vitest";
import { Browser, type Page } from "../support/browser.js";
import { MemoryBus } from "../support/memory-bus.js";
import type { RawSocket } from "../support/raw-socket.js";
import { Gate } from "../support/wait.js";

declare module "holdfast" {
  interface SessionValues {
    row?: string;
  }
}

const rowDeleted = (row: string) => topic<null>(`row:${row}:deleted`);
/** The application's table of sessions. */
const rows = new Set<string>();
/** Which rows were asked for. */
const asked: (string | undefined)[] = [];
let failing = false;
/** Makes the next question wait. */
let gate: Gate | undefined;

const signedIn = onMount((_socket, { session }) => (session.row === undefined ? redirect("/login") : { row: session.row }));
const Home = liveView.use(signedIn).define({ authorize: () => true, render: ({ row }) => html`<p>${row}</p>` });
const Open = liveView.define({ authorize: "public", render: () => html`<p>open</p>` });

const byTopic: SessionOptions = {
  check: async ({ row }) => {
    asked.push(row);
    const exists = row !== undefined && rows.has(row);
    const door = gate;
    gate = undefined;
    await door?.wait();
    if (failing) throw new Error("no database");
    return exists;
  },
  topic: ({ row }) => (row === undefined ? undefined : rowDeleted(row)),
};

let nodes: { endpoint: Endpoint; url: string }[] = [];
const browsers: Browser[] = [];
async function startNodes(sessions: SessionOptions = byTopic): Promise<void> {
  const bus = new MemoryBus();
  const revocations = memoryRevocations();
  nodes = await Promise.all([1, 2].map(async () => {
    const pubsub = createPubSub();
    await pubsub.connect(bus.carrier());
    const endpoint: Endpoint = createEndpoint({
      secret: "a secret of this test, long enough to be one", pubsub, revocations, sessions, log() {},
      live: [liveSession("default", {}, (live) => {
        live("/", Home);
        live("/open", Open);
      })],
      routes(app) {
        app.get("/login", (c) => endpoint.renderPage(c, html`<form method="post">${csrfField(c)}<input name="row"></form>`));
        app.post("/login", async (c) => {
          const row = String((await c.req.parseBody())["row"]);
          rows.add(row);
          await logIn(c, { row, liveSocketId: `owner-of:${row}` });
          return c.redirect("/");
        });
      },
    });
    return { endpoint, url: (await serve(endpoint, { port: 0 })).url };
  }));
}
afterEach(async () => {
  for (const browser of browsers.splice(0)) browser.close();
  await Promise.all(nodes.map(({ endpoint }) => endpoint.close()));
  rows.clear();
  asked.length = 0;
  failing = false;
});

/** Logs in on the first node; the pages that it opens then are the second one's. */
async function loggedIn(row: string): Promise<Browser> {
  const browser = new Browser(nodes[0]!.url);
  await browser.get("/login");
  await browser.post("/login", { row });
  const elsewhere = new Browser(nodes[1]!.url);
  for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value);
  browsers.push(elsewhere);
  return elsewhere;
}

async function expectEnded(browser: Browser, page: Page): Promise<void> {
  expect((await browser.get("/")).location).toBe("/login");
  // Neither does a page that was loaded before.
  const socket = await browser.socket({ csrf: page.csrf });
  expect(await socket.join(page)).toMatchObject({ status: "error", response: { reason: "stale" } });
}

describe("a session with a deleted row", () => {
  it("closes its pages on every node when the topic says so, and nobody else's; its cookie opens nothing any more", async () => {
    await startNodes();
    const [ann, bob] = [await loggedIn("ann"), await loggedIn("bob")];
    const [{ page, socket }, other] = [await ann.open("/"), await bob.open("/")];
    rows.delete("ann");
    nodes[0]!.endpoint.broadcast(rowDeleted("ann"), null);
    expect([await socket.code(), socket.reason]).toEqual([1001, "session ended"]);
    expect((await other.socket.heartbeat()).status).toBe("ok");
    await expectEnded(ann, page);
  });

  it("stays open if the row is there all the same: the topic only asks", async () => {
    await startNodes();
    const { socket } = await (await loggedIn("ann")).open("/");
    const before = asked.length;
    nodes[0]!.endpoint.broadcast(rowDeleted("ann"), null);
    await expect.poll(() => asked.length).toBe(before + 1);
    expect((await socket.heartbeat()).status).toBe("ok");
  });

  it("closes its pages without a topic, too, when it is next asked about", async () => {
    await startNodes({ check: byTopic.check, everyMs: 1 });
    const ann = await loggedIn("ann");
    const { page, socket } = await ann.open("/");
    rows.delete("ann");
    expect(await socket.code()).toBe(1001);
    await expectEnded(ann, page);
  });

  it("is noticed although it is deleted while the socket is being opened", async () => {
    await startNodes();
    const ann = await loggedIn("ann");
    await ann.get("/");
    const door = (gate = new Gate());
    const opening = ann.socket();
    await door.entered;
    rows.delete("ann");
    nodes[0]!.endpoint.broadcast(rowDeleted("ann"), null);
    door.open();
    let socket: RawSocket | undefined;
    // It was good when it was asked about, so the handshake may have been accepted.
    await opening.then((opened) => void (socket = opened), () => {});
    if (socket !== undefined) expect(await socket.code()).toBe(1001);
    await expect.poll(() => nodes[1]!.endpoint.connections).toBe(0);
  });
});

describe("of the revocations and the application", () => {
  it("either ends a session: what was revoked is not asked about, and cannot be brought back", async () => {
    await startNodes();
    const ann = await loggedIn("ann");
    const { page, socket } = await ann.open("/");
    await nodes[0]!.endpoint.endSessions("owner-of:ann");
    expect(await socket.code()).toBe(1001);
    asked.length = 0;
    await expectEnded(ann, page);
    expect([asked, rows.has("ann")]).toEqual([[], true]);
  });

  it("a row that comes back is a session again: the application ended it, and only it", async () => {
    await startNodes();
    const ann = await loggedIn("ann");
    rows.delete("ann");
    expect((await ann.get("/")).location).toBe("/login");
    rows.add("ann");
    expect((await ann.get("/")).status).toBe(200);
  });
});

describe("a check", () => {
  it("is not made for somebody anonymous", async () => {
    await startNodes();
    const browser = new Browser(nodes[0]!.url);
    browsers.push(browser);
    await browser.open("/open");
    await browser.get("/open");
    expect(asked).toEqual([]);
  });

  it.each([undefined, null, 1, "yes", {}])("that says %j has not said yes", async (answer) => {
    await startNodes({ check: () => answer as boolean });
    expect((await (await loggedIn("ann")).get("/")).location).toBe("/login");
  });

  it("that fails ends nothing: a request is answered 503 and keeps its cookie, a socket comes back when it works again", async () => {
    await startNodes();
    const ann = await loggedIn("ann");
    const { page, socket } = await ann.open("/");
    failing = true;
    expect((await ann.get("/")).status).toBe(503);
    nodes[0]!.endpoint.broadcast(rowDeleted("ann"), null);
    expect([await socket.code(), socket.reason]).toEqual([1001, "session unchecked"]);
    await expect(ann.socket()).rejects.toThrow("503");
    failing = false;
    expect((await (await ann.socket({ csrf: page.csrf })).join(page)).status).toBe("ok");
  });
});
