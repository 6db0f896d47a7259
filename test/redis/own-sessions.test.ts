// Two nodes whose sessions are better-auth's: deleting a row on one closes the pages on the other.
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { createEndpoint, createPubSub, html, liveSession, liveView, logIn, onMount, redirect, topic, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import { redis } from "holdfast/redis";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Browser } from "../support/browser.js";
import { RedisServer } from "../support/redis-server.js";

const secret = "a secret of these tests, long enough";
const baseURL = "http://localhost";
const ended = (id: string) => topic<null>(`auth-session:${id}:ended`);

/** The database that both nodes share. */
type Tables = Record<string, Record<string, unknown>[]>;

function makeAuth(tables: Tables, onDelete: (id: string) => unknown) {
  return betterAuth({
    secret, baseURL, database: memoryAdapter(tables), emailAndPassword: { enabled: true },
    databaseHooks: { session: { delete: { after: async ({ id }) => void onDelete(id) } } },
  });
}

interface AuthNode {
  readonly endpoint: Endpoint;
  readonly auth: ReturnType<typeof makeAuth>;
  readonly url: string;
}

async function start(tables: Tables, redisUrl: string): Promise<AuthNode> {
  const pubsub = createPubSub();
  const auth = makeAuth(tables, (id) => pubsub.broadcast(ended(id), null));
  const Home = liveView.use(onMount((_socket, { session }) => (session["authSession"] === undefined ? redirect("/login") : {}))).define({
    name: "Home", authorize: () => true, mount: () => ({}), render: () => html`<p>home</p>`,
  });
  const endpoint = createEndpoint({
    secret, pubsub, backplane: redis({ url: redisUrl }), log() {}, csrfExempt: () => true,
    sessions: {
      check: ({ authSession }) => authSession === undefined || tables["session"]!.some(({ id }) => id === authSession),
      // Only the topic can end a page here.
      everyMs: 86_400_000,
      topic: ({ authSession }) => (authSession === undefined ? undefined : ended(authSession)),
    },
    rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
    live: [liveSession("default", {}, (live) => live("/", Home))],
    routes(app) {
      app.post("/register", async (c) => {
        const email = String((await c.req.parseBody())["email"]);
        const { response } = await auth.api.signUpEmail({ body: { email, name: email, password: "correct horse battery" }, returnHeaders: true });
        const row = tables["session"]!.find(({ userId }) => userId === response.user.id)!;
        await logIn(c, { authSession: String(row["id"]) });
        return c.redirect("/");
      });
    },
  });
  return { endpoint, auth, url: (await serve(endpoint, { port: 0 })).url };
}

let server: RedisServer;
let nodes: AuthNode[];
const tables: Tables = { user: [], session: [], account: [], verification: [] };
beforeEach(async () => {
  server = await RedisServer.start();
  nodes = await Promise.all([start(tables, server.url), start(tables, server.url)]);
});
afterEach(async () => {
  await Promise.all(nodes.map(({ endpoint }) => endpoint.close()));
  await server.stop();
});

it("a session's row that is deleted on one node closes its page on the other, and no other session's", async () => {
  const [one, two] = nodes as [AuthNode, AuthNode];
  const enter = async (email: string) => {
    const browser = new Browser(one.url);
    await browser.post("/register", { email });
    const other = new Browser(two.url);
    for (const [name, value] of browser.cookies) other.cookies.set(name, value);
    return { browser: other, ...(await other.open("/")) };
  };
  const ada = await enter("ada@desk.example");
  const cleo = await enter("cleo@desk.example");
  const { internalAdapter } = await one.auth.$context;
  const [row] = tables["session"]!;
  await internalAdapter.deleteSession(String(row!["token"]));
  expect(await ada.socket.code()).toBe(1001);
  expect((await ada.browser.get("/")).location).toBe("/login");
  await cleo.socket.heartbeat();
  expect([cleo.socket.open, (await cleo.browser.get("/")).status]).toEqual([true, 200]);
  for (const { browser } of [ada, cleo]) browser.close();
});
