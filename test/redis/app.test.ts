// An application as two processes, and browsers that reach either of them.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Browser, type Page } from "../support/browser.js";
import { handshakeStatus, type RawSocket } from "../support/raw-socket.js";
import { RedisServer } from "../support/redis-server.js";
import { NodeProcess } from "./node-process.js";
import { eventually } from "./support.js";

/** A node counts as gone after 5 s of silence. Who waits for this long has waited twice. */
const TWO_LEASES_MS = 10_000;

let server: RedisServer;
let nodes: NodeProcess[];
let browsers: Browser[];
beforeEach(async () => {
  server = await RedisServer.start();
  nodes = [];
  browsers = [];
});
afterEach(async () => {
  for (const browser of browsers) browser.close();
  await Promise.all(nodes.map((node) => node.kill()));
  await server.stop();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<NodeProcess> {
  const node = await NodeProcess.start(server.url, "app-node.mjs", env);
  nodes.push(node);
  return node;
}

/** A browser that has logged in on the first node. */
async function loggedIn(name: string): Promise<Browser> {
  const browser = new Browser(nodes[0]!.id);
  browsers.push(browser);
  await browser.get("/login");
  await browser.post("/login", { name });
  return browser;
}

/** The same browser, whose requests a load balancer sends to another node. */
function at(node: NodeProcess, { cookies }: Browser): Browser {
  const browser = new Browser(node.id);
  browsers.push(browser);
  for (const [name, value] of cookies) browser.cookies.set(name, value);
  return browser;
}

interface Tab { readonly page: Page; readonly socket: RawSocket }
const tabOn = async (node: NodeProcess, name: string): Promise<Tab> => at(node, await loggedIn(name)).open("/");
/** Everything that a page received. */
const told = ({ socket }: Tab): string => JSON.stringify(socket.frames);

describe("on another node", () => {
  beforeEach(async () => void (await Promise.all([start(), start()])));

  it.each([
    ["endpoint.disconnect", "disconnect user:ann"], ['broadcast(id, "disconnect")', "broadcastDisconnect user:ann"],
    ["endpoint.endSessions", "endSessions user:ann"],
  ])("%s closes the user's page, and nobody else's", async (_name, command) => {
    const [ann, bob] = [await tabOn(nodes[1]!, "ann"), await tabOn(nodes[1]!, "bob")];
    await nodes[0]!.ask(command);
    expect(await ann.socket.code()).toBe(1001);
    expect((await bob.socket.event(bob.page, "bump")).response).toHaveProperty("diff");
  });

  it("a disconnect says how many sockets it has ended on which nodes", async () => {
    await tabOn(nodes[1]!, "ann");
    const ids = await Promise.all(nodes.map((node) => node.ask<string>("node")));
    const result = await nodes[0]!.ask<{ nodes: string[] }>("disconnect user:ann");
    expect(result).toMatchObject({ sockets: 1, missing: [], recorded: true });
    expect(result.nodes.toSorted()).toEqual(ids.toSorted());
  });

  it("a form that this node has answered runs no handler there when it is sent again", async () => {
    const ann = await loggedIn("ann");
    const send = async (node: NodeProcess, what: string): Promise<void> => {
      const { page, socket } = await at(node, ann).open("/order");
      await socket.reply(socket.sendEvent(page, "place.submit", `what=${what}&_submission=${"s".repeat(22)}`, "form"));
    };
    const orders = (): Promise<number[]> => Promise.all(nodes.map((node) => node.ask<number>("orders")));
    await send(nodes[0]!, "tea");
    await send(nodes[1]!, "tea");
    expect(await orders()).toEqual([1, 0]);
    // Meanwhile somebody has continued writing.
    await send(nodes[1]!, "coffee");
    expect(await orders()).toEqual([1, 1]);
  });

  it("a form whose claim Redis refuses crashes its view: it does not wait, no handler runs, and later it may be sent again", async () => {
    const ann = await loggedIn("ann");
    const { page, socket } = await at(nodes[0]!, ann).open("/order");
    await server.command("ACL", "SETUSER", "default", "resetkeys", "~{holdfast}:*", "~holdfast:revoked:*");
    socket.sendEvent(page, "place.submit", `what=tea&_submission=${"s".repeat(22)}`, "form");
    await socket.push("phx_error", page.topic);
    expect(await nodes[0]!.ask("orders")).toBe(0);
    await server.command("ACL", "SETUSER", "default", "allkeys");
    const again = await at(nodes[0]!, ann).open("/order");
    await again.socket.reply(again.socket.sendEvent(again.page, "place.submit", `what=tea&_submission=${"s".repeat(22)}`, "form"));
    expect(await nodes[0]!.ask("orders")).toBe(1);
  });

  it("logging out closes the pages of that session, and a copy of its cookie opens nothing any more", async () => {
    const ann = await loggedIn("ann");
    const elsewhere = at(nodes[1]!, ann);
    const { page, socket } = await elsewhere.open("/");
    const thief = at(nodes[1]!, ann);
    expect((await thief.get("/")).status).toBe(200);
    await ann.get("/");
    await ann.post("/logout");
    expect(await socket.code()).toBe(1001);
    expect((await thief.get("/")).location).toBe("/login");
    // Nor does a page that was loaded before.
    expect(await (await thief.socket()).join(page)).toMatchObject({ status: "error" });
  });

  it("views hear what views of the other node say, and each page shows who is on both", async () => {
    const [ann, bob] = [await tabOn(nodes[0]!, "ann"), await tabOn(nodes[1]!, "bob")];
    await ann.socket.event(ann.page, "say");
    await nodes[1]!.ask("broadcast everybody");
    await eventually("both have heard", () => told(bob).includes("from ann") && [ann, bob].every((tab) => told(tab).includes("everybody")));
    expect(told(ann)).not.toContain("from ann");
    await eventually("each sees the other", () => told(ann).includes('"bob"') && told(bob).includes('"ann"'));
    // And a page shows it before it is connected.
    expect((await at(nodes[0]!, await loggedIn("cat")).get("/")).html).toMatch(/<u>ann<\/u>\s*<u>bob<\/u>/);
    bob.socket.terminate();
    await eventually("bob has left", async () => JSON.stringify(await nodes[0]!.ask("present")) === '["ann"]');
  });

  it("the people of a node that is killed leave within its lease", async () => {
    await tabOn(nodes[0]!, "ann");
    await tabOn(nodes[1]!, "bob");
    await eventually("both are there", async () => (await nodes[0]!.ask<string[]>("present")).length === 2);
    await nodes.pop()!.kill();
    const { ms } = await nodes[0]!.ask<{ ms: number }>("alone ann");
    // 5 s of silence, and the next heartbeat; a busy machine is late.
    expect(ms).toBeLessThan(TWO_LEASES_MS);
  });

  it("when a node shuts down, its people leave immediately", async () => {
    await tabOn(nodes[0]!, "ann");
    const bob = await tabOn(nodes[1]!, "bob");
    await eventually("both are there", async () => (await nodes[0]!.ask<string[]>("present")).length === 2);
    await nodes[1]!.ask("close");
    const { ms } = await nodes[0]!.ask<{ ms: number }>("alone ann");
    expect(await bob.socket.code()).toBe(1012);
    // Less than the 5 s of silence after which it would count as gone.
    expect(ms).toBeLessThan(4_000);
  });
});

describe("while the database is away", () => {
  it("events wait, and are answered when it is back; none of them ran meanwhile", async () => {
    const node = await start();
    const ann = await tabOn(node, "ann");
    server.pause();
    await eventually("the lease has lapsed", async () => !(await node.ask<boolean>("held")));
    const before = await node.ask<number>("started");
    const refs = [1, 2].map(() => ann.socket.sendEvent(ann.page, "bump"));
    await ann.socket.heartbeat();
    expect(await node.ask<number>("started")).toBe(before);
    server.resume();
    for (const ref of refs) expect((await ann.socket.reply(ref)).response).toHaveProperty("diff");
    expect(await node.ask<number>("started")).toBe(before + 2);
  });

  it("sockets close with 1012 when it lasts for longer than outageMs", async () => {
    const node = await start({ OUTAGE_MS: "300" });
    const ann = await tabOn(node, "ann");
    server.pause();
    await eventually("the lease has lapsed", async () => !(await node.ask<boolean>("held")));
    const ref = ann.socket.sendEvent(ann.page, "bump");
    expect(await ann.socket.code()).toBe(1012);
    expect([ann.socket.frames.some((frame) => frame[1] === ref), await node.ask<number>("started")]).toEqual([false, 0]);
  });

  it("a node that prefers availability keeps serving", async () => {
    const node = await start({ OUTAGE: "serve", OUTAGE_MS: "300" });
    const ann = await tabOn(node, "ann");
    server.pause();
    await eventually("the lease has lapsed", async () => !(await node.ask<boolean>("held")));
    for (let i = 0; i < 3; i++) expect((await ann.socket.event(ann.page, "bump")).response).toHaveProperty("diff");
    expect(ann.socket.open).toBe(true);
  });

  it.each([
    ["killed", () => server.kill(), () => server.begin()], ["silent", () => server.pause(), () => server.resume()],
  ])("%s: who knocks is answered, with 503 if the session cannot be checked, and is served when it is back", async (_how, leave, comeBack) => {
    const node = await start();
    const browser = await loggedIn("ann");
    const { csrf } = await browser.get("/");
    const knocks = async (): Promise<Record<string, number>> => {
      const [page, socket, open, stranger] = await Promise.all([
        at(node, browser).get("/"), handshakeStatus(node.id, { cookie: browser.cookie, csrf }),
        new Browser(node.id).get("/login"), handshakeStatus(node.id),
      ]);
      return { page: page.status, socket, open: open.status, stranger };
    };
    // An empty session needs no check.
    const away = { page: 503, socket: 503, open: 200, stranger: 101 };
    await leave();
    expect(await knocks()).toEqual(away);
    await eventually("the lease has lapsed", async () => !(await node.ask<boolean>("held")));
    expect(await knocks()).toEqual(away);
    await comeBack();
    await eventually("the page is served again", async () => (await at(node, browser).get("/")).status === 200);
    expect(await knocks()).toEqual({ page: 200, socket: 101, open: 200, stranger: 101 });
  });

  it("that refuses writes: a log-in and a log-out are answered with 503, and the same requests succeed when it takes them", async () => {
    const node = await start();
    const browser = at(node, new Browser(node.id));
    for (const [page, path, fields] of [["/login", "/login", { name: "ann" }], ["/", "/logout", {}]] as const) {
      await browser.get(page);
      await server.command("ACL", "SETUSER", "default", "-set");
      const before = browser.cookie;
      const refused = await browser.post(path, fields);
      expect([refused.status, refused.headers.get("retry-after"), browser.cookie]).toEqual([503, "5", before]);
      expect((await browser.get("/")).status).toBe(path === "/login" ? 302 : 200);
      await server.command("ACL", "SETUSER", "default", "+set");
      expect((await browser.post(path, fields)).status).toBe(302);
    }
  });

  it("a disconnect returns within a lease and a second, and names the node that did not answer", async () => {
    await Promise.all([start(), start()]);
    const [ann, bob] = [await tabOn(nodes[0]!, "ann"), await tabOn(nodes[1]!, "ann")];
    const other = await nodes[1]!.ask<string>("node");
    await server.kill();
    const result = await nodes[0]!.ask<{ ms: number }>("disconnect user:ann");
    expect(result).toMatchObject({ sockets: 1, missing: [{ node: other }], recorded: false });
    expect(result.ms).toBeLessThan(TWO_LEASES_MS);
    expect(await ann.socket.code()).toBe(1001);
    // The other node does nothing until it knows, and then closes it too.
    const ref = bob.socket.sendEvent(bob.page, "bump");
    await server.begin();
    expect(await bob.socket.code()).toBe(1001);
    expect([bob.socket.frames.some((frame) => frame[1] === ref), await nodes[1]!.ask<number>("started")]).toEqual([false, 0]);
  });
});

it("several processes without a backplane refuse to start", async () => {
  expect((await start({ WEB_CONCURRENCY: "2", BACKPLANE: "none" })).id).toBe("refused: endpoint_config_invalid");
  expect((await start({ WEB_CONCURRENCY: "2" })).id).toMatch(/^http:/);
});
