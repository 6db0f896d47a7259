import { readFileSync } from "node:fs";
import { context, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { createEndpoint, html, liveSession, liveView, logIn, sessionOf, type Endpoint, type EndpointOptions } from "holdfast";
import { openBrowser, type Browser } from "holdfast/testing";
import { expect, onTestFinished, test } from "vitest";
import { codeBlocks } from "../../scripts/docs-code.mjs";
import { eventually } from "../support/lab.js";
import { answer, heard, PhoenixClient } from "../support/phoenix-client.js";
import { serve } from "holdfast/node";
import { RedisServer } from "../support/redis-server.js";
import {
  beginSession, cache, Chart, Charts, drop, endSession, Lobby, Party, postUpdated, pubsub, Room, rootLayout, socket, start, startTracing, startWithRedis,
  startWithSessions, stopRefused, stopSpans, taken, updatePost,
} from "./programs/reference.js";

const secret = "a secret of the reference, long enough to be one";
const routes: EndpointOptions["routes"] = (app) => void app.get("/in/:id", async (c) => {
  await logIn(c, { userId: Number(c.req.param("id")) });
  return c.text("in");
});
const live = [liveSession("default", {}, (route) => {
  route("/charts", Charts);
  route("/party", Party);
  route("/rooms/:room", Room);
  route("/lobby", Lobby);
})];

function open(options: Partial<EndpointOptions> = {}): Endpoint {
  const endpoint = createEndpoint({ secret, live, routes, log: () => {}, ...options });
  onTestFinished(() => endpoint.close());
  return endpoint;
}

async function loggedIn(endpoint: Endpoint, id: number): Promise<Browser> {
  const browser = openBrowser(endpoint);
  await browser.get(`/in/${id}`);
  return browser;
}

test.each(["client.md", "nodes.md", "telemetry.md"])("each program of docs/%s is a file's, which the compiler checks", (name) => {
  const blocks = codeBlocks(readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8")).filter(({ language }) => language === "ts");
  expect(blocks.length).toBeGreaterThan(2);
  expect(blocks.filter(({ file }) => file === undefined)).toEqual([]);
});

test("the page's root layout brings the client's settings, and a hook and the page hear what the server pushes", async () => {
  const browser = openBrowser(open({ rootLayout }));
  const page = await browser.visit("/charts");
  expect(page.dead.body).toMatch(/<script type="module" src="\/app\.js" data-/);
  await page.click("button");
  page.expectPush(Chart.messages.points, { values: [1, 2] });
  expect(await page.renderHook(Chart.pushes.picked, { index: 1 }, { from: "#chart" })).toEqual({ label: "February" });
  const party = await browser.visit("/party");
  await party.click("button");
  party.expectPush("confetti", { pieces: 3 });
});

test("a context publishes, and a request is answered", async () => {
  const endpoint = start(live);
  onTestFinished(() => endpoint.close());
  const posts: unknown[] = [];
  const subscription = pubsub.subscribe(postUpdated(7), ({ payload }) => posts.push(payload));
  updatePost({ id: 7, title: "Seven" });
  subscription.unsubscribe();
  cache.set("a", "1");
  expect([await drop("a"), cache.size, posts]).toEqual([[], 0, [{ id: 7, title: "Seven" }]]);
});

test("a node with Redis joins", async () => {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const endpoint = startWithRedis(live, server.url);
  onTestFinished(() => endpoint.close());
  await endpoint.join();
  expect(await server.command("EXISTS", "{blog}:epoch")).toBe(1);
});

test("a session of the application's own ends when its row is deleted", async () => {
  const Who = liveView.define({ authorize: "public", mount: (_socket, { session }) => ({ who: session.authSession ?? "nobody" }), render: ({ who }) => html`<p>${who}</p>` });
  const endpoint = startWithSessions({
    live: [liveSession("default", {}, (route) => route("/who", Who))],
    routes: (app) => {
      app.get("/in", async (c) => {
        await logIn(c, { authSession: "row-1" });
        return c.text("in");
      });
      app.get("/is", (c) => c.text(sessionOf(c).values.authSession ?? "nobody"));
    },
  });
  onTestFinished(() => endpoint.close());
  beginSession("row-1");
  const browser = openBrowser(endpoint);
  await browser.get("/in");
  const page = await browser.visit("/who");
  page.expectText("p", "row-1");
  endSession("row-1");
  await eventually(() => expect(page.closed).toBeDefined());
  expect((await browser.get("/is")).body).toBe("nobody");
});

test("presence: those who are in the room, and one who hides; with what fetch adds", async () => {
  const endpoint = open();
  const [ada, ben] = [await loggedIn(endpoint, 1), await loggedIn(endpoint, 2)];
  const [first, second] = [await ada.visit("/rooms/7"), await ben.visit("/rooms/7")];
  await first.waitForText("ul", "Ada Ben");
  await second.click("#type");
  await first.waitForText("ul", "Ben …");
  await second.click("#hide");
  await first.waitFor(() => first.count("li") === 1);
  await (await ada.visit("/lobby")).waitForText("ul", "Ada");
});

test("presence in a channel: the state, and then who types", async () => {
  const { url, close } = await serve(open({ sockets: { "/socket": socket } }), { port: 0 });
  onTestFinished(() => close());
  const client = new PhoenixClient(url, { params: { id: "1", name: "Ada" } });
  onTestFinished(() => client.close());
  const channel = client.socket.channel("room:7", {});
  const [states, diffs] = [heard(channel, "presence_state"), heard(channel, "presence_diff")];
  await answer(channel.join(), "the join");
  await eventually(() => expect(states).toMatchObject([{ 1: { metas: [{ name: "Ada", typing: false }] } }]));
  channel.push("type", {});
  await eventually(() => expect(diffs).toContainEqual(expect.objectContaining({
    joins: { 1: { metas: [expect.objectContaining({ name: "Ada", typing: true })] } },
  })));
});

test("telemetry: spans and refusals reach what takes them", async () => {
  const page = await openBrowser(open()).visit("/charts");
  await page.click("button");
  await page.pushRaw("event", { type: "click", event: "unheard", value: {} });
  stopSpans();
  stopRefused();
  expect(taken).toContainEqual({ ms: expect.any(Number) as number, view: expect.any(String) as string, event: "more" });
  expect(taken).toContainEqual({ view: expect.any(String) as string, event: "unheard", reason: "unknown_event" });
});

test("tracing begins", () => {
  startTracing(new SimpleSpanProcessor(new InMemorySpanExporter()));
  expect(trace.getTracerProvider()).toBeDefined();
  trace.disable();
  context.disable();
});
