import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { context, createContextKey, ROOT_CONTEXT, trace, type ContextManager } from "@opentelemetry/api";
import {
  AlwaysOffSampler, InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor, type ReadableSpan,
} from "@opentelemetry/sdk-trace-node";
import { createEndpoint, createPubSub, html, liveSession, liveView, topic, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import { HoldfastContextManager, openTelemetry } from "holdfast/otel";
import { openBrowser } from "holdfast/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  trace.disable();
  context.disable();
});

const pubsub = createPubSub();
const named = topic<string>("room:1");
const outdated = topic<null>("room:outdated");

/** Makes a span as an instrumentation of a database does. */
function queryDatabase(): Promise<void> {
  return trace.getTracer("a database").startActiveSpan("UPDATE rooms", async (span) => {
    await Promise.resolve();
    span.end();
  });
}

const Room = liveView.define({
  name: "room", authorize: "public",
  topics: () => ({ named, outdated }),
  mount: () => ({ name: "a room" }),
  messages: {
    named: (socket, name) => socket.assign({ name }),
    outdated: queryDatabase,
  },
  events: {
    rename: {
      async handle(socket) {
        await queryDatabase();
        socket.assign({ name: "what somebody has typed" });
      },
    },
    strict: { params: z.object({ id: z.number() }), handle: () => {} },
    fail: {
      handle() {
        throw new TypeError("this one fails");
      },
    },
    tell: { handle: async () => void (await pubsub.broadcast(named, "from a handler")) },
  },
  render: ({ name }, on) => html`<h1>${name}</h1>
    <button id="rename" phx-click=${on.rename}>r</button><button id="fail" phx-click=${on.fail}>f</button>
    <button id="strict" phx-click=${on.strict}>s</button><button id="tell" phx-click=${on.tell}>t</button>`,
});

function start(): Endpoint {
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", live: [liveSession("default", {}, (live) => live("/rooms/:id", Room))],
    log: () => {}, pubsub,
  });
  stops.push(() => endpoint.close());
  return endpoint;
}

type Provided = ConstructorParameters<typeof NodeTracerProvider>[0] & { readonly contextManager?: ContextManager };

/** Registers the SDK as an application does, and gives what it would have sent. */
function record(options: Parameters<typeof openTelemetry>[0] = {}, { contextManager, ...provider }: Provided = {}): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  new NodeTracerProvider({ ...provider, spanProcessors: [new SimpleSpanProcessor(exporter)] }).register({ contextManager });
  stops.push(openTelemetry(options));
  return exporter;
}

interface Shown {
  name: string;
  spans?: Shown[];
}

/** The traces as trees of names, in the order in which they began. */
function traces(exporter: InMemorySpanExporter): Shown[] {
  const spans = exporter.getFinishedSpans().toSorted((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1]);
  const below = (parent: string | undefined): Shown[] => spans.filter((span) => span.parentSpanContext?.spanId === parent).map((span) => {
    const children = below(span.spanContext().spanId);
    return { name: span.name, ...(children.length > 0 && { spans: children }) };
  });
  return below(undefined);
}

const find = (exporter: InMemorySpanExporter, name: string): ReadableSpan => exporter.getFinishedSpans().find((span) => span.name === name)!;

const managers: Record<string, () => Provided> = {
  "the SDK's context manager": () => ({}),
  HoldfastContextManager: () => ({ contextManager: new HoldfastContextManager() }),
};

describe.each(Object.entries(managers))("with %s", (_name, provided) => {
  test("a request, a join and an event are a trace each, with what happens in them nested, a database's spans too", async () => {
    const endpoint = start();
    const exporter = record({}, provided());
    await endpoint.fetch(new Request("http://localhost/rooms/7"));
    const page = await openBrowser(endpoint).visit("/rooms/7");
    await page.click("#rename");
    expect(traces(exporter)).toEqual([
      { name: "GET /rooms/:id", spans: [{ name: "mount room" }] },
      { name: "handshake /live/websocket" },
      { name: "join room", spans: [{ name: "mount room" }] },
      { name: "event room", spans: [{ name: "handle room rename", spans: [{ name: "UPDATE rooms" }] }] },
    ]);
    expect(find(exporter, "GET /rooms/:id").attributes)
      .toEqual({ "http.request.method": "GET", "http.route": "/rooms/:id", "http.response.status_code": 200 });
    expect(find(exporter, "event room").attributes).toEqual({ "holdfast.view": "room", "holdfast.event": "rename" });
    const said = exporter.getFinishedSpans().map(({ name, attributes, events }) => ({ name, attributes, events }));
    expect(JSON.stringify(said)).not.toMatch(/typed|rooms\/7/);
  });

  test("what a handler throws is an exception of its span, and what the gate refuses has its reason", async () => {
    const endpoint = start();
    const exporter = record({}, provided());
    const page = await openBrowser(endpoint).visit("/rooms/7");
    await page.expectRefused(() => page.click("#strict"));
    expect(find(exporter, "event room").attributes["holdfast.refused"]).toBe("bad_payload");
    await page.click("#fail").catch(() => {});
    const { status, events } = find(exporter, "handle room fail");
    expect([status.code, events[0]!.name, events[0]!.attributes!["exception.message"]]).toEqual([2, "exception", "this one fails"]);
  });

  test("render and diff are made where they are asked for, and a broadcast's subscribers are no part of the trace that published", async () => {
    const endpoint = start();
    const exporter = record({ spans: ["turn", "event", "broadcast", "render", "diff"] }, provided());
    const page = await openBrowser(endpoint).visit("/rooms/7");
    exporter.reset();
    await page.click("#tell");
    expect(traces(exporter)).toEqual([{
      name: "event room", spans: [{ name: "handle room tell", spans: [{ name: expect.stringMatching(/^broadcast /) as string }] }, { name: "diff room" }],
    }]);
    await page.click("#rename");
    expect(traces(exporter)[1]).toEqual({
      name: "event room",
      spans: [{ name: "handle room rename", spans: [{ name: "UPDATE rooms" }] }, { name: "diff room", spans: [{ name: "render room" }] }],
    });
  });

  test("a request joins the trace that is active, and a socket's events join none", async () => {
    const endpoint = start();
    const exporter = record({}, provided());
    const { url } = await serve(endpoint, { port: 0 });
    const { page } = await trace.getTracer("a proxy").startActiveSpan("above", async (span) => {
      const response = await endpoint.fetch(new Request(`${url}/rooms/7`));
      expect(response.status).toBe(200);
      const opened = { page: await openBrowser(endpoint).visit("/rooms/7") };
      span.end();
      return opened;
    });
    await page.click("#rename");
    expect(find(exporter, "GET /rooms/:id").parentSpanContext?.spanId).toBe(find(exporter, "above").spanContext().spanId);
    expect(find(exporter, "event room").parentSpanContext).toBeUndefined();
    expect(find(exporter, "join room").parentSpanContext).toBeUndefined();
  });

  test("a trace that is not sampled has no further spans, and after it was stopped there are none at all", async () => {
    const endpoint = start();
    let begun = 0;
    const exporter = record({}, { ...provided(), sampler: { shouldSample: () => (begun++, new AlwaysOffSampler().shouldSample()), toString: () => "counts" } });
    await endpoint.fetch(new Request("http://localhost/rooms/7"));
    const page = await openBrowser(endpoint).visit("/rooms/7");
    expect([begun, traces(exporter)]).toEqual([3, []]);
    await page.click("#fail").catch(() => {});
    expect(begun).toBe(4);
    for (const stop of stops.splice(1)) await stop();
    await endpoint.app.request("/rooms/1");
    expect(begun).toBe(4);
  });

  test("with a sample of 0 nothing is traced that begins here, a database's spans neither, and an active trace is joined", async () => {
    const endpoint = start();
    const exporter = record({ sample: 0 }, provided());
    const page = await openBrowser(endpoint).visit("/rooms/7");
    await page.click("#rename");
    expect(traces(exporter)).toEqual([]);
    await trace.getTracer("a proxy").startActiveSpan("above", async (span) => {
      await endpoint.fetch(new Request("http://localhost/rooms/7"));
      span.end();
    });
    expect(traces(exporter)).toEqual([{ name: "above", spans: [{ name: "GET /rooms/:id", spans: [{ name: "mount room" }] }] }]);
  });

  test("with a sample of 0 the SDK is not asked about a broadcast within an event that is left out", async () => {
    const endpoint = start();
    let asked = 0;
    record({ sample: 0 }, { ...provided(), sampler: { shouldSample: () => (asked++, new AlwaysOffSampler().shouldSample()), toString: () => "counts" } });
    const page = await openBrowser(endpoint).visit("/rooms/7");
    await page.click("#tell");
    await page.settle();
    page.expectText("h1", "from a handler");
    expect(asked).toBe(0);
  });
});

describe("HoldfastContextManager", () => {
  const provided = (): Provided => ({ contextManager: new HoldfastContextManager() });
  const KEY = createContextKey("a test's");
  const MARKED = ROOT_CONTEXT.setValue(KEY, "marked");
  const seen = (): unknown => context.active().getValue(KEY);

  /** How often an `AsyncLocalStorage` is run for an event. */
  async function runsOfAnEvent(): Promise<number> {
    const page = await openBrowser(start()).visit("/rooms/7");
    await page.click("#rename");
    const run = vi.spyOn(AsyncLocalStorage.prototype, "run");
    await page.click("#rename");
    const runs = run.mock.calls.length;
    run.mockRestore();
    return runs;
  }

  test("an event that is left out runs no store more than one without OpenTelemetry, and with the SDK's manager it does", async () => {
    const without = await runsOfAnEvent();
    // The database's instrumentation runs one for its span in any case.
    record({ sample: 0 });
    const sdks = await runsOfAnEvent();
    for (const stop of stops.splice(0)) await stop();
    trace.disable();
    context.disable();
    record({ sample: 0 }, provided());
    expect([await runsOfAnEvent() - without, sdks - without]).toEqual([1, 2]);
  });

  test("with a sample below 1 a message's handler begins no trace of a database's; with 1 it does", async () => {
    const endpoint = start();
    const exporter = record({ sample: 0 }, provided());
    const page = await openBrowser(endpoint).visit("/rooms/7");
    await pubsub.broadcast(outdated, null);
    await page.settle();
    expect(traces(exporter)).toEqual([]);
    stops.pop()!();
    stops.push(openTelemetry());
    await pubsub.broadcast(outdated, null);
    await page.settle();
    expect(traces(exporter)).toContainEqual({ name: "UPDATE rooms" });
  });

  test("binds functions and emitters, keeps `this`, and outside of its contexts there is the root's", async () => {
    context.setGlobalContextManager(new HoldfastContextManager().enable());
    const bound = context.bind(MARKED, function (this: { own: number }, more: number) {
      return [seen(), this.own + more];
    });
    expect(bound.call({ own: 1 }, 2)).toEqual(["marked", 3]);
    const emitter = context.bind(MARKED, new EventEmitter());
    const heard: unknown[] = [];
    const listener = (): void => void heard.push(seen());
    emitter.on("said", listener);
    emitter.once("said", listener);
    emitter.emit("said");
    emitter.off("said", listener);
    emitter.emit("said");
    expect([heard, seen()]).toEqual([["marked", "marked"], undefined]);
    await context.with(MARKED, async () => {
      await Promise.resolve();
      expect(seen()).toBe("marked");
    });
    context.disable();
    expect(context.active()).toBe(ROOT_CONTEXT);
  });
});
