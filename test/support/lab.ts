import {
  createEndpoint, csrfField, html, liveSession, logIn, logOut, type Endpoint, type EndpointOptions, type LiveView, type RootLayout,
} from "holdfast";
import { serve } from "holdfast/node";
import { vi } from "vitest";
import { Browsers, type Browser, type Page } from "./browser.js";
import type { RawSocket, Reply } from "./raw-socket.js";
import { DEADLINE_MS } from "./wait.js";

/** Tries until it no longer throws. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: DEADLINE_MS, interval: 5 });
}

/** One line of the endpoint's log. */
export interface LogLine {
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A joined view, to which a test can send any frame. */
export class Joined {
  readonly socket: RawSocket;
  readonly browser: Browser;
  readonly page: Page;
  readonly topic: string;
  /** The `rendered` of the join's reply. */
  readonly rendered: unknown;

  constructor(socket: RawSocket, browser: Browser, page: Page, topic: string, rendered: unknown) {
    this.socket = socket;
    this.browser = browser;
    this.page = page;
    this.topic = topic;
    this.rendered = rendered;
  }

  /** Sends any client message; returns its ref. */
  post(event: string, payload: unknown): string {
    const ref = this.socket.ref();
    this.socket.send(this.socket.joinRefs.get(this.topic) ?? null, ref, this.topic, event, payload);
    return ref;
  }

  /** Sends any client message and waits for its reply. */
  call(event: string, payload: unknown): Promise<Reply> {
    return this.socket.reply(this.post(event, payload));
  }

  /** Sends an event, to a component if `cid` is given; returns its ref. */
  sendEvent(event: unknown, value: unknown = {}, cid?: unknown): string {
    return this.post("event", { type: "click", event, value, ...(cid !== undefined && { cid }) });
  }

  event(event: unknown, value: unknown = {}, cid?: unknown): Promise<Reply> {
    return this.socket.reply(this.sendEvent(event, value, cid));
  }

  /** The diffs pushed to it so far. */
  get diffs(): unknown[] {
    return this.socket.frames.filter(([, , topic, event]) => topic === this.topic && event === "diff").map((frame) => frame[4]);
  }

  /** Joins a nested view with a token. */
  async join(id: string, session: string, topic = `lv:${id}`): Promise<Reply> {
    const ref = this.socket.ref();
    this.socket.send(ref, ref, topic, "phx_join", {
      url: this.page.url, params: { _csrf_token: this.page.csrf, _mounts: 0 }, session, static: null, sticky: false,
    });
    this.socket.joinRefs.set(topic, ref);
    return this.socket.reply(ref);
  }

  /** Joins a nested view of this page. */
  async child(id: string, token = tokenOf(this.rendered, id)): Promise<Joined> {
    const reply = await this.join(id, token);
    if (reply.status !== "ok") throw new Error(`the child's join was refused: ${JSON.stringify(reply)}`);
    return new Joined(this.socket, this.browser, this.page, `lv:${id}`, reply.response["rendered"]);
  }
}

/** The sealed token of the nested view `id`, from a tree, a diff or a page that contains its element. */
export function tokenOf(source: unknown, id: string): string {
  const text = typeof source === "string" ? source : JSON.stringify(source).replaceAll('\\"', '"');
  const found = new RegExp(` id="${id}" data-phx-session="([^"]+)"`).exec(text)?.[1];
  if (found === undefined) throw new Error(`no nested view "${id}" in ${text.slice(0, 400)}`);
  return found;
}

/** An application for one test file, whose views are public or require a logged-in session. */
export interface Lab {
  readonly endpoint: Endpoint;
  /** Its origin. */
  readonly base: string;
  readonly log: LogLine[];
  browser(): Browser;
  /** A browser that is logged in as a user. */
  loggedIn(userId: number): Promise<Browser>;
  open(path: string, browser?: Browser): Promise<Joined>;
  /** Cuts all sockets of all browsers, and waits until the server has noticed. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/** The id by which `endpoint.disconnect` finds a user's sockets. */
export const userSocketId = (userId: number): string => `lab:${userId}`;

const rootLayout: RootLayout = ({ inner, csrfToken }) => html`
  <html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`;

/**
 * Listens on a free port of 127.0.0.1.
 *
 * @param routes views by path, all of one live session
 */
export async function startLab(routes: Readonly<Record<string, LiveView>>, options: Partial<EndpointOptions> = {}): Promise<Lab> {
  const log: LogLine[] = [];
  const endpoint = createEndpoint({
    secret: "a secret of the lab, long enough to be one",
    rootLayout,
    live: [liveSession("lab", {}, (live) => {
      for (const [path, view] of Object.entries(routes)) live(path, view);
    })],
    log: (message, details) => log.push({ message, details }),
    routes(app) {
      app.get("/login", (c) => endpoint.renderPage(c, html`<form method="post">${csrfField(c)}</form>`));
      app.post("/login", async (c) => {
        const userId = Number((await c.req.parseBody())["userId"]);
        const values = { userId, liveSocketId: userSocketId(userId) };
        await logIn(c, values);
        return c.text("in");
      });
      app.post("/logout", async (c) => {
        await logOut(c);
        return c.text("out");
      });
    },
    ...options,
    // Every test crashes views, and none waits for the rate.
    limits: { crashBudget: 1000, eventsPerSecond: Infinity, eventBurst: Infinity, ...options.limits },
  });
  const { url: base } = await serve(endpoint, { port: 0, host: "127.0.0.1" });
  const browsers = new Browsers(endpoint, base);
  const browser = (): Browser => browsers.open();
  const cut = (): Promise<void> => browsers.cut();
  return {
    endpoint, base, log, browser,
    async loggedIn(userId) {
      const made = browser();
      await made.get("/login");
      const response = await made.post("/login", { userId: String(userId) });
      if (response.status !== 200) throw new Error(`log-in answered ${response.status}`);
      return made;
    },
    async open(path, by = browser()) {
      const page = await by.get(path);
      const socket = await by.socket();
      const reply = await socket.join(page);
      if (reply.status !== "ok") throw new Error(`join refused: ${JSON.stringify(reply)}`);
      return new Joined(socket, by, page, page.topic, reply.response["rendered"]);
    },
    cut,
    async close() {
      await cut();
      await endpoint.close();
    },
  };
}
