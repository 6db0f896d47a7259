// What an application's URLs, forms and cookies hold stays out of its logs, telemetry, traces and error pages.
import { context, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import {
  createEndpoint, html, liveSession, liveView, NotFound, onTelemetry, rateLimit, refuse, TELEMETRY_EVENTS, userSocket, type Endpoint, type Logger,
} from "holdfast";
import { serve } from "holdfast/node";
import { openTelemetry } from "holdfast/otel";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import { Browsers, type Browser } from "./support/browser.js";
import { handshakeStatus } from "./support/raw-socket.js";

/** In every place where a client can put one. */
const SECRET = "Zm9vYmFyYmF6cXV4cXV1eA";
const IN_URL = `${SECRET}?key=${SECRET}&_csrf_token=${SECRET}`;

const Invitation = liveView.define({
  name: "invitation",
  params: z.object({ token: z.string() }),
  authorize: (_assigns, { uri }) => uri.searchParams.get("key") !== "refused",
  mount: (_socket, { params: { token } }) => ({ token }),
  events: {
    accept: { bind: z.object({ token: z.string() }), handle: () => {} },
    decline: { bind: z.object({ token: z.string() }), authorize: () => false, handle: () => {} },
    rename: { params: z.object({ name: z.string().max(3), plan: z.string() }), handle: () => {} },
    // Valibot repeats what was sent: in its messages, and whole in its paths.
    protect: { params: v.object({ user: v.object({ password: v.pipe(v.string(), v.regex(/^\d+$/)) }) }), handle: () => {} },
  },
  render: ({ token }, on) => html`
    <a id="accept" phx-click=${on.accept({ token })}>accept</a><a id="decline" phx-click=${on.decline({ token })}>decline</a>
    <form id="rename" phx-submit=${on.rename}><input name="name"><input type="hidden" name="plan" value="free"></form>
    <form id="protect" phx-submit=${on.protect}><input type="password" name="user[password]"></form>`,
});

const Reset = liveView.define({
  name: "reset", params: v.object({ token: v.pipe(v.string(), v.regex(/^\d+$/)) }), authorize: "public", render: () => html`<p>Reset</p>`,
});

const kept: string[] = [];
const keep = (from: string) => (...what: unknown[]): void => void kept.push(`${from} ${JSON.stringify(what, (_key, value: unknown) => (value instanceof Error ? value.message : value))}`);
const log: Logger = { debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };

const exporter = new InMemorySpanExporter();
const ends: (() => unknown)[] = [];
let endpoint: Endpoint;
let base: string;
let browsers: Browsers;

beforeAll(async () => {
  vi.stubEnv("NODE_ENV", "production");
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log, limits: { sessionIdleMs: Infinity },
    live: [liveSession("default", {}, (live) => {
      live("/invitations/:token", Invitation);
      live("/new-password/:token", Reset);
    })],
    sockets: { "/chat": userSocket({ connect: () => refuse("nobody"), channels: () => ({}) }) },
    routes(app) {
      app.get("/reset/:token", () => {
        throw new TypeError("this one fails");
      });
      app.get("/gone/:token", () => {
        throw new NotFound("an old link");
      });
      app.get("/verify/:token", rateLimit({ perSecond: 0.001, burst: 1 }), (c) => c.text("verified"));
      app.get("/files/*", () => {
        throw new TypeError("this one fails, too");
      });
    },
  });
  ({ url: base } = await serve(endpoint, { port: 0, host: "127.0.0.1" }));
  browsers = new Browsers(endpoint, base);
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  ends.push(openTelemetry({ spans: ["request", "handshake", "join", "mount", "turn", "event", "render", "diff", "broadcast"] }));
  for (const name of Object.keys(TELEMETRY_EVENTS) as (keyof typeof TELEMETRY_EVENTS)[]) ends.push(onTelemetry(name, keep(name)));
});
afterAll(async () => {
  for (const end of ends) end();
  trace.disable();
  context.disable();
  await browsers.cut();
  await endpoint.close();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  kept.length = 0;
  exporter.reset();
});

const page = async (path: string, init: RequestInit = {}): Promise<string> =>
  (await fetch(base + path, { ...init, headers: { cookie: `holdfast=${SECRET}`, authorization: SECRET, ...init.headers } })).text();

const traced = (): string =>
  JSON.stringify(exporter.getFinishedSpans().map(({ name, attributes, events, links, status }) => ({ name, attributes, events, links, status })));

test.each<[string, () => Promise<string>, string]>([
  ["a request that crashes", () => page(`/reset/${IN_URL}`), '"path":"/reset/:token","incident"'],
  ["a crash behind a wildcard", () => page(`/files/${IN_URL}`), '"path":"/files/Zm9vYmFy…","incident"'],
  ["a refused page", () => page(`/gone/${IN_URL}`), '"path":"/gone/:token","status":404'],
  ["a page without a route", () => page(`/reset/${SECRET}/?key=${SECRET}`), '"path":"/reset/Zm9vYmFy…/","status":404'],
  ["a form without a token", () => page(`/reset/${IN_URL}`, { method: "POST", body: new URLSearchParams({ password: SECRET }) }), '"path":"/reset/Zm9vYmFy…","status":403'],
  ["a foreign form", () => page(`/gone/${IN_URL}`, { method: "POST", headers: { origin: "http://evil.example" } }), '"path":"/gone/Zm9vYmFy…","reason":"the Origin'],
  ["a live page that its policy refuses", () => page(`/invitations/${SECRET}?key=refused&token=${SECRET}`), '"path":"/invitations/:token","status":403'],
  ["a live page whose parameters its schema refuses", () => page(`/new-password/${SECRET}`), "the parameters of reset are not valid: token"],
  ["too many requests", async () => (await page(`/verify/${IN_URL}`), page(`/verify/${IN_URL}`)), '"path":"/verify/:token","reason":"rate limit"'],
])("%s is logged, reported, traced and answered without what its URL holds", async (_what, get, line) => {
  const shown = await get();
  expect(kept.join("\n")).toContain(line);
  expect(exporter.getFinishedSpans().length).toBeGreaterThan(0);
  for (const text of [shown, traced(), ...kept]) expect(text).not.toContain(SECRET);
});

test("a page, its join and its events are logged and traced without what it binds, what is typed, and its tokens", async () => {
  const browser: Browser = browsers.open();
  const opened = await browser.get(`/invitations/${SECRET}?key=${SECRET}`);
  const socket = await browser.socket();
  expect((await socket.join(opened)).status).toBe("ok");
  const topic = opened.topic;
  const event = (name: string, value: unknown, type = "click"): Promise<unknown> => {
    const ref = socket.ref();
    socket.send(socket.joinRefs.get(topic) ?? null, ref, topic, "event", { type, event: name, value });
    return socket.reply(ref);
  };
  const bound = JSON.stringify({ token: SECRET });
  const accept = /phx-click="?(accept~[^"\s>]+)/.exec(opened.html)![1]!.replaceAll("&quot;", '"');
  await event(accept, { value: SECRET });
  await event(accept.replace("accept", "decline"), {});
  await event(`accept~${bound}x`, {});
  await event(`unknown~${SECRET}`, { [SECRET]: SECRET });
  await event("rename", `name=${SECRET}&plan=${SECRET}`, "form");
  await event("protect", `user[password]=${SECRET}`, "form");
  const said = kept.join("\n");
  for (const part of ["holdfast:event:handled", "event_policy", "not_rendered", "unknown_event", "bad_payload", '"path":["user","password"]', "holdfast:field:overruled"]) expect(said).toContain(part);
  const names = exporter.getFinishedSpans().map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["GET /invitations/:token", "handshake /live/websocket", "join invitation", "event invitation", "handle invitation accept"]));
  const secrets = [SECRET, SECRET.slice(0, 12), opened.session, opened.csrf, browser.cookie];
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8);
    for (const text of [traced(), ...kept]) expect(text).not.toContain(secret);
  }
});

test("a refused handshake is logged and traced without the parameters of its socket", async () => {
  expect(await handshakeStatus(base, { path: `/chat/websocket?vsn=2.0.0&token=${SECRET}&_csrf_token=${SECRET}` })).toBe(403);
  expect(await handshakeStatus(base, { path: `/live/websocket?vsn=2.0.0&_csrf_token=${SECRET}`, origin: `http://${SECRET}.example` })).toBe(403);
  expect(kept.join("\n")).toContain("handshake refused");
  expect(traced()).toContain("handshake /chat/websocket");
  for (const text of [traced(), ...kept.filter((line) => !line.includes('"origin":'))]) expect(text).not.toContain(SECRET);
});
