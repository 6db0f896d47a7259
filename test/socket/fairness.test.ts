// Who is busy, who talks much, and what everybody else sees of it.
import { Forbidden, html, liveView, topic, userSocket } from "holdfast";
import { z } from "zod";
import { afterEach, describe, expect, it, vi } from "vitest";
import { all } from "../support/all-events.js";
import { eventually, startLab, type Lab } from "../support/lab.js";
import { RawSocket } from "../support/raw-socket.js";
import { Gate } from "../support/wait.js";

const news = topic<number>("fairness:news");
let door = new Gate();
let stopped = false;
let turns = 0;
/** Sends since the event loop last turned. A mailbox works for some ten milliseconds in a row: it never gets as far as the bound. */
let inARow = 0;
const MANY_IN_A_ROW = 500_000;
let endless = false;
let heard = 0;
let last: unknown;
const Busy = liveView.define({
  name: "Busy",
  authorize: "public",
  topics: () => ({ news }),
  mount: () => ({ heard: 0, n: 0 }),
  messages: {
    news(socket) {
      heard++;
      socket.update("heard", (count) => count + 1);
    },
  },
  events: {
    wait: { handle: () => door.wait() },
    forbid: {
      handle() {
        throw new Forbidden();
      },
    },
    inc: { handle: (socket) => socket.update("n", (n) => n + 1) },
    spin: {
      handle(socket) {
        const again = (): void => {
          turns++;
          if (inARow++ === 0) setImmediate(() => void (inARow = 0));
          // Nobody else gets a turn, the test neither: it ends here.
          if (inARow > MANY_IN_A_ROW) endless = stopped = true;
          if (!stopped) socket.send(again);
        };
        socket.send(again);
      },
    },
    number: { params: z.number(), handle: (_socket, n) => void (last = n) },
    proto: { handle: (socket) => socket.assign(JSON.parse('{"__proto__":{"polluted":true}}') as never) },
  },
  render: ({ heard: count, n }, on) => html`<main>${count} ${n}<i phx-click=${all(on)}></i></main>`,
});

let lab: Lab;
afterEach(async () => {
  vi.restoreAllMocks();
  door.open();
  door = new Gate();
  stopped = endless = false;
  turns = 0;
  last = undefined;
  await lab.close();
});

describe("messages to a view that is busy", () => {
  it("all arrive, and cost its page nothing", async () => {
    lab = await startLab({ "/": Busy }, { limits: { crashBudget: 1 } });
    const page = await lab.open("/");
    page.sendEvent("wait");
    await door.entered;
    for (let i = 0; i < 400; i++) lab.endpoint.broadcast(news, i);
    door.open();
    await eventually(() => expect(page.diffs).toEqual([{ 0: "400" }]));
    expect((await page.browser.get("/")).status).toBe(200);
  });

  it("beyond what may wait end the view, which comes again as often as it takes: nobody is locked out", async () => {
    lab = await startLab({ "/": Busy }, { limits: { crashBudget: 1, waitingMessages: 10 } });
    const browser = lab.browser();
    for (let round = 0; round < 5; round++) {
      const page = await lab.open("/", browser);
      door = new Gate();
      page.sendEvent("wait");
      await door.entered;
      for (let i = 0; i < 80; i++) lab.endpoint.broadcast(news, i);
      expect((await page.socket.push("phx_error"))[2]).toBe(page.topic);
      door.open();
      expect((await page.socket.join(page.page)).status).toBe("ok");
      page.socket.terminate();
    }
    expect((await browser.get("/")).status).toBe(200);
    expect(lab.log.map(({ message }) => message)).toEqual(Array.from({ length: 5 }, () => "view fell behind"));
  });
});

it("a client that sends seventy events while the first is handled keeps its socket, and each is answered", async () => {
  lab = await startLab({ "/": Busy }, { limits: { eventsPerSecond: 50, eventBurst: 100 } });
  const page = await lab.open("/");
  page.sendEvent("wait");
  await door.entered;
  const refs = Array.from({ length: 70 }, () => page.sendEvent("inc"));
  await page.socket.heartbeat();
  door.open();
  expect((await page.socket.reply(refs.at(-1)!)).response).toEqual({ diff: { 1: "70" } });
  expect(page.socket.open).toBe(true);
});

it("a view that sends to itself without end leaves the others their turns", async () => {
  lab = await startLab({ "/": Busy });
  const [page, other] = [await lab.open("/"), await lab.open("/")];
  await page.event("spin");
  for (let i = 1; i <= 5; i++) expect((await other.event("inc")).response).toEqual({ diff: { 1: String(i) } });
  expect(turns).toBeGreaterThan(5);
  expect(endless).toBe(false);
  stopped = true;
  expect((await page.event("inc")).status).toBe("ok");
});

it("a session that has ended hears no message any more, though nothing has closed its socket yet", async () => {
  lab = await startLab({ "/": Busy });
  const page = await lab.open("/");
  lab.endpoint.broadcast(news, 1);
  await eventually(() => expect(page.diffs).toEqual([{ 0: "1" }]));
  const clock = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => clock() + lab.endpoint.limits.sessionMaxAgeMs + 1);
  const before = heard;
  lab.endpoint.broadcast(news, 2);
  await page.socket.heartbeat();
  expect(heard).toBe(before);
});

it("a refusal that a handler throws ends its view and spends nothing of the crash budget", async () => {
  lab = await startLab({ "/": Busy }, { limits: { crashBudget: 1 } });
  const browser = lab.browser();
  for (let round = 0; round < 3; round++) {
    const page = await lab.open("/", browser);
    page.sendEvent("forbid");
    expect((await page.socket.push("phx_error"))[2]).toBe(page.topic);
    page.socket.terminate();
  }
  expect((await browser.get("/")).status).toBe(200);
});

describe("what a client sends", () => {
  it("need not be an object, if the schema says so", async () => {
    lab = await startLab({ "/": Busy });
    const page = await lab.open("/");
    expect(await page.event("number", 7)).toEqual({ status: "ok", response: {} });
    expect(last).toBe(7);
    await page.event("number", "7");
    expect(last).toBe(7);
  });

  it("sets no prototype, also where a handler assigns it as it came", async () => {
    lab = await startLab({ "/": Busy });
    const page = await lab.open("/");
    page.sendEvent("proto");
    await page.socket.push("phx_error");
    expect(lab.log.find(({ message }) => message === "view crashed")?.details["error"]).toMatchObject({ code: "socket_misuse" });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("the join of a channel", () => {
  it.each(["nothing", "false", "true", "a string"])("that returns %s lets nobody in", async (what) => {
    const handled: string[] = [];
    const returned: Record<string, unknown> = { nothing: undefined, false: false, true: true, "a string": "yes" };
    lab = await startLab({ "/": Busy }, {
      sockets: {
        "/chat": userSocket({
          connect: () => ({}),
          channels: (channel) => ({
            room: channel({ join: () => returned[what] as never, handleIn: { ping: { handle: () => void handled.push("ping") } } }),
          }),
        }),
      },
    });
    const browser = lab.browser();
    const { csrf } = await browser.get("/");
    const chat = await RawSocket.connect(lab.base, { cookie: browser.cookie, csrf, path: "/chat/websocket" });
    chat.send("1", "1", "room", "phx_join");
    expect((await chat.reply("1")).status).toBe("error");
    chat.send("1", "2", "room", "ping");
    expect((await chat.reply("2")).response).toEqual({ reason: "unmatched topic" });
    expect(handled).toEqual([]);
    chat.terminate();
  });
});
