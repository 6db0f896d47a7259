import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { context, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { createEndpoint, fileInput, html, liveSession, liveView, logIn, sessionOf, type Endpoint, type EndpointOptions } from "holdfast";
import { openBrowser, type Browser } from "holdfast/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../support/lab.js";
import { answer, heard, PhoenixClient } from "../support/phoenix-client.js";
import { serve } from "holdfast/node";
import { RedisServer } from "../support/redis-server.js";
import { configuration, headers, limited } from "./programs/serving.js";
import { Cart, chart, styles as styleSheet } from "./programs/tsx.js";
import {
  beginSession, cache, Chart, Charts, Draft, drop, endSession, Lobby, Party, pictures, postUpdated, pubsub, resuming, Room, rootLayout, socket, start, startTracing, startWithRedis,
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

test("a form of the component kit stores what its schema takes", async () => {
  const page = await openBrowser(open({ live: [liveSession("default", {}, (route) => route("/draft", Draft))] })).visit("/draft");
  await page.submit("form.hf-fields", { title: "Hello", kind: "letter" });
  page.expectText("#saved", "Hello");
});

test("a picture that has arrived is stored without a submit", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-pictures-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const page = await openBrowser(open({ live: [liveSession("default", {}, (route) => route("/pictures", pictures(folder)))] })).visit("/pictures");
  const files = await page.chooseFiles("input[type=file]", [{ name: "a.png", content: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), type: "image/png" }]);
  await files.send("a.png");
  expect(await readdir(folder)).toHaveLength(1);
});

test("an upload goes on only with what we signed for a file of its size", async () => {
  const endpoint: Endpoint = open({ live: [liveSession("default", {}, (route) => route("/videos", liveView.define({
    name: "Videos", authorize: "public",
    mount: () => ({ video: resuming(endpoint.tokens, { create: (_id, size) => Promise.resolve(`new-${size}`) }) }),
    events: { choose: { handle: () => {} } },
    render: ({ video }, on) => html`<form id="f" phx-change=${on.choose}>${fileInput(video)}</form>`,
  })))] });
  const resume = endpoint.tokens.sign("upload", { key: "old", size: 5 });
  const keyOf = async (content: string, meta?: unknown): Promise<unknown> => {
    const page = await openBrowser(endpoint).visit("/videos");
    const files = await page.chooseFiles("input[type=file]", [{ name: "a.mp4", content, type: "video/mp4", meta }]);
    return (await files.preflight())["a.mp4"];
  };
  expect(await keyOf("12345", { resume })).toMatchObject({ uploader: "resumable", key: "old" });
  expect(await keyOf("123456", { resume })).toMatchObject({ key: "new-6" });
  expect(await keyOf("12345", { resume: `${resume}x` })).toMatchObject({ key: "new-5" });
  expect(await keyOf("12345")).toMatchObject({ key: "new-5" });
});

test("the configuration is read from the environment, and refused with everything that is wrong", () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("SECRET", secret);
  vi.stubEnv("URL", "https://example.com");
  expect(configuration()).toMatchObject({ SECRET: secret, URL: "https://example.com" });
  vi.stubEnv("SECRET", "short");
  vi.stubEnv("URL", "example");
  expect(() => configuration()).toThrow(expect.objectContaining({
    code: "env_invalid", message: expect.stringMatching(/SECRET[^]*URL/) as string,
  }));
});

test("headers and the policy are those of the page, and the default's where it says nothing", async () => {
  const endpoint = headers({ secret, live });
  onTestFinished(() => endpoint.close());
  const got = (await endpoint.app.request("/charts")).headers;
  expect([got.get("permissions-policy"), got.get("x-frame-options"), got.get("cache-control")]).toEqual(["camera=()", null, "no-store"]);
  const policy = Object.fromEntries(got.get("content-security-policy")!.split("; ").map((each) => [each.split(" ")[0], each]));
  expect(policy).toMatchObject({
    "img-src": "img-src 'self' data: blob: https: http://cdn.example.com", "connect-src": "connect-src 'self' https://api.example.com",
    "script-src": expect.stringMatching(/^script-src 'self' 'nonce-.+'$/) as string, "form-action": "form-action 'self' https://pay.example",
    "require-trusted-types-for": "require-trusted-types-for 'script'", "object-src": "object-src 'none'",
  });
});

test("a client that logs in too often is told when to try again", async () => {
  const endpoint = open({ csrfExempt: () => true, routes: (app) => limited(app, (c) => c.text("in"), (c) => c.text("voted")) });
  const post = () => endpoint.app.request("http://localhost/login", { method: "POST" });
  const answers = await Promise.all(Array.from({ length: 11 }, post));
  expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(200), 429]);
  expect(answers[10]!.headers.get("retry-after")).toBe("10");
});

test("TSX: a component, a list and an event; a literal is text of the template", async () => {
  const page = await openBrowser(open({ live: [liveSession("default", {}, (route) => route("/cart", Cart))] })).visit("/cart");
  page.expectText("li", "Tea 4.50 €");
  await page.click("button");
  expect([page.count("li"), page.has("ul.empty"), page.has("button[disabled]")]).toEqual([0, true, true]);
  expect([String(chart), String(styleSheet)]).toEqual(['<canvas id="sales" phx-hook="Chart"></canvas>', '<link rel="stylesheet" href="/app.css">']);
});

test("tracing begins", () => {
  startTracing(new SimpleSpanProcessor(new InMemorySpanExporter()));
  expect(trace.getTracerProvider()).toBeDefined();
  trace.disable();
  context.disable();
});
