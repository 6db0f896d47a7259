// Sessions end on three nodes while their clients fire events without pause and open further pages.
import { afterEach, beforeEach, expect, it } from "vitest";
import { BreakableNetwork } from "../support/breakable-network.js";
import { Browser, type Page } from "../support/browser.js";
import { Chance } from "../support/chance.js";
import { proof } from "../support/prove.js";
import type { RawSocket } from "../support/raw-socket.js";
import { RedisServer } from "../support/redis-server.js";
import { NodeProcess } from "./node-process.js";
import { eventually } from "./support.js";

/** How a node can lose the database: wholly, in one direction, or on one of its two connections. */
const CUTS = {
  "cut off": {}, deaf: { way: "answers" }, mute: { way: "requests" }, "without messages": { of: "messages" }, "without commands": { of: "commands" },
} as const;

/** What happens meanwhile: nothing; a node is stopped, or cut off; the database loses its data, or is killed and restarted. */
const FAULTS = ["none", "stopped", "cut off", "deaf", "mute", "without messages", "without commands", "flushed", "killed"] as const;
type Fault = (typeof FAULTS)[number];

interface Ended {
  readonly missing: readonly string[];
  /** When the promise resolved, on the clock of the handlers. */
  readonly resolved: number;
}

let server: RedisServer;
let network: BreakableNetwork;
let nodes: NodeProcess[];
beforeEach(async () => {
  server = await RedisServer.start();
  network = await BreakableNetwork.to(server.port);
  const urls = [server.url, server.url, `redis://127.0.0.1:${network.port}`];
  nodes = await Promise.all(urls.map((url) => NodeProcess.start(url, "fence-node.mjs")));
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.kill()));
  await network.close();
  await server.stop();
});

/** The tabs of one user, on every node. */
class User {
  readonly name: string;
  readonly #cookies: ReadonlyMap<string, string>;
  readonly #browsers: Browser[] = [];
  readonly working: RawSocket[] = [];
  #over = false;

  private constructor(name: string, cookies: ReadonlyMap<string, string>) {
    this.name = name;
    this.#cookies = cookies;
  }

  static async logIn(name: string): Promise<User> {
    const browser = new Browser(nodes[0]!.id);
    await browser.post("/login", { name });
    const user = new User(name, browser.cookies);
    for (const node of nodes) for (let tab = 0; tab < 2; tab++) await user.#work(node);
    return user;
  }

  /** Opens the page again and again on each node until the test ends. */
  knock(): Promise<void>[] {
    return nodes.map(async (node) => {
      const browser = this.#browserAt(node);
      // A node that was stopped closes connections as idle before it has read what came meanwhile. A browser asks again then.
      const page = await browser.get("/").catch(() => undefined);
      while (page !== undefined && !this.#over) {
        const socket = await browser.socket({ csrf: page.csrf }).catch(() => undefined);
        const joined = await socket?.join(page).catch(() => undefined);
        if (joined?.status === "ok") await socket!.event(page, "work").catch(() => undefined);
        socket?.terminate();
      }
    });
  }

  leave(): void {
    this.#over = true;
    for (const browser of this.#browsers) browser.close();
  }

  #browserAt(node: NodeProcess): Browser {
    const browser = new Browser(node.id);
    for (const [name, value] of this.#cookies) browser.cookies.set(name, value);
    this.#browsers.push(browser);
    return browser;
  }

  /** Opens a page that sends each event before the previous one is answered. */
  async #work(node: NodeProcess): Promise<void> {
    const { page, socket } = await this.#browserAt(node).open("/");
    this.working.push(socket);
    void this.#fire(page, socket);
  }

  async #fire(page: Page, socket: RawSocket): Promise<void> {
    let sent = socket.sendEvent(page, "work");
    try {
      while (socket.open) {
        const next = socket.sendEvent(page, "work");
        await socket.reply(sent);
        // Earlier frames are not read again.
        socket.frames.splice(0, socket.frames.findIndex(([, ref]) => ref === sent) + 1);
        sent = next;
      }
    } catch {
      // It was closed, as expected.
    }
  }
}

/** Causes the fault; returns what ends it. */
function happen(fault: Fault, chance: Chance): { missing: NodeProcess | undefined; end: () => Promise<void> } {
  const nothing = async (): Promise<void> => {};
  switch (fault) {
    case "stopped": {
      const stopped = nodes[1]!;
      stopped.signal("SIGSTOP");
      return { missing: stopped, end: async () => stopped.signal("SIGCONT") };
    }
    case "cut off":
    case "deaf":
    case "mute":
    case "without messages":
    case "without commands":
      network.cut(CUTS[fault]);
      return { missing: nodes[2]!, end: async () => network.mend() };
    case "flushed":
      setTimeout(() => void server.command("FLUSHALL"), chance.below(10));
      return { missing: undefined, end: nothing };
    case "killed": {
      const back = new Promise<void>((resolve) => {
        setTimeout(() => void server.kill().then(() => server.begin()).then(resolve), chance.below(10));
      });
      return { missing: undefined, end: () => back };
    }
    default:
      return { missing: undefined, end: nothing };
  }
}

proof("fence-clients", "behind the end of a session no handler of it starts on any of three nodes, and none of its sockets is open", {
  small: { rounds: 4, faults: { 1: "killed", 2: "cut off", 3: "without messages" } },
  full: { rounds: 1_000, faults: "by chance" },
}, async ({ size, seed, figure }) => {
  const chance = new Chance(seed);
  const ids = await Promise.all(nodes.map((node) => node.ask<string>("node")));
  const faults: Partial<Record<Fault, number>> = {};
  for (let round = 0; round < size.rounds; round++) {
    const fault: Fault = typeof size.faults === "object" ? (size.faults as Record<number, Fault>)[round] ?? "none"
      : chance.maybe(0.04) ? chance.one(FAULTS) : "none";
    faults[fault] = (faults[fault] ?? 0) + 1;
    const user = await User.logIn(`user-${round}`);
    for (const node of nodes) await eventually("handlers run", async () => (await node.ask<number>(`last ${user.name}`)) > 0);
    // A page that is requested while the database is away gets a 503, and so nothing to open a socket with.
    const knocking = fault === "killed" ? [] : user.knock();
    const { missing, end } = happen(fault, chance);
    let ended = await nodes[0]!.ask<Ended | null>(`end ${user.name}`);
    const atOnce = ended !== null;
    while (ended === null) ended = await nodes[0]!.ask<Ended | null>(`end ${user.name}`);
    await end();
    for (const node of nodes) await eventually("the node may act", () => node.ask<boolean>("held"));
    for (const socket of user.working) expect(await socket.code()).not.toBe(1006);
    user.leave();
    await Promise.all(knocking);
    for (const [index, node] of nodes.entries()) {
      expect(await node.ask<number>(`last ${user.name}`), `${fault}, node ${index}, seed ${seed}, round ${round}`).toBeLessThanOrEqual(ended.resolved);
    }
    // Had it to be tried again, a node that is cut off may have lost its lease meanwhile, and nobody waits for it.
    if (fault !== "killed" && atOnce) expect(ended.missing, `${fault}, seed ${seed}, round ${round}`).toEqual(missing === undefined ? [] : [ids[nodes.indexOf(missing)]]);
  }
  for (const [fault, count] of Object.entries(faults)) figure(fault, count);
});

it("a session that has ended stays so on every node when the database loses its data, before anybody writes it again", async () => {
  const browser = new Browser(nodes[0]!.id);
  await browser.post("/login", { name: "ann" });
  const thieves = nodes.map((node) => {
    const thief = new Browser(node.id);
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    return thief;
  });
  const locations = (): Promise<(string | null)[]> => Promise.all(thieves.map(async (thief) => (await thief.get("/")).location));
  expect(await locations()).toEqual([null, null, null]);
  const { missing } = await nodes[0]!.ask<Ended>("end ann");
  expect(missing).toEqual([]);
  await server.command("FLUSHALL");
  for (const thief of thieves) for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
  expect(await locations()).toEqual(["/login", "/login", "/login"]);
});
