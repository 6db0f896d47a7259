import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { html, liveComponent, liveView, stream, streamAsync, temporaryAssign, topic } from "holdfast";
import { pageEvent } from "holdfast/hooks";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { all } from "../support/all-events.js";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";

/** An item whose life is watched. */
interface Item {
  readonly id: number | string;
  readonly text: string;
}
const born: WeakRef<object>[] = [];
function item(id: number | string, text = `text ${id}`): Item {
  const made = { id, text };
  born.push(new WeakRef(made));
  return made;
}
const items = (from: number, to: number): Item[] => Array.from({ length: to - from }, (_, i) => item(from + i));

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const Op = z.object({
  op: z.enum(["insert", "first", "limit", "update", "delete", "deleteById", "reset", "several", "same", "deleteNew", "insertDeleted", "bad", "none"]),
  id: z.union([z.number(), z.string()]).optional(),
});
const View = liveView.define({
  name: "Feed",
  authorize: "public",
  mount: () => ({ feed: stream(items(0, 2)), n: 0, notes: "no stream" }),
  events: {
    do: {
      params: Op,
      handle(socket, { op, id = 9 }) {
        switch (op) {
          case "insert": return socket.streamInsert("feed", item(id));
          case "first": return socket.streamInsert("feed", item(id), { at: 0 });
          case "limit": return socket.streamInsert("feed", item(id), { at: 0, limit: 3 });
          case "update": return socket.streamInsert("feed", item(id, "new"), { updateOnly: true });
          case "delete": return socket.streamDelete("feed", item(id));
          case "deleteById": return socket.streamDeleteByDomId("feed", String(id));
          case "reset": return socket.stream("feed", [item(id)], { reset: true });
          case "several": return socket.stream("feed", items(10, 13), { at: 0, limit: -2 });
          case "same":
            socket.streamInsert("feed", item(1, "first"));
            socket.streamInsert("feed", item(2, "second"));
            return socket.streamInsert("feed", item(1, "last"), { at: 0 });
          case "deleteNew":
            socket.streamInsert("feed", item(5));
            return socket.streamDelete("feed", item(5));
          case "insertDeleted":
            socket.streamDelete("feed", item(5));
            return socket.streamInsert("feed", item(5));
          case "bad": return socket.streamInsert("feed", { text: "no id" } as unknown as Item);
          default: return undefined;
        }
      },
    },
    unknown: {
      params: z.object({ name: z.string(), op: z.enum(["streamInsert", "streamDelete", "streamDeleteByDomId", "stream"]) }),
      handle(socket, { name, op }) {
        (socket[op] as (name: string, value: unknown) => void)(name, op === "stream" ? [item(1)] : op === "streamDeleteByDomId" ? "x" : item(1));
      },
    },
    inc: { handle: (socket) => socket.update("n", (n) => n + 1) },
  },
  render: ({ feed, n }, on) => html`<main>${n}<ul id="feed" phx-update="stream">${feed.map(({ text }, domId) => html`<li id=${domId}>${text}</li>`)}</ul><i phx-click=${all(on)}></i></main>`,
});

const Row = liveComponent<{ text: string }>().define({
  name: "row",
  mount: () => ({ own: stream(items(500, 510)) }),
  events: { more: { handle: (socket) => socket.streamInsert("own", item(600)) } },
  render: ({ text, own }, on) => html`<div>${text}<ul id="own" phx-update="stream">${own.map((one, id) => html`<li id=${id}>${one.text}</li>`)}</ul><i phx-click=${all(on)}></i></div>`,
});
const more = topic<number>("feed");
/** All the ways to be given items. */
const Heap = liveView.define({
  name: "Heap",
  authorize: "public",
  topics: () => ({ more }),
  mount: () => ({
    feed: stream(items(0, 200)), loaded: streamAsync(() => Promise.resolve(items(200, 300))), report: temporaryAssign(item("report")), n: 0,
  }),
  messages: { more: (socket, id) => socket.streamInsert("feed", item(id)) },
  events: {
    many: { handle: (socket) => socket.stream("feed", items(1000, 1200)) },
    report: { handle: (socket) => socket.assign({ report: temporaryAssign(item("another")) }) },
    inc: { handle: (socket) => socket.update("n", (n) => n + 1) },
  },
  render: ({ feed, loaded, report, n }, on) => html`<main>${n} ${loaded.status.ok}
    <ul id="feed" phx-update="stream">${feed.map(({ text }, id) => html`<li id=${id}>${text}</li>`)}</ul>
    <ul id="loaded" phx-update="stream">${loaded.map(({ text }, id) => html`<li id=${id}>${text}</li>`)}</ul>
    ${report.map(({ text }) => html`<pre>${text}</pre>`)}${Row({ id: "row", text: "row" })}<i phx-click=${all(on)}></i></main>`,
});

/** Streams that are none. */
const Unbound = liveView.define({
  name: "Unbound",
  authorize: "public",
  render: () => html`<ul id="x" phx-update="stream">${stream([item(1)]).map(() => html`<li></li>`)}</ul>`,
});

/** Of this a socket has sent too much soon. */
const large = "x".repeat(1 << 18);
const fill = topic<object>("fill");
const drop = topic<object>("drop");
const note = topic<object>("note");
const Slow = liveView.define({
  name: "Slow",
  authorize: "public",
  topics: () => ({ fill, drop, note }),
  mount: () => ({ big: "", feed: stream<Item>([]) }),
  messages: {
    fill: (socket) => socket.assign({ big: "x".repeat(1 << 20) + String(Math.random()) }),
    drop: (socket) => socket.streamInsert("feed", item(born.length, large)),
    note: (socket) => socket.pushEvent(pageEvent<{ large: string }>("note"), { large }),
  },
  render: ({ big, feed }) => html`<main>${big}<ul id="feed" phx-update="stream">${feed.map(({ text }, id) => html`<li id=${id}>${text}</li>`)}</ul></main>`,
});

let lab: Lab;
let view: Joined;
beforeAll(async () => {
  lab = await startLab({ "/": View, "/heap": Heap, "/unbound": Unbound, "/slow": Slow }, { limits: { outgoingSoftBytes: 1, outgoingHardBytes: 16 << 20 } });
});
afterAll(() => lab.close());
beforeEach(async () => {
  view = await lab.open("/");
  lab.log.length = 0;
});
afterEach(() => lab.cut());

/** What an operation sends of the stream. */
async function run(op: string, id?: number | string): Promise<unknown> {
  const { response } = await view.event("do", { op, ...(id !== undefined && { id }) });
  return (response["diff"] as { 1?: unknown } | undefined)?.[1];
}

describe("a stream's frames", () => {
  it("say what mount gave, newest first", () => {
    expect((view.rendered as Record<string, unknown>)["1"]).toMatchObject({
      stream: ["0", [["feed-1", -1, null, null], ["feed-0", -1, null, null]], []],
      k: { 0: { 0: ' id="feed-0"', 1: "text 0" }, 1: { 0: ' id="feed-1"', 1: "text 1" }, kc: 2 },
    });
  });

  it.each<[string, unknown, unknown]>([
    ["insert", ["0", [["feed-9", -1, null, false]], []], { 0: { 0: ' id="feed-9"', 1: "text 9" }, kc: 1 }],
    ["first", ["0", [["feed-9", 0, null, false]], []], { 0: { 0: ' id="feed-9"', 1: "text 9" }, kc: 1 }],
    ["limit", ["0", [["feed-9", 0, 3, false]], []], { 0: { 0: ' id="feed-9"', 1: "text 9" }, kc: 1 }],
    ["update", ["0", [["feed-9", -1, null, true]], []], { 0: { 0: ' id="feed-9"', 1: "new" }, kc: 1 }],
    ["delete", ["0", [], ["feed-9"]], { kc: 0 }],
    ["deleteById", ["0", [], ["9"]], { kc: 0 }],
    ["reset", ["0", [["feed-9", -1, null, false]], [], true], { 0: { 0: ' id="feed-9"', 1: "text 9" }, kc: 1 }],
    ["deleteNew", ["0", [], ["feed-5"]], { kc: 0 }],
    ["insertDeleted", ["0", [["feed-5", -1, null, false]], ["feed-5"]], { 0: { 0: ' id="feed-5"', 1: "text 5" }, kc: 1 }],
  ])("of %s say it once", async (op, places, k) => {
    expect(await run(op)).toEqual({ stream: places, k });
    expect(await run("none")).toBeUndefined();
    expect((await view.event("inc")).response).toEqual({ diff: { 0: "1" } });
  });

  it("hold several in the order of the client's reading", async () => {
    expect(await run("several")).toMatchObject({
      stream: ["0", [["feed-12", 0, -2, false], ["feed-11", 0, -2, false], ["feed-10", 0, -2, false]], []],
      k: { 0: { 1: "text 10" }, 1: { 1: "text 11" }, 2: { 1: "text 12" }, kc: 3 },
    });
  });

  it("hold an item that was inserted twice once, as it was inserted last", async () => {
    expect(await run("same")).toMatchObject({
      stream: ["0", [["feed-1", 0, null, false], ["feed-2", -1, null, false]], []], k: { 0: { 1: "second" }, 1: { 1: "last" }, kc: 2 },
    });
  });

  it("escape what is in ids and texts", async () => {
    expect(await run("insert", '"><script>')).toMatchObject({
      k: { 0: { 0: ' id="feed-&quot;&gt;&lt;script&gt;"', 1: "text &quot;&gt;&lt;script&gt;" } },
    });
  });
});

describe("a stream that is none", () => {
  const names = ["nothing", "notes", "n", "constructor", "__proto__", "toString", ""];
  it.each(names.flatMap((name) => (["streamInsert", "streamDelete", "streamDeleteByDomId", "stream"] as const).map((op) => [op, name] as const)))(
    "%s of %j is an error that says so", async (op, name) => {
      view.sendEvent("unknown", { name, op });
      await view.socket.push("phx_error");
      const error = lab.log.find(({ message }) => message === "view crashed")?.details["error"];
      expect(error).toMatchObject({ code: "stream_misuse" });
      expect(String(error)).toContain(`no stream "${name}"`);
    });

  it("nor are items without an id, and streams that are no assign", async () => {
    view.sendEvent("do", { op: "bad" });
    await view.socket.push("phx_error");
    expect(lab.log.find(({ message }) => message === "view crashed")?.details["error"]).toMatchObject({ code: "stream_misuse" });
    expect((await lab.browser().get("/unbound")).status).toBe(500);
  });
});

describe("what was sent", () => {
  /** How many of the items that were made still live. */
  async function living(): Promise<number> {
    // Whoever looks into a WeakRef keeps what is in it until the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    return born.filter((ref) => ref.deref() !== undefined).length;
  }

  it("is not kept: streams' items and temporary assigns die, however they came, while their page is open", async () => {
    born.length = 0;
    const page = await lab.open("/heap");
    await eventually(() => expect(JSON.stringify(page.diffs)).toContain("loaded-299"));
    await page.event("many");
    await page.event("report");
    await page.event("more", {}, 1);
    for (let i = 0; i < 50; i++) lab.endpoint.broadcast(more, 2000 + i);
    await page.event("inc");
    expect(born.length).toBeGreaterThan(700); // over HTTP, too
    await eventually(async () => expect(await living()).toBe(0));
    expect((await page.event("inc")).response).toHaveProperty("diff"); // it is still there
  });

  it("was watched by something that can see: what a view does keep lives", async () => {
    born.length = 0;
    const kept = item("kept");
    expect(await living()).toBe(1);
    expect(kept.id).toBe("kept");
  });
});

describe("a client that reads nothing", () => {
  it.each([drop, note])("makes nothing grow forever ($name): its socket closes", async (sent) => {
    const page = await lab.open("/slow");
    page.socket.ws.pause();
    lab.log.length = 0;
    // Until the system's buffers are full, and one more.
    for (let i = 0; i < 64; i++) {
      lab.endpoint.broadcast(fill, {});
      await new Promise((resolve) => setImmediate(resolve));
    }
    const before = lab.endpoint.connections;
    for (let i = 0; i < 500 && lab.endpoint.connections === before; i++) {
      lab.endpoint.broadcast(sent, {});
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => expect(lab.endpoint.connections).toBe(before - 1));
    expect(lab.log.filter(({ message }) => message === "view crashed")).toEqual([]);
  });
});
