// The commands that each operation sends to Redis, as documented in docs/nodes.md, counted at the server.
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import {
  createEndpoint, csrfField, form, formTag, html, liveSession, liveView, logIn, logOut, presence, topic, type Endpoint,
} from "holdfast";
import { serve } from "holdfast/node";
import { redis } from "holdfast/redis";
import { createClient } from "redis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { Browser, type Page } from "../support/browser.js";
import type { RawSocket } from "../support/raw-socket.js";
import { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";

/** The commands that nodes send each second anyway: the check of the connection, and the renewal of their lease. */
const OF_ITSELF = /^"(?:PING|ping)"|\{holdfast\}:journal" "\{holdfast\}:nodes"/;

/** Watches every command that arrives at a Redis. */
class Monitor {
  readonly #client = createClient({ url: server.url });
  readonly #socket: Socket;
  readonly #lines: string[] = [];
  readonly #seen = new Set<() => void>();
  #marks = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on("line", (line) => {
      // `1700000000.000000 [0 127.0.0.1:50000] "PUBLISH" …`; commands of a script have `lua` in place of the address.
      const [, from, command] = /^\+?[\d.]+ \[\d+ ([^\]]+)\] (.*)$/.exec(line) ?? [];
      if (from === undefined || from === "lua" || OF_ITSELF.test(command!)) return;
      this.#lines.push(command!);
      for (const look of this.#seen) look();
    });
  }

  static async start(): Promise<Monitor> {
    const socket = connect(server.port, "127.0.0.1");
    const monitor = new Monitor(socket);
    await monitor.#client.connect();
    socket.write("MONITOR\r\n");
    return monitor;
  }

  /** The commands that arrive while `act` runs: their names, with the first key of a script. */
  async during(act: () => unknown): Promise<string[]> {
    const from = await this.#mark();
    await act();
    const to = await this.#mark();
    return this.#lines.slice(from + 1, to).map((line) => nameOf(line)).toSorted();
  }

  end(): void {
    this.#client.destroy();
    this.#socket.destroy();
  }

  /** Puts a mark among the commands; returns its position. */
  async #mark(): Promise<number> {
    const mark = `"ECHO" "mark ${this.#marks++}"`;
    await this.#client.sendCommand(["ECHO", mark.slice('"ECHO" "'.length, -1)]);
    return within(new Promise((resolve) => {
      const look = (): void => {
        const at = this.#lines.indexOf(mark);
        if (at === -1) return;
        this.#seen.delete(look);
        resolve(at);
      };
      this.#seen.add(look);
      look();
    }), "the mark arrives");
  }
}

/** `PUBLISH`, or `EVAL holdfast:rate`: the prefix of a script's last key tells what it is for. */
function nameOf(line: string): string {
  const [name = "", ...args] = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!);
  if (name !== "EVAL") return name.toUpperCase();
  return `EVAL ${/^\{?holdfast\}?:[a-z]+/.exec(args[1 + Number(args[1])] ?? "")?.[0].replaceAll(/[{}]/g, "")}`;
}

const news = topic<string>("news");
const kept = topic<string>("kept", { replay: 5 });

const Home = liveView.define({
  authorize: "public",
  mount: () => ({ clicks: 0, note: form(z.object({ text: z.string() })) }),
  events: {
    click: { handle: (socket) => socket.update("clicks", (clicks) => clicks + 1) },
    save: { form: "note", handle: () => {} },
  },
  render: ({ clicks, note }, on) => html`
    <button phx-click=${on.click}>${clicks}</button>${formTag({ for: note, "phx-submit": on.save.submit, inner: html`<input name="text">` })}`,
});
const Room = liveView.define({
  authorize: "public", mount: () => ({ online: presence("room", { key: "somebody", meta: {} }) }), render: ({ online }) => html`<p>${online.list.length}</p>`,
});

let server: RedisServer;
let monitor: Monitor;
let nodes: { endpoint: Endpoint; url: string }[];
beforeAll(async () => {
  server = await RedisServer.start();
  nodes = await Promise.all([1, 2].map(async () => {
    const endpoint: Endpoint = createEndpoint({
      secret: "a secret of these tests, long enough", backplane: redis({ url: server.url }), log() {},
      live: [liveSession("default", {}, (live) => {
        live("/", Home);
        live("/room", Room);
      })],
      routes(app) {
        app.get("/login", (c) => endpoint.renderPage(c, html`<form method="post">${csrfField(c)}</form>`));
        app.post("/login", async (c) => {
          await logIn(c, { liveSocketId: "user:ann" });
          return c.redirect("/");
        });
        app.post("/logout", async (c) => {
          await logOut(c);
          return c.redirect("/login");
        });
      },
    });
    return { endpoint, url: (await serve(endpoint, { port: 0 })).url };
  }));
  monitor = await Monitor.start();
});
afterAll(async () => {
  monitor.end();
  await Promise.all(nodes.map(({ endpoint }) => endpoint.close()));
  await server.stop();
});

it("each operation asks as often as the table says", async () => {
  const [one, two] = nodes as [{ endpoint: Endpoint; url: string }, { endpoint: Endpoint; url: string }];
  const browser = new Browser(one.url);
  await browser.get("/login");
  await browser.post("/login");
  const counts: Record<string, string[]> = {};
  const count = async (what: string, act: () => unknown): Promise<void> => void (counts[what] = await monitor.during(act));

  await count("page", () => browser.get("/"));
  const page: Page = await browser.get("/");
  let socket: RawSocket | undefined;
  await count("handshake", async () => void (socket = await browser.socket()));
  await count("join", () => socket!.join(page));
  await count("event", () => socket!.event(page, "click"));
  await count("submission", () => socket!.event(page, "save.submit", "_submission=0123456789012345678901&text=x", "form"));
  await count("broadcast", () => one.endpoint.pubsub.broadcast(news, "text"));
  await count("broadcast, kept", () => one.endpoint.pubsub.broadcast(kept, "text"));
  await count("first subscription", () => two.endpoint.pubsub.subscribe(news, () => {}).ready);
  await count("second subscription", () => two.endpoint.pubsub.subscribe(news, () => {}).ready);
  await count("rate limit", () => one.endpoint.rateLimits!.take("log-in:a", { perSecond: 1, burst: 5 }));
  await count("disconnect", () => two.endpoint.disconnect("user:nobody"));
  const room = await browser.get("/room");
  await count("presence", async () => {
    await socket!.join(room);
    // The join is answered before the others are told.
    await expect.poll(() => Object.keys(two.endpoint.presences.list("room"))).toEqual(["somebody"]);
  });
  browser.close();
  await expect.poll(() => two.endpoint.presences.list("room")).toEqual({});
  await browser.get("/");
  await count("log-out", () => browser.post("/logout"));

  expect(counts).toEqual({
    "page": ["GET", "GET"],
    "handshake": ["GET", "GET", "SUBSCRIBE"],
    "join": [],
    "event": [],
    "submission": ["EVAL holdfast:submissions", "EVAL holdfast:submissions"],
    "broadcast": ["PUBLISH"],
    "broadcast, kept": ["EVAL holdfast:kept"],
    "first subscription": ["SUBSCRIBE"],
    "second subscription": [],
    "rate limit": ["EVAL holdfast:rate"],
    "presence": ["PUBLISH", "SUBSCRIBE"],
    "disconnect": ["EVAL holdfast:journal", "PUBLISH", "PUBLISH"],
    "log-out": ["EVAL holdfast:journal", "EVAL holdfast:revoked", "GET", "GET", "PUBLISH", "PUBLISH"],
  });
});
