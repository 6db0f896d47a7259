// A minimal LiveView wire client: GET a page, read its tokens, open the socket, join, push events. It builds no DOM and merges
// no diffs: it parses each frame and matches replies to their refs, and costs the generator as little as possible.
import { type Agent, request } from "node:http";
import { WebSocket } from "ws";

/** An HTTP response, complete. */
export interface Page {
  readonly status: number;
  /** Names and values in turn, as they were received. */
  readonly headers: readonly string[];
  readonly body: string;
  /** The `Cookie` header for the next request. */
  readonly cookie: string | undefined;
}

export interface RequestOptions {
  readonly method?: "GET" | "POST";
  readonly cookie?: string | undefined;
  /** Keeps connections; without it each request opens its own. */
  readonly agent?: Agent;
}

/** Requests a path; resolves with the whole response, whatever its status. */
function fetchPage(base: string, path: string, { method = "GET", cookie, agent }: RequestOptions = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { accept: "text/html,application/json" };
    if (cookie !== undefined) headers["cookie"] = cookie;
    if (method === "POST") headers["content-length"] = "0";
    const outgoing = request(new URL(path, base), { method, headers, agent: agent ?? false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => resolve({
        status: response.statusCode!,
        headers: response.rawHeaders,
        body: Buffer.concat(parts).toString("utf8"),
        cookie: merged(cookie, response.headers["set-cookie"]),
      }));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** Requests a path, which must succeed. */
export async function get(base: string, path: string, options?: RequestOptions): Promise<Page> {
  const page = await fetchPage(base, path, options);
  if (page.status !== 200) throw new Error(`${options?.method ?? "GET"} ${path} answered ${page.status}`);
  return page;
}

/** What a server under test reports about itself. */
export interface ServerStats {
  readonly rss_kib: number;
  readonly heap_kib: number;
  /** User and system time of its process, in microseconds. */
  readonly cpu_us: number;
}

/** Asks a server under test about itself. */
export async function serverStats(base: string, path = "/bench/stats", method: "GET" | "POST" = "GET"): Promise<ServerStats> {
  return JSON.parse((await get(base, path, { method })).body) as ServerStats;
}

function merged(old: string | undefined, set: readonly string[] = []): string | undefined {
  const jar = new Map<string, string>();
  for (const line of [...(old?.split("; ") ?? []), ...set]) {
    const pair = line.split(";")[0]!;
    jar.set(pair.slice(0, pair.indexOf("=")), pair);
  }
  return jar.size === 0 ? undefined : [...jar.values()].join("; ");
}

const ENTITIES: Readonly<Record<string, string>> = { "&quot;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&" };

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found?.replaceAll(/&(?:quot|#39|lt|gt|amp);/g, (entity) => ENTITIES[entity]!);
}

/** What a join needs from a page. */
export interface Ticket {
  readonly base: string;
  readonly url: string;
  readonly id: string;
  readonly csrf: string;
  readonly session: string | undefined;
  readonly static: string | undefined;
  readonly cookie: string | undefined;
  /** The ref of the page's file input; undefined if it has none. */
  readonly uploadRef: string | undefined;
}

/** Reads a page's tokens and its main live view. */
export function ticketOf(base: string, path: string, page: Page): Ticket {
  const csrf = /<meta\s[^>]*name="csrf-token"[^>]*>/.exec(page.body)?.[0];
  const main = /<[a-z][^>]*\sdata-phx-main[^>]*>/i.exec(page.body)?.[0];
  if (csrf === undefined || main === undefined) throw new Error(`${path} is not a live page: ${page.body.slice(0, 300)}`);
  return {
    base, url: new URL(path, base).href, id: attribute(main, "id") ?? "", csrf: attribute(csrf, "content") ?? "",
    session: attribute(main, "data-phx-session"), static: attribute(main, "data-phx-static"), cookie: page.cookie,
    uploadRef: attribute(page.body, "data-phx-upload-ref"),
  };
}

export interface Reply {
  readonly status: string;
  readonly response: unknown;
}
type Answered = (reply: Reply, bytes: number) => void;

export interface ViewOptions {
  /** Called with each frame that is not a reply: its event, its size in bytes, its text. */
  readonly onPush?: (event: string, bytes: number, text: string) => void;
  readonly onClose?: (code: number, reason: string) => void;
  /** Called with the join's reply, in order with the pushes. */
  readonly onJoined?: (reply: Reply) => void;
}

/** The ref of a browser's first join. */
const FIRST_REF = 4;
/** The browser's heartbeat, in milliseconds. */
const HEARTBEAT_MS = 30_000;

/** One page's socket, joined. */
export class View {
  readonly #ticket: Ticket;
  readonly #topic: string;
  readonly #options: ViewOptions;
  readonly #socket: WebSocket;
  readonly #answered = new Map<string, Answered>();
  #ref = FIRST_REF;
  #heart: NodeJS.Timeout | undefined;

  private constructor(ticket: Ticket, options: ViewOptions) {
    this.#ticket = ticket;
    this.#topic = `lv:${ticket.id}`;
    this.#options = options;
    const url = new URL("/live/websocket", ticket.base);
    url.protocol = "ws:";
    url.search = new URLSearchParams({ _csrf_token: ticket.csrf, _mounts: "0", _mount_attempts: "0", vsn: "2.0.0" }).toString();
    this.#socket = new WebSocket(url, { perMessageDeflate: false, headers: { cookie: ticket.cookie ?? "", origin: ticket.base } });
    this.#socket.on("message", (data) => this.#receive((data as Buffer).toString("utf8"), (data as Buffer).length));
    this.#socket.on("close", (code, reason) => {
      clearInterval(this.#heart);
      options.onClose?.(code, reason.toString());
    });
  }

  /** Opens a socket for a page and joins. */
  static open(ticket: Ticket, options: ViewOptions = {}): Promise<View> {
    return View.joined(ticket, options).then(({ view }) => view);
  }

  /** Opens a socket for a page and joins; returns the join's reply too. */
  static joined(ticket: Ticket, options: ViewOptions = {}): Promise<{ view: View; reply: Reply; bytes: number }> {
    return new Promise((resolve, reject) => {
      const view = new View(ticket, options);
      view.#socket.on("error", reject);
      view.#socket.on("close", (code) => reject(new Error(`closed with ${code} before the join was answered`)));
      view.#socket.on("open", () => view.#join((reply, bytes) => {
        if (reply.status !== "ok") return reject(new Error(`join refused: ${JSON.stringify(reply)}`));
        options.onJoined?.(reply);
        view.#heart = setInterval(() => view.#heartbeat(), HEARTBEAT_MS);
        resolve({ view, reply, bytes });
      }));
    });
  }

  get ticket(): Ticket {
    return this.#ticket;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Pushes a client event. */
  event(event: string, value: object, answered: Answered, cid?: number): void {
    this.#send("event", { type: "click", event, value, ...(cid === undefined ? {} : { cid }) }, answered);
  }

  /** Pushes a client event and waits for its reply. */
  ask(event: string, value: object, cid?: number): Promise<{ reply: Reply; bytes: number }> {
    return new Promise((resolve) => this.event(event, value, (reply, bytes) => resolve({ reply, bytes }), cid));
  }

  /** Pushes a message of the client's own, such as `allow_upload`, and waits for its reply. */
  push(event: string, payload: object): Promise<Reply> {
    return new Promise((resolve) => this.#send(event, payload, resolve));
  }

  /** Joins another topic of the socket; returns a function that sends bytes on it. */
  async joinTopic(topic: string, payload: object): Promise<(event: string, bytes: Buffer) => Promise<Reply>> {
    const joinRef = String(this.#ref++);
    const joined = await new Promise<Reply>((resolve) => {
      this.#answered.set(joinRef, resolve);
      this.#socket.send(JSON.stringify([joinRef, joinRef, topic, "phx_join", payload]));
    });
    if (joined.status !== "ok") throw new Error(`join of ${topic} refused: ${JSON.stringify(joined)}`);
    return (event, bytes) => new Promise((resolve) => {
      const ref = String(this.#ref++);
      this.#answered.set(ref, resolve);
      const fields = [joinRef, ref, topic, event].map((field) => Buffer.from(field));
      // Kind, four lengths, four names, and the bytes: what the phoenix client's `encode` writes.
      this.#socket.send(Buffer.concat([Buffer.from([0, ...fields.map(({ length }) => length)]), ...fields, bytes]));
    });
  }

  /** Closes as a browser does when its page is left, and waits for the server's answer. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.on("close", () => resolve());
      this.#socket.close();
    });
  }

  /** Cuts the connection. */
  terminate(): void {
    this.#socket.terminate();
  }

  #join(answered: Answered): void {
    const { url, csrf, session, static: fixed } = this.#ticket;
    const params = { _csrf_token: csrf, _mounts: 0, _mount_attempts: 0 };
    this.#send("phx_join", { url, params, session, static: fixed, sticky: false }, answered);
  }

  #heartbeat(): void {
    this.#socket.send(JSON.stringify([null, String(this.#ref++), "phoenix", "heartbeat", {}]));
  }

  #send(event: string, payload: object, answered: Answered): void {
    const ref = String(this.#ref++);
    this.#answered.set(ref, answered);
    this.#socket.send(JSON.stringify([String(FIRST_REF), ref, this.#topic, event, payload]));
  }

  #receive(text: string, bytes: number): void {
    const [, ref, , event, payload] = JSON.parse(text) as [string | null, string | null, string, string, unknown];
    if (event !== "phx_reply") return this.#options.onPush?.(event, bytes, text);
    const answered = this.#answered.get(ref!);
    this.#answered.delete(ref!);
    answered?.(payload as Reply, bytes);
  }
}

/** How many pages are opened at a time. */
const AT_A_TIME = 64;

/** Opens views of a page. */
export async function openViews(
  base: string,
  path: string,
  n: number,
  options: ViewOptions & { cookie?: string | undefined } = {},
): Promise<View[]> {
  const views: View[] = [];
  await pool(n, AT_A_TIME, async () => {
    const page = await get(base, path, { cookie: options.cookie });
    views.push(await View.open(ticketOf(base, path, page), options));
  });
  return views;
}

/** Cuts the connections of views, and gives the server time to notice. */
export async function closeViews(views: readonly View[]): Promise<void> {
  for (const view of views) view.terminate();
  await sleep(50 + views.length / 10);
}

/** Runs a job `n` times, `width` at a time. */
export async function pool(n: number, width: number, job: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < n) await job(next++);
  };
  await Promise.all(Array.from({ length: Math.min(n, width) }, work));
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The value below which this share of all values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
