// Whatever ends somebody's access, against whatever they have begun, at each place where the server waits: nothing starts behind it. The
// places are not listed here. A first run says where the application or one of its stores was waited for; then each of them is held in turn,
// the end is carried out meanwhile, and the place is left again.
import {
  createEndpoint, csrfField, fileInput, html, liveComponent, liveRender, liveSession, liveView, logIn, logOut, memoryRevocations, memorySubmissions,
  onMount, topic, upload, userSocket, type Endpoint, type RevocationStore, type UploadWriter,
} from "holdfast";
import { serve } from "holdfast/node";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import type { Backplane } from "../../src/pubsub/index.js";
import { Browser } from "../support/browser.js";
import { Chance } from "../support/chance.js";
import { eventually, Joined, tokenOf } from "../support/lab.js";
import { MemoryBus } from "../support/memory-bus.js";
import { PollSocket } from "../support/poll-socket.js";
import { Uploader } from "../support/uploads.js";
import { Gate, within } from "../support/wait.js";
import { attack } from "./support/attack.js";

/** The places that have been reached since the door was touched, in order, and the one that is held. */
class Places {
  readonly reached: string[] = [];
  #heldAt = -1;
  #gate: Gate | undefined;

  /** Forgets what was reached. From now on the place that is reached as number `index` is held. */
  hold(index: number): Gate {
    this.reached.length = 0;
    this.#heldAt = index;
    return (this.#gate = new Gate());
  }

  /** The application begins something, and waits. */
  async at(name: string): Promise<true> {
    if (this.reached.push(name) - 1 === this.#heldAt) await this.#gate!.wait();
    return true;
  }

  /** The application does something that waits for nothing. */
  note(name: string): void {
    this.reached.push(name);
  }

  /** One of the stores is asked, which starts nothing of the application. */
  async asked(): Promise<void> {
    if (this.reached.push("(asked)") - 1 === this.#heldAt) await this.#gate!.wait();
  }

  /** What the application has begun. */
  get begun(): readonly string[] {
    return this.reached.filter((name) => name !== "(asked)");
  }
}

const places = new Places();
/** Only the attacker's own steps are noted, not those of what sets up or ends. */
let noted = false;
const at = async (name: string): Promise<true> => (noted ? places.at(name) : true);
const note = (name: string): void => void (noted && places.note(name));
const asked = async (): Promise<void> => (noted ? places.asked() : undefined);

/** A schema that accepts everything. */
const schema = (name: string) => ({
  "~standard": { version: 1 as const, vendor: "test", async validate(value: unknown) {
    await at(name);
    return { value: value as Record<string, unknown> };
  } },
});

const said = topic<string>("interleavings:said");
const socketId = (userId: number): string => `interleavings:${userId}`;

/** The writers that were begun, with how often each was closed, or released after it was done. */
const writers: { ends: string[] }[] = [];

class Writer implements UploadWriter<null> {
  readonly ends: string[] = [];
  async init(): Promise<void> {
    writers.push(this);
    await at("writer init");
  }
  async write(): Promise<void> {
    await at("writer write");
  }
  async close(end: string): Promise<null> {
    this.ends.push(end);
    // What is unfinished is deleted in any case.
    if (end === "done") await at("writer close");
    return null;
  }
  release(): void {
    this.ends.push("release");
  }
}

const Part = liveComponent<{ n: number }>().define({
  name: "part",
  topics: () => ({ said }),
  mount: async () => void (await at("component mount")),
  update: async () => void (await at("component update")),
  messages: { said: async () => void (await at("component message")) },
  events: { poke: { params: schema("component schema"), authorize: () => at("component policy"), handle: async () => void (await at("component handler")) } },
  render: ({ id }, on) => note("component render") ?? html`<i id=${id} phx-click=${on.poke}></i>`,
});
const Nested = liveView.use(onMount(() => at("nested hook").then(() => {}))).define({
  name: "nested",
  params: schema("nested schema"),
  authorize: () => at("nested policy"),
  mount: async () => void (await at("nested mount")),
  render: () => note("nested render") ?? html`<b>nested</b>`,
});
const Sticky = liveView.define({
  name: "sticky-of-interleavings", authorize: () => at("sticky policy"), mount: async () => void (await at("sticky mount")), render: () => html`<b>sticky</b>`,
});

const Page = liveView.use(onMount(() => at("hook").then(() => {}), { refresh: 1 })).define({
  name: "page",
  params: schema("parameters"),
  authorize: () => at("policy"),
  topics: () => ({ said }),
  async mount(socket) {
    await at("mount");
    socket.attachHook("attached", "handleEvent", async () => void (await at("attached hook")));
    return {
      n: 0,
      file: upload({ chunkSize: 1024, maxEntries: 2, writer: () => new Writer() }),
      bucket: upload({ maxEntries: 2, external: () => at("external").then(() => ({ uploader: "none" })) }),
    };
  },
  handleParams: async () => void (await at("handleParams")),
  messages: { said: async () => void (await at("message")) },
  progress: { file: async () => void (await at("progress")) },
  events: {
    act: { params: schema("schema"), authorize: () => at("event policy"), handle: async () => void (await at("handler")) },
    next: { handle: async (socket) => {
      await at("next handler");
      socket.update("n", (n) => n + 1);
    } },
    go: { handle: async (socket) => {
      await at("go handler");
      socket.pushPatch("/a?page=3");
    } },
    choose: { handle: () => {} },
  },
  render: ({ n, file, bucket }, on) => note("render") ?? html`<main><p phx-click=${on.act}>${n}</p><p phx-click=${on.next}></p><p phx-click=${on.go}></p>
    <form phx-change=${on.choose}>${fileInput(file)}${fileInput(bucket)}</form>
    ${Part({ id: "part", n })}${liveRender(Nested, { id: "nested" })}${liveRender(Sticky, { id: "sticky", sticky: true })}</main>`,
});

const chat = userSocket({
  connect: async ({ session }) => {
    await at("connect");
    return { userId: (session as { userId?: number }).userId ?? 0 };
  },
  id: ({ userId }) => socketId(userId),
  channels: (channel) => ({
    room: channel({
      params: schema("channel schema"),
      join: async () => {
        await at("channel join");
        return {};
      },
      handleIn: { say: { params: schema("say schema"), handle: async () => void (await at("say")) } },
    }),
  }),
});

/** A store of ended sessions, whose answers can be held. */
class AskedRevocations implements RevocationStore {
  readonly #store = memoryRevocations();
  revoke(key: string, moment: number, until: number): void {
    this.#store.revoke(key, moment, until);
  }
  async revokedAt(key: string): Promise<number | undefined> {
    const answer = this.#store.revokedAt(key);
    await asked();
    return answer;
  }
}

interface AppNode {
  readonly endpoint: Endpoint;
  readonly base: string;
}

const bus = new MemoryBus();
const revocations = new AskedRevocations();
const submissions = memorySubmissions();

async function startNode(): Promise<AppNode> {
  const carrier = bus.carrier();
  const subscribe = carrier.subscribe.bind(carrier);
  carrier.subscribe = async (name, replay) => {
    await subscribe(name, replay);
    await asked();
  };
  const backplane: Backplane = {
    open: () => ({
      carrier, revocations, rateLimits: { take: async () => 0 }, submissions,
      lease: { durationMs: 5_000, held: () => true, whenHeld: () => Promise.resolve(), watch: () => () => {} },
      journal: { append: async () => {}, read: () => {} }, close: async () => {},
    }),
  };
  const endpoint: Endpoint = createEndpoint({
    secret: "a secret of the interleavings, long enough", backplane, sockets: { "/chat": chat }, longPoll: { pollMs: 100 }, log() {},
    limits: { crashBudget: 100_000, eventsPerSecond: Infinity, eventBurst: Infinity, socketsPerIp: 10_000, admissionBurstPerSession: 1e6, admissionBurstPerIp: 1e6, rejoinBurstPerIp: 1e6 },
    rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
    live: [liveSession("one", {}, (live) => {
      live("/a", Page);
      live("/b", Page);
    })],
    routes(app) {
      app.use("/a", async (_c, next) => {
        await at("middleware");
        await next();
      });
      app.get("/login", (c) => endpoint.renderPage(c, html`<form method="post">${csrfField(c)}</form>`));
      app.post("/login", async (c) => {
        const userId = Number((await c.req.parseBody())["userId"]);
        await logIn(c, { userId, liveSocketId: socketId(userId) });
        return c.text("in");
      });
      app.post("/logout", async (c) => {
        await logOut(c);
        return c.text("out");
      });
    },
  });
  return { endpoint, base: (await serve(endpoint, { port: 0, host: "127.0.0.1" })).url };
}

let nodes: readonly [AppNode, AppNode];
beforeAll(async () => {
  nodes = [await startNode(), await startNode()];
});
afterAll(() => Promise.all(nodes.map(({ endpoint }) => endpoint.close())));
afterEach(() => vi.restoreAllMocks());

/** Somebody who is logged in, with everything that a door needs. */
class Visitor {
  readonly id: number;
  readonly browser: Browser;
  readonly #polls: PollSocket[] = [];
  constructor(id: number) {
    this.id = id;
    this.browser = new Browser(nodes[0].base);
  }
  async enter(): Promise<this> {
    await this.browser.get("/login");
    expect((await this.browser.post("/login", { userId: String(this.id) })).status).toBe(200);
    return this;
  }
  async open(path = "/a"): Promise<Joined> {
    const page = await this.browser.get(path);
    const socket = await this.browser.socket();
    const { status, response } = await socket.join(page);
    expect(status).toBe("ok");
    return new Joined(socket, this.browser, page, page.topic, response["rendered"]);
  }
  async poll(headers: Readonly<Record<string, string>> = {}): Promise<PollSocket> {
    const socket = new PollSocket(this.browser, { headers });
    this.#polls.push(socket);
    await socket.begin();
    return socket;
  }
  /** Closes all its sockets. */
  async leave(): Promise<void> {
    this.browser.close();
    await Promise.all(this.#polls.map((socket) => socket.close()));
  }
}

/** Something that a visitor begins. Returns what begins it, once everything before it is done. */
type Door = (visitor: Visitor) => Promise<() => Promise<unknown>>;

const url = (path: string): string => `${nodes[0].base}${path}`;
const refusedIs = (wait: Promise<unknown>): Promise<unknown> => wait.catch((error: unknown) => error);

const DOORS: Readonly<Record<string, Door>> = {
  "a handshake": async ({ browser }) => {
    await browser.get("/a");
    return () => browser.socket();
  },
  "a join": async ({ browser }) => {
    const page = await browser.get("/a");
    const socket = await browser.socket();
    return () => socket.join(page);
  },
  "a handshake with its join": async ({ browser }) => {
    const page = await browser.get("/a");
    return async () => (await browser.socket()).join(page);
  },
  "a live navigation": async (visitor) => {
    const { socket, page } = await visitor.open("/b");
    return () => {
      socket.send(socket.joinRefs.get(page.topic)!, socket.ref(), page.topic, "phx_leave");
      return socket.join(page, { url: undefined, redirect: url("/a") });
    };
  },
  "a live patch": async (visitor) => {
    const view = await visitor.open();
    return () => view.call("live_patch", { url: url("/a?page=2") });
  },
  "a patch by a handler": async (visitor) => {
    const view = await visitor.open();
    return () => view.event("go");
  },
  "an event": async (visitor) => {
    const view = await visitor.open();
    return () => view.event("act");
  },
  "an event that updates a component": async (visitor) => {
    const view = await visitor.open();
    return () => view.event("next");
  },
  "a component's event": async (visitor) => {
    const view = await visitor.open();
    return () => view.event("poke", {}, 1);
  },
  "events in a row": async (visitor) => {
    const view = await visitor.open();
    return () => Promise.all([view.event("act"), view.event("next"), view.event("act")]);
  },
  "a message": async (visitor) => {
    const view = await visitor.open();
    return async () => {
      nodes[1].endpoint.broadcast(said, "hello");
      await turns();
      return view.socket.heartbeat();
    };
  },
  "a nested join": async (visitor) => {
    const view = await visitor.open();
    return () => view.join("nested", tokenOf(view.rendered, "nested"));
  },
  "a sticky view's join": async (visitor) => {
    const view = await visitor.open();
    return () => view.join("sticky", tokenOf(view.rendered, "sticky"));
  },
  "an upload's permission": async (visitor) => {
    const uploader = new Uploader(await visitor.open(), "choose", 1);
    const files = [uploader.file("a.bin", 5), uploader.file("b.bin", 5)];
    await uploader.choose(files);
    return () => uploader.preflight(files);
  },
  "an upload": async (visitor) => {
    const uploader = new Uploader(await visitor.open(), "choose");
    const file = uploader.file("a.bin", 2048);
    await uploader.choose([file]);
    const { entries = {} } = await uploader.preflight([file]);
    return async () => {
      await uploader.join(file.ref, entries[file.ref]);
      const bytes = Buffer.alloc(1024);
      await Promise.all([uploader.chunk(file.ref, bytes), uploader.chunk(file.ref, bytes)]);
      await uploader.progress(file.ref, 100);
    };
  },
  "a long poll's handshake with its join": async (visitor) => {
    const page = await visitor.browser.get("/a");
    return async () => (await visitor.poll()).join(page);
  },
  "a long poll's event": async (visitor) => {
    const page = await visitor.browser.get("/a");
    const socket = await visitor.poll();
    await socket.join(page);
    return () => socket.event(page, "act");
  },
  "a long poll's join and event that reach the other node": async (visitor) => {
    const page = await visitor.browser.get("/a");
    const headers: Record<string, string> = {};
    const socket = await visitor.poll(headers);
    // As behind a balancer. Here the nodes have no name that they share.
    headers["origin"] = socket.base = nodes[1].base;
    return async () => {
      await socket.join(page);
      await socket.event(page, "act");
    };
  },
  "a channel's handshake": ({ browser }) => Promise.resolve(() => browser.socket({ path: "/chat/websocket" })),
  "a channel's join": async ({ browser }) => {
    const socket = await browser.socket({ path: "/chat/websocket" });
    return () => socket.call("1", "room", "phx_join");
  },
  "a channel's push": async ({ browser }) => {
    const socket = await browser.socket({ path: "/chat/websocket" });
    await socket.call("1", "room", "phx_join");
    return () => socket.call("1", "room", "say");
  },
};

/** What ends somebody's access, on one of the nodes. When it has resolved, nothing starts any more. */
type End = (visitor: Visitor, by: AppNode) => Promise<unknown>;

const ENDS: Readonly<Record<string, End>> = {
  "a log-out": async ({ browser }, { base }) => {
    const elsewhere = browser.copy();
    const same = new Browser(base);
    for (const [name, value] of elsewhere.cookies) same.cookies.set(name, value);
    await same.get("/login");
    expect((await same.post("/logout")).status).toBe(200);
  },
  "another log-in": async ({ browser, id }, { base }) => {
    const same = new Browser(base);
    for (const [name, value] of browser.cookies) same.cookies.set(name, value);
    await same.get("/login");
    expect((await same.post("/login", { userId: String(-id) })).status).toBe(200);
  },
  "endSessions": ({ id }, { endpoint }) => endpoint.endSessions(socketId(id)),
  "disconnect": ({ id }, { endpoint }) => endpoint.disconnect(socketId(id)),
  "its session's expiry": () => {
    const clock = Date.now.bind(Date);
    vi.spyOn(Date, "now").mockImplementation(() => clock() + nodes[0].endpoint.limits.sessionMaxAgeMs + 1);
    return Promise.resolve();
  },
};

let visitors = 0;

/** Lets everything that needs nobody's answer go on. */
async function turns(): Promise<void> {
  const stranger = new Browser(nodes[0].base);
  await stranger.get("/login");
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Begins, holds the place number `index`, ends, goes on. Returns what had begun before and after. */
async function raced(door: Door, index: number, end: End, by: AppNode): Promise<{ before: readonly string[]; after: readonly string[] } | undefined> {
  const visitor = await new Visitor(++visitors).enter();
  try {
    const begin = await door(visitor);
    // The hook's answer is old, so the next job asks it and the policy again.
    await new Promise((resolve) => setTimeout(resolve, 2));
    const gate = places.hold(index);
    noted = true;
    const done = refusedIs(begin());
    const reached = await within(Promise.race([gate.entered.then(() => true), done.then(turns).then(() => false)]), `place ${index}`);
    // A hook's answer has not grown old this time, so there are fewer places.
    if (!reached) return undefined;
    noted = false;
    await end(visitor, by);
    const before = [...places.begun];
    noted = true;
    gate.open();
    await turns();
    const after = [...places.begun];
    // So that whoever has expired can say goodbye.
    vi.restoreAllMocks();
    await visitor.leave();
    await done;
    await eventually(() => expect(nodes[0].endpoint.connections).toBe(0));
    await turns();
    // Of a file that nobody consumed nothing stays, and it is closed once.
    for (const { ends } of writers.splice(0)) expect([["cancel"], ["done", "release"]]).toContainEqual(ends);
    return { before, after };
  } finally {
    noted = false;
    vi.restoreAllMocks();
    await visitor.leave();
  }
}

/** The places of a door, when nobody ends anything. */
async function control(door: Door): Promise<readonly string[]> {
  const visitor = await new Visitor(++visitors).enter();
  try {
    const begin = await door(visitor);
    await new Promise((resolve) => setTimeout(resolve, 2));
    places.hold(-1);
    noted = true;
    await begin();
    await turns();
    return [...places.reached];
  } finally {
    noted = false;
    await visitor.leave();
  }
}

attack("interleavings", { small: { each: 1 }, full: { each: Infinity } }, async ({ size: { each }, seed, tally, figure }) => {
  const pick = new Chance(seed);
  const wrong: object[] = [];
  let all = 0;
  for (const [what, door] of Object.entries(DOORS)) {
    const reached = await control(door);
    tally.held();
    for (let index = 0; index < reached.length; index++) {
      const ways = Object.entries(ENDS).flatMap(([ends, end]) => nodes.map((by, node) => ({ ends, end, by, node })));
      all += ways.length;
      for (const { ends, end, by, node } of each < ways.length ? [pick.one(ways)] : ways) {
        const seen = await raced(door, index, end, by);
        if (seen === undefined) continue;
        // A page's middleware is asked by a request like any other. It had begun, and waited for the session's store.
        const guard = reached[index] === "(asked)" && seen.after.at(-1) === "middleware" ? seen.after.slice(0, -1) : seen.after;
        if (JSON.stringify(seen.before) === JSON.stringify(guard)) tally.refused();
        else wrong.push({ what, place: `${index} ${reached[index]}`, ends, node, ...seen });
      }
    }
  }
  figure("interleavings", all);
  expect(wrong).toEqual([]);
});
