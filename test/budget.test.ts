import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createEndpoint, keyed, liveComponent, liveSession, liveView, memo, topic, type Endpoint } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Browser } from "./support/browser.js";
import type { RawSocket } from "./support/raw-socket.js";
import { type Work, WorkCounter } from "./support/work.js";

// What an event may cost, in counts instead of seconds: the same on every machine, and a commit that doubles the work of
// an event fails here. A ceiling that is in the way of a feature is raised in the commit that says what it buys.

const counter = new WorkCounter();
const { html } = counter;

interface Row {
  readonly id: number;
  readonly count: number;
}
const ROWS = 1000;
const VIEWS = 20;
const news = topic<string>("news");

/** How often `render` of a view has been called. */
let renders = 0;

const Counter = liveView.define({
  name: "Counter",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: {
    inc: { handle: (socket) => socket.update("count", (count) => count + 1) },
    nothing: { from: "anywhere", handle: () => {} },
    same: { from: "anywhere", handle: (socket) => socket.update("count", (count) => count) },
  },
  render({ count }, on) {
    renders++;
    return html`<p>${count}</p><button phx-click=${on.inc}>+</button>`;
  },
});

const Rows = liveView.define({
  name: "Rows",
  authorize: "public",
  mount: () => ({ clicks: 0, rows: Array.from({ length: ROWS }, (_, id): Row => ({ id, count: 0 })) }),
  events: {
    click: { from: "anywhere", handle: (socket) => socket.update("clicks", (clicks) => clicks + 1) },
    touch: {
      from: "anywhere",
      handle: (socket) => socket.update("rows", (rows) => rows.map((row) => (row.id === 500 ? { ...row, count: row.count + 1 } : row))),
    },
  },
  render({ clicks, rows }) {
    renders++;
    return html`<p>${clicks}</p><ul>${keyed(rows, (row) => row.id, (row) => html`<li id="row-${row.id}">${row.count}</li>`)}</ul>`;
  },
});

const row = memo((row: Row) => html`<li id="row-${row.id}">${row.count}</li>`);
const MemoRows = liveView.define({
  name: "MemoRows",
  authorize: "public",
  mount: () => ({ clicks: 0, rows: Array.from({ length: ROWS }, (_, id): Row => ({ id, count: 0 })) }),
  events: {
    click: { from: "anywhere", handle: (socket) => socket.update("clicks", (clicks) => clicks + 1) },
    touch: {
      from: "anywhere",
      handle: (socket) => socket.update("rows", (rows) => rows.map((row) => (row.id === 500 ? { ...row, count: row.count + 1 } : row))),
    },
    reverse: { from: "anywhere", handle: (socket) => socket.update("rows", (rows) => [...rows].reverse()) },
  },
  render({ clicks, rows }) {
    renders++;
    return html`<p>${clicks}</p><ul>${keyed(rows, ({ id }) => id, row)}</ul>`;
  },
});

const COMPONENTS = 100;
let componentRenders = 0;

const Like = liveComponent<{ post: number }>().define({
  mount: () => ({ likes: 0 }),
  events: { like: { handle: (socket) => socket.update("likes", (likes) => likes + 1) } },
  render({ id, post, likes }, on) {
    componentRenders++;
    return html`<p id=${id}>Post ${post}: ${likes} <button phx-click=${on.like}>like</button></p>`;
  },
});

const Likes = liveView.define({
  name: "Likes",
  authorize: "public",
  mount: () => ({ title: "Posts", posts: Array.from({ length: COMPONENTS }, (_, i) => i + 1) }),
  events: { rename: { from: "anywhere", handle: (socket) => socket.update("title", (title) => `${title}!`) } },
  render({ title, posts }) {
    renders++;
    return html`<h1>${title}</h1>${keyed(posts, (post) => post, (post) => Like({ id: `like-${post}`, post }))}`;
  },
});

const News = liveView.define({
  name: "News",
  authorize: "public",
  topics: () => ({ news }),
  mount: () => ({ last: "" }),
  messages: { news: (socket, last) => socket.assign({ last }) },
  render({ last }) {
    renders++;
    return html`<p>${last}</p>`;
  },
});

const app = (): Endpoint => createEndpoint({
  secret: "a secret that is long enough for a test of budgets",
  live: [liveSession("default", {}, (live) => {
    live("/counter", Counter);
    live("/rows", Rows);
    live("/memo", MemoRows);
    live("/likes", Likes);
    live("/news", News);
  })],
});

/** What was done, and how many bytes went to the clients. */
interface Cost extends Work {
  renders: number;
  componentRenders?: number;
  bytes: number;
}

type Page = Awaited<ReturnType<ReturnType<typeof openBrowser>["visit"]>>;

async function cost(pages: readonly Page[], job: () => Promise<unknown>): Promise<Cost> {
  const sent = pages.map((page) => page.socket.frames.length);
  renders = componentRenders = 0;
  const work = await counter.during(job);
  const frames = pages.flatMap((page, i) => page.socket.frames.slice(sent[i]).filter(({ from }) => from === "server"));
  return { renders, componentRenders, ...work, bytes: frames.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) };
}

const click = (page: Page, event: string, cid?: number): Promise<unknown> =>
  page.pushRaw("event", { type: "click", event, value: {}, cid });

/** Fails if one of the counts is above its ceiling, and shows all of them. */
function expectAtMost(seen: Cost, ceiling: Cost): void {
  const over = Object.entries(seen).filter(([name, value]) => value > (ceiling[name as keyof Cost] ?? 0));
  expect(Object.fromEntries(over), `seen ${JSON.stringify(seen)}, ceiling ${JSON.stringify(ceiling)}`).toEqual({});
}

describe("an event", () => {
  const pages: Page[] = [];
  const open = async (path: string): Promise<Page> => {
    const page = await openBrowser(app()).visit(path);
    pages.push(page);
    return page;
  };
  afterEach(() => {
    for (const page of pages.splice(0)) page.close();
  });

  test("of a counter renders once, makes one text, and sends one number", async () => {
    const page = await open("/counter");
    expectAtMost(await cost([page], () => click(page, "inc")), { renders: 1, templates: 1, looks: 2, texts: 2, bytes: 97 });
  });

  test("that changes nothing renders nothing", async () => {
    const page = await open("/counter");
    expectAtMost(await cost([page], () => click(page, "nothing")), { renders: 0, templates: 0, looks: 0, texts: 0, bytes: 81 });
  });

  test("of one row of 1,000 makes one row's text, and sends one row's number", async () => {
    const page = await open("/rows");
    expectAtMost(await cost([page], () => click(page, "touch")), { renders: 1, templates: 1001, looks: 2002, texts: 2, bytes: 127 });
  });

  test("beside 1,000 rows makes no row's text, and sends nothing of them", async () => {
    const page = await open("/rows");
    expectAtMost(await cost([page], () => click(page, "click")), { renders: 1, templates: 1001, looks: 2002, texts: 2, bytes: 97 });
  });

  test("of one row of 1,000 that are rendered by nothing but themselves renders that row", async () => {
    const page = await open("/memo");
    expectAtMost(await cost([page], () => click(page, "touch")), { renders: 1, templates: 2, looks: 4, texts: 2, bytes: 127 });
    expectAtMost(await cost([page], () => click(page, "click")), { renders: 1, templates: 1, looks: 2, texts: 2, bytes: 97 });
    expectAtMost(await cost([page], () => click(page, "reverse")), { renders: 1, templates: 1, looks: 2, texts: 0, bytes: 11_000 });
  });

  test("of one component of 100 renders that one, and nothing around it", async () => {
    const page = await open("/likes");
    expectAtMost(await cost([page], () => click(page, "like", 50)), { renders: 0, componentRenders: 1, templates: 1, looks: 4, texts: 2, bytes: 110 });
  });

  test("of a view around 100 components whose props stay renders none of them", async () => {
    const page = await open("/likes");
    expectAtMost(await cost([page], () => click(page, "rename")), { renders: 1, templates: 1, looks: 2, texts: 1, bytes: 102 });
  });
});

test("a broadcast costs each view what it costs one", async () => {
  const endpoint = app();
  const pages = await Promise.all(Array.from({ length: VIEWS }, () => openBrowser(endpoint).visit("/news")));
  const seen = await cost(pages, async () => {
    endpoint.broadcast(news, "hello");
    await Promise.all(pages.map((page) => page.settle()));
  });
  expectAtMost(seen, { renders: VIEWS, templates: VIEWS, looks: VIEWS, texts: VIEWS, bytes: 61 * VIEWS });
  for (const page of pages) page.close();
});

test("views that do nothing have no timers", async () => {
  const endpoint = app();
  const first = await openBrowser(endpoint).visit("/counter");
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const pages = await Promise.all(Array.from({ length: VIEWS }, () => openBrowser(endpoint).visit("/counter")));
  expect(pages.every((page) => page.live)).toBe(true);
  expect(timers()).toBeLessThanOrEqual(before);
  for (const page of [first, ...pages]) page.close();
});

describe("a server that is counted from outside", () => {
  const EVENTS = 40;
  const ROUNDS = 12;
  const WARM_UP = 5;
  const JOINS = 20;
  let server: ChildProcess;
  let base: string;

  beforeAll(async () => {
    server = fork(fileURLToPath(new URL("./support/counting-server.mjs", import.meta.url)), {
      execArgv: [
        // Nothing is collected between two looks, so what is used is what was allocated.
        "--expose-gc", "--single-threaded-gc", "--min-semi-space-size=256", "--max-semi-space-size=256",
        "--no-opt", "--no-sparkplug",
        // Otherwise a collection throws away bytecode, and what is compiled again is counted: up to 200 kB in most rounds.
        "--no-flush-bytecode",
      ],
    });
    const [{ url }] = (await once(server, "message")) as [{ url: string }];
    base = url;
  });
  afterAll(() => server.kill());

  interface Counts {
    /** Bytes of heap in use. */
    readonly used: number;
    /** Promises made so far. */
    readonly promises: number;
    /** Pieces written to sockets so far. */
    readonly writes: number;
  }

  const ask = async (what: "collect" | "scavenge" | "look" | "broadcast"): Promise<Counts> => {
    server.send(what);
    const [counts] = (await once(server, "message")) as [Counts];
    return counts;
  };

  /** What a job adds to the counts, for each of so many. What looking costs is not counted. */
  async function each(times: number, job: () => Promise<unknown>): Promise<Counts> {
    await ask("collect");
    const empty = await ask("look");
    const before = await ask("look");
    await job();
    const after = await ask("look");
    const added = (name: keyof Counts): number => (after[name] - before[name] - (before[name] - empty[name])) / times;
    return { used: added("used"), promises: added("promises"), writes: added("writes") };
  }

  /**
   * The least of several short rounds. What else the process does only adds, such as 230 kB in one round of five, and one quiet
   * round is enough.
   */
  async function event(n: number, name: string): Promise<Counts> {
    const { page, socket } = await new Browser(base).open(`/?n=${n}`);
    const send = async (): Promise<void> => {
      for (let i = 0; i < EVENTS; i++) await socket.event(page, name);
    };
    for (let i = 0; i < WARM_UP; i++) await send();
    let least = await each(EVENTS, send);
    for (let i = 1; i < ROUNDS; i++) {
      const round = await each(EVENTS, send);
      if (round.used < least.used) least = round;
    }
    socket.terminate();
    return least;
  }

  // Node 20 was seen to take 8,610 to 8,680 B, and Node 24 8,070, on a quiet machine as on a busy one.
  test("allocates for an event that changes nothing as much on a small page as on a large one", async () => {
    const [small, large] = [await event(10, "nothing"), await event(1000, "nothing")];
    expect(small.used).toBeLessThan(9_000);
    expect(large.used).toBeLessThan(9_000);
  });

  test("allocates for an event beside rows at most so much for each row", async () => {
    const [few, many] = [await event(10, "click"), await event(1010, "click")];
    // 11,120 B and 104 B a row were seen with Node 20; 10,430 B and 104 B with Node 24.
    expect(few.used).toBeLessThan(12_000);
    expect((many.used - few.used) / 1000).toBeLessThan(115);
  });

  // 1,050 to 1,250 B were seen with Node 20, and 1,830 with Node 24, of them the tokens and the page that the server remembers.
  // An object that V8 allocates among the old ones, such as the accessors of a literal with a getter, keeps what it refers to through
  // each collection of the young ones. A whole request, 11 KB, was kept so until the next full collection.
  test("collects nearly all of a page together with the young objects", async () => {
    const browser = new Browser(base);
    // What the process does beside them is 200 kB in some rounds.
    const visits = 200;
    const visit = async (): Promise<void> => {
      for (let i = 0; i < visits; i++) await browser.get("/?n=1");
    };
    await visit();
    let least = Infinity;
    for (let i = 0; i < WARM_UP; i++) {
      const before = await ask("collect");
      await visit();
      const after = await ask("scavenge");
      least = Math.min(least, (after.used - before.used) / visits);
    }
    expect(least).toBeLessThan(3_600);
  });

  // Fewer objects than rejoins, where what the browser showed before a join once held the view and the connection of that time.
  test("keeps nearly nothing of a page that comes back again and again", async () => {
    const browser = new Browser(base);
    const page = await browser.get("/?n=1");
    const comeBack = async (): Promise<void> => {
      for (let i = 0; i < JOINS; i++) {
        const socket = await browser.socket();
        expect((await socket.join(page)).status).toBe("ok");
        socket.terminate();
      }
    };
    const left = async (): Promise<number> => {
      server.send("left");
      const [{ objects }] = (await once(server, "message")) as [{ objects: number }];
      return objects;
    };
    await comeBack();
    const before = await left();
    for (let i = 0; i < WARM_UP; i++) await comeBack();
    const kept = ((await left()) - before) / (JOINS * WARM_UP);
    expect(kept).toBeLessThan(1);
    browser.close();
  });

  test("answers an event in one piece", async () => {
    expect((await event(10, "click")).writes).toBe(1);
  });

  test("awaits little of a join, and writes the page, the handshake and the reply in one piece each", async () => {
    const join = async (): Promise<void> => {
      for (let i = 0; i < JOINS; i++) {
        const browser = new Browser(base);
        await browser.open("/?n=1");
        browser.close();
      }
    };
    await join();
    const { promises, writes } = await each(JOINS, join);
    expect(promises).toBeLessThan(58);
    expect(writes).toBe(3);
  });

  test("broadcasts to each view in one piece", async () => {
    const browser = new Browser(base);
    const sockets: RawSocket[] = [];
    for (let i = 0; i < VIEWS; i++) sockets.push((await browser.open("/?n=1")).socket);
    const { promises, writes } = await each(VIEWS, async () => {
      await ask("broadcast");
      await Promise.all(sockets.map((socket) => socket.push("diff")));
    });
    expect(writes).toBe(1);
    expect(promises).toBeLessThan(5);
    browser.close();
  });
});
