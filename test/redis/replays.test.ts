// Everything sealed that a page is given, copied and used again: on the other node, by another session, after its session has ended
// there, and after a restart.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Browser, type Page } from "../support/browser.js";
import { Joined, tokenOf } from "../support/lab.js";
import { PollSocket } from "../support/poll-socket.js";
import type { Reply } from "../support/raw-socket.js";
import { RedisServer } from "../support/redis-server.js";
import { Uploader } from "../support/uploads.js";
import { NodeProcess } from "./node-process.js";

const FLASH = "__phoenix_flash__";

let server: RedisServer;
let nodes: NodeProcess[];
let browsers: Browser[];
beforeEach(async () => {
  server = await RedisServer.start();
  nodes = [];
  browsers = [];
  for (let count = 0; count < 2; count++) await start();
});
afterEach(async () => {
  for (const browser of browsers) browser.close();
  await Promise.all(nodes.map((node) => node.kill()));
  await server.stop();
});

async function start(): Promise<NodeProcess> {
  const node = await NodeProcess.start(server.url, "app-node.mjs", { LONG_POLL: "1" });
  nodes.push(node);
  return node;
}

function browserAt(node: NodeProcess): Browser {
  const browser = new Browser(node.id);
  browsers.push(browser);
  return browser;
}

async function loggedIn(node: NodeProcess, name: string): Promise<Browser> {
  const browser = browserAt(node);
  await browser.get("/login");
  await browser.post("/login", { name });
  await browser.get("/");
  return browser;
}

/** The same browser at another node: its cookies, and the CSRF token of its last page. */
function at(node: NodeProcess, { cookies, csrf }: Browser): Browser {
  const browser = browserAt(node);
  for (const [name, value] of cookies) browser.cookies.set(name, value);
  browser.csrf = csrf;
  return browser;
}

/** What somebody has copied from a browser. */
interface Loot {
  readonly page: Page;
  readonly child: string;
  readonly upload: { readonly ref: string; readonly token: string };
  readonly poll: string;
  readonly flash: string;
}

/** Everything that a page of this browser is given. */
async function lootOf(browser: Browser): Promise<Loot> {
  await browser.post("/noted", { text: "a secret" });
  const flash = browser.cookies.get(FLASH)!;
  const page = await browser.get("/kit");
  expect(page.html).toContain("a secret");
  const socket = await browser.socket();
  const { status, response } = await socket.join(page);
  expect(status).toBe("ok");
  const uploader = new Uploader(new Joined(socket, browser, page, page.topic, response["rendered"]), "change");
  const file = uploader.file("a.txt", 10);
  await uploader.choose([file]);
  const { entries = {} } = await uploader.preflight([file]);
  const poll = await PollSocket.open(browser);
  return {
    page, child: tokenOf(response["rendered"], "child"), upload: { ref: file.ref, token: entries[file.ref]! }, poll: poll.token!, flash,
  };
}

/** What the loot opens. `child` and `upload`: on a socket that has joined nothing; `inPage`: on one that has joined the page. */
interface Opened {
  readonly page: boolean;
  readonly child: boolean;
  readonly upload: boolean;
  readonly inPage: { readonly child: boolean; readonly upload: boolean };
  readonly poll: boolean;
  readonly flash: boolean;
}

const NOTHING: Opened = { page: false, child: false, upload: false, inPage: { child: false, upload: false }, poll: false, flash: false };

/** Uses all of it at a node, with a browser's cookies. */
async function use(loot: Loot, node: NodeProcess, cookies: Browser): Promise<Opened> {
  const { page, upload } = loot;
  const browser = at(node, cookies);
  const joining = { ...page, url: new URL("/kit", node.id).href, csrf: browser.csrf };
  const nested = async (socket: Awaited<ReturnType<Browser["socket"]>>): Promise<boolean> => {
    const reply = await new Joined(socket, browser, joining, page.topic, undefined).join("child", loot.child);
    return reply.status === "ok";
  };
  const chunks = async (socket: Awaited<ReturnType<Browser["socket"]>>): Promise<boolean> => {
    const ref = socket.ref();
    socket.send(ref, ref, `lvu:${upload.ref}`, "phx_join", { token: upload.token });
    const reply: Reply = await socket.reply(ref);
    return reply.status === "ok";
  };
  const alone = await browser.socket();
  const [child, uploaded] = [await nested(alone), await chunks(alone)];
  const socket = await browser.socket();
  const joined = (await socket.join(joining)).status === "ok";
  const inPage = { child: await nested(socket), upload: await chunks(socket) };
  const poll = new PollSocket(browser);
  const { status } = await poll.request("GET", { token: loot.poll });
  browser.cookies.set(FLASH, loot.flash);
  const flash = (await browser.get("/kit")).html.includes("a secret");
  return { page: joined, child, upload: uploaded, inPage, poll: status === 200 || status === 204, flash };
}

/** How often views were joined on a node. */
const joins = (node: NodeProcess): Promise<{ Kit: number; Child: number }> => node.ask("joined");

describe("what a page was given by one node", () => {
  it("opens the page on the other for its own session, as a balancer needs it; a file is sent on its own socket only", async () => {
    const ann = await loggedIn(nodes[0]!, "ann");
    expect(await use(await lootOf(ann), nodes[1]!, ann))
      .toEqual({ page: true, child: false, upload: false, inPage: { child: true, upload: false }, poll: true, flash: true });
    expect(await joins(nodes[1]!)).toEqual({ Kit: 1, Child: 1 });
  });

  it("opens nothing for another session, on either node", async () => {
    const loot = await lootOf(await loggedIn(nodes[0]!, "ann"));
    const bob = await loggedIn(nodes[1]!, "bob");
    const before = await joins(nodes[0]!);
    for (const node of nodes) expect(await use(loot, node, bob)).toEqual(NOTHING);
    expect(await Promise.all(nodes.map(joins))).toEqual([before, { Kit: 0, Child: 0 }]);
  });

  it.each([
    ["logged out there", async (ann: Browser) => void (await at(nodes[1]!, ann).post("/logout"))],
    ["ended there with endSessions", async () => void (await nodes[1]!.ask("endSessions user:ann"))],
  ])("opens nothing on any node once its session was %s, and none that starts later", async (_how, end) => {
    const ann = await loggedIn(nodes[0]!, "ann");
    const loot = await lootOf(ann);
    const before = await joins(nodes[0]!);
    // Others stay logged in.
    const bob = await loggedIn(nodes[0]!, "bob");
    await end(ann);
    for (const node of [...nodes, await start()]) expect(await use(loot, node, ann)).toEqual(NOTHING);
    expect(await Promise.all(nodes.map(joins))).toEqual([before, { Kit: 0, Child: 0 }, { Kit: 0, Child: 0 }]);
    expect((await (await bob.socket()).join(await bob.get("/kit"))).status).toBe("ok");
  });

  it("opens the page after a restart of all nodes; a socket's own tokens are gone with it", async () => {
    const ann = await loggedIn(nodes[0]!, "ann");
    const loot = await lootOf(ann);
    await Promise.all(nodes.map((node) => node.kill()));
    expect(await use(loot, await start(), ann))
      .toEqual({ page: true, child: false, upload: false, inPage: { child: true, upload: false }, poll: false, flash: true });
  });
});
