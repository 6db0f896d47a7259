import { channel } from "node:diagnostics_channel";
import { AsyncLocalStorage } from "node:async_hooks";
import { readFile } from "node:fs/promises";
import {
  createEndpoint, html, liveSession, liveView, onSpan, onTelemetry, presence, TELEMETRY_EVENTS, TELEMETRY_SPANS, topic, type SpanName,
} from "holdfast";
import { serve } from "holdfast/node";
import { openBrowser } from "holdfast/testing";
import { afterEach, expect, test } from "vitest";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const named = topic<string>("room:1");

const Room = liveView.define({
  name: "room", authorize: "public",
  topics: () => ({ named }),
  mount: () => ({ name: "a room" }),
  messages: { named: (socket, name) => socket.assign({ name }) },
  events: {
    rename: { handle: async (socket) => socket.assign({ name: "renamed" }) },
    fail: {
      handle() {
        throw new Error("this one fails");
      },
    },
  },
  render: ({ name }, on) => html`<h1>${name}</h1><button id="rename" phx-click=${on.rename}>r</button><button id="fail" phx-click=${on.fail}>f</button>`,
});

function start(): ReturnType<typeof createEndpoint> {
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", live: [liveSession("default", {}, (live) => live("/rooms/:id", Room))],
    log: () => {},
  });
  stops.push(() => endpoint.close());
  return endpoint;
}

/** Writes down what the spans of these names say. */
function hear(...names: SpanName[]): unknown[] {
  const heard: unknown[] = [];
  for (const name of names) {
    const phase = (phase: string) => ({ ms, error, ...detail }: { ms?: number; error?: unknown }): void => {
      heard.push([`${name} ${phase}`, detail, ...(ms === undefined ? [] : [typeof ms]), ...(error === undefined ? [] : [String(error)])]);
    };
    stops.push(onSpan(name, { start: phase("start"), stop: phase("stop"), exception: phase("exception") }));
  }
  return heard;
}

test("docs/telemetry.md has each span and event of the registry, with each field, in the same words, and no others", async () => {
  const page = await readFile(new URL("../docs/telemetry.md", import.meta.url), "utf8");
  const sections = page.split(/^### /m).slice(1).map((section) => {
    const [, name, about] = /^`([^`]+)`\n\n(.+)\n/.exec(section)!;
    const fields = [...section.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, field, text]) => [field, text]);
    return [name, { about, fields: Object.fromEntries(fields) as object }];
  });
  const spans = Object.entries(TELEMETRY_SPANS).map(([name, described]) => [`holdfast:${name}`, described]);
  expect(Object.fromEntries(sections)).toEqual({ ...Object.fromEntries(spans), ...TELEMETRY_EVENTS });
});

test("a page's life as spans: request, mount, join, event, render, diff, broadcast", async () => {
  const endpoint = start();
  const heard = hear("request", "mount", "join", "event", "render", "diff", "broadcast");
  const page = await openBrowser(endpoint).visit("/rooms/7");
  const of = (name: string): unknown[] => heard.filter((entry) => (entry as [string])[0].startsWith(name));
  expect(of("mount")).toEqual([
    ["mount start", { view: "room", connected: false }], ["mount stop", { view: "room", connected: false }, "number"],
    ["mount start", { view: "room", connected: true }], ["mount stop", { view: "room", connected: true }, "number"],
  ]);
  expect(of("join")).toEqual([
    ["join start", { view: "room", topic: expect.stringMatching(/^lv:phx-/) as string }],
    ["join stop", { view: "room", topic: expect.stringMatching(/^lv:phx-/) as string }, "number"],
  ]);
  heard.length = 0;
  await page.click("#rename");
  expect(heard).toEqual([
    ["event start", { view: "room", event: "rename" }], ["event stop", { view: "room", event: "rename" }, "number"],
    ["diff start", { view: "room" }], ["render start", { view: "room" }], ["render stop", { view: "room" }, "number"],
    ["diff stop", { view: "room" }, "number"],
  ]);
  heard.length = 0;
  await endpoint.pubsub.broadcast(named, "what somebody has typed");
  expect(of("broadcast")).toEqual([
    ["broadcast start", { topic: "room:1", event: expect.any(String) as string, local: false }],
    ["broadcast stop", { topic: "room:1", event: expect.any(String) as string, local: false }, "number"],
  ]);
  expect(JSON.stringify(heard)).not.toContain("typed");
});

test("requests and handshakes say how they were answered, and requests by which route", async () => {
  const endpoint = start();
  const heard = hear("request", "handshake");
  const { url } = await serve(endpoint, { port: 0 });
  for (const path of ["/rooms/1", "/nowhere"]) await (await fetch(url + path)).text();
  const page = await openBrowser(endpoint).visit("/rooms/1");
  expect(page.closed).toBeUndefined();
  expect(heard.filter((entry) => (entry as [string])[0].endsWith("stop"))).toEqual(expect.arrayContaining([
    ["request stop", { method: "GET", route: "/rooms/:id", status: 200 }, "number"],
    ["request stop", { method: "GET", status: 404 }, "number"],
    ["handshake stop", { path: "/live/websocket", transport: "websocket", status: 101 }, "number"],
  ]));
});

test("what a handler throws ends its span, with the error", async () => {
  const endpoint = start();
  const page = await openBrowser(endpoint).visit("/rooms/7");
  const heard = hear("event");
  const crashed: unknown[] = [];
  stops.push(onTelemetry("holdfast:view:crashed", ({ view, error }) => crashed.push([view, String(error)])));
  await page.click("#fail").catch(() => {});
  expect(heard).toEqual([
    ["event start", { view: "room", event: "fail" }], ["event exception", { view: "room", event: "fail" }, "number", "Error: this one fails"],
  ]);
  expect(crashed).toEqual([["room", "Error: this one fails"]]);
});

test("who comes, changes and goes is counted, and so are the sockets of a drain", async () => {
  const Who = liveView.define({
    name: "who", authorize: "public",
    mount: () => ({ online: presence("who", { key: "ann", meta: { typing: false } }) }),
    events: { type: { handle: (socket) => socket.updatePresence("online", { typing: true }) } },
    render: ({ online }, on) => html`<button phx-click=${on.type}>${online.list.length}</button>`,
  });
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log: () => {}, live: [liveSession("default", {}, (live) => live("/", Who))],
  });
  const heard: unknown[] = [];
  stops.push(
    onTelemetry("holdfast:presence:changed", (event) => heard.push(event)), onTelemetry("holdfast:drain:began", (event) => heard.push(event)),
    onTelemetry("holdfast:drain:ended", ({ sockets, ms }) => heard.push({ sockets, ms: typeof ms })),
  );
  const page = await openBrowser(endpoint).visit("/");
  await page.click("button");
  await endpoint.close({ drain: true });
  expect(heard).toEqual([
    { topic: "who", joins: 1, leaves: 0 }, { topic: "who", joins: 1, leaves: 1 }, { sockets: 1 }, { topic: "who", joins: 0, leaves: 1 },
    { sockets: 1, ms: "number" },
  ]);
});

test("a store that is bound to a span's start holds in its job, so that tracers can nest what happens there", async () => {
  const endpoint = start();
  const page = await openBrowser(endpoint).visit("/rooms/7");
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  channel("holdfast:diff:start").bindStore(storage, (message) => `in the diff of ${(message as { view: string }).view}`);
  stops.push(() => channel("holdfast:diff:start").unbindStore(storage), onSpan("render", { start: () => void seen.push(storage.getStore()) }));
  await page.click("#rename");
  expect(seen).toEqual(["in the diff of room"]);
});

test("who has stopped listening hears nothing", async () => {
  const endpoint = start();
  const heard = hear("mount");
  for (const stop of stops.splice(1)) await stop();
  await endpoint.app.request("/rooms/1");
  expect(heard).toEqual([]);
});
