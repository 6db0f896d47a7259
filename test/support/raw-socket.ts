import { request } from "node:http";
import { WebSocket } from "ws";
import type { Page } from "./browser.js";
import { within } from "./wait.js";

/** A received frame: `[joinRef, ref, topic, event, payload]`. */
export type Frame = [joinRef: string | null, ref: string | null, topic: string, event: string, payload: unknown];

/** The payload of a `phx_reply`. */
export interface Reply {
  readonly status: string;
  readonly response: Record<string, unknown>;
}

export interface HandshakeOptions {
  cookie?: string;
  csrf?: string;
  /** The `Origin` header; null: none. Default: the server's own. */
  origin?: string | null;
  /** The serializer's version; null: none. Default 2.0.0. */
  vsn?: string | null;
  path?: string;
  /** Further headers. */
  headers?: Readonly<Record<string, string>>;
}

/** A binary push as the client writes it: kind 0, four lengths, joinRef, ref, topic, event, data. */
export function chunkFrame(joinRef: string, ref: string, topic: string, data: Uint8Array, event = "chunk"): Buffer {
  const fields = [joinRef, ref, topic, event].map((text) => Buffer.from(text));
  return Buffer.concat([Buffer.from([0, ...fields.map(({ length }) => length)]), ...fields, data]);
}

/** A websocket that can send anything, and remembers every received frame. */
export class RawSocket {
  readonly frames: Frame[] = [];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  /** The close reason; empty until it is closed. */
  reason = "";
  readonly ws: WebSocket;
  #ref = 0;
  readonly #waiting = new Set<() => void>();

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("message", (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString("utf8")) as Frame);
      for (const look of [...this.#waiting]) look();
    });
    ws.on("error", () => {}); // a write to a socket that the server has closed
    this.closed = new Promise((resolve) => ws.on("close", (code, reason) => {
      this.reason = reason.toString("utf8");
      resolve(code);
    }));
  }

  static async connect(base: string, options: HandshakeOptions = {}): Promise<RawSocket> {
    const { url, headers } = handshake(base, options);
    const ws = new WebSocket(url.href.replace(/^http/, "ws"), { headers, perMessageDeflate: false });
    const socket = new RawSocket(ws);
    await within(new Promise<void>((resolve, reject) => {
      ws.once("open", resolve);
      ws.once("error", reject);
      ws.once("unexpected-response", (outgoing, { statusCode, headers }) => {
        outgoing.destroy();
        // A test's load balancer reports which servers it asked, and what each answered.
        const asked = headers["x-upstream"] === undefined ? "" : ` (${String(headers["x-upstream"])})`;
        reject(new Error(`Unexpected server response: ${statusCode}${asked}`));
      });
    }), "the handshake");
    return socket;
  }

  /** The next ref: decimal, increasing. */
  ref(): string {
    return String(++this.#ref);
  }

  /** Sends text or bytes unchanged. */
  raw(data: string | Uint8Array): void {
    this.ws.send(data);
  }

  send(joinRef: string | null, ref: string | null, topic: string, event: string, payload: unknown = {}): void {
    this.raw(JSON.stringify([joinRef, ref, topic, event, payload]));
  }

  /** The first matching frame, received already or later. */
  frame(fits: (frame: Frame) => boolean, what: string): Promise<Frame> {
    return within(new Promise<Frame>((resolve, reject) => {
      const look = (): void => {
        const found = this.frames.find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      void this.closed.then((code) => reject(new Error(`closed with ${code} before: ${what}`)));
      look();
    }), what);
  }

  /** The reply to a ref. */
  async reply(ref: string): Promise<Reply> {
    const frame = await this.frame(([, r, , event]) => r === ref && event === "phx_reply", `the reply to ${ref}`);
    return frame[4] as Reply;
  }

  /** A push (without ref) of this event. */
  push(event: string, topic?: string): Promise<Frame> {
    return this.frame((f) => f[3] === event && (topic === undefined || f[2] === topic), `a push of ${event}`);
  }

  /** Sends a message and waits for its reply. */
  async call(joinRef: string | null, topic: string, event: string, payload: unknown = {}): Promise<Reply> {
    const ref = this.ref();
    this.send(joinRef, ref, topic, event, payload);
    return this.reply(ref);
  }

  /** Sends the page's join, with changed fields if given; returns its ref. */
  sendJoin(page: Page, changes: Record<string, unknown> = {}, topic: string = page.topic): string {
    const ref = this.ref();
    this.send(ref, ref, topic, "phx_join", {
      url: page.url, params: { _csrf_token: page.csrf, _mounts: 0, _mount_attempts: 0 }, session: page.session,
      static: page.static, sticky: false, ...changes,
    });
    this.joinRefs.set(topic, ref);
    return ref;
  }

  /** The ref of each topic's last join. */
  readonly joinRefs = new Map<string, string>();

  join(page: Page, changes: Record<string, unknown> = {}, topic?: string): Promise<Reply> {
    return this.reply(this.sendJoin(page, changes, topic));
  }

  /** Sends an event to a joined page; returns its ref. */
  sendEvent(page: Page, event: unknown, value: unknown = {}, type = "click"): string {
    const ref = this.ref();
    this.send(this.joinRefs.get(page.topic) ?? null, ref, page.topic, "event", { type, event, value });
    return ref;
  }

  event(page: Page, event: unknown, value: unknown = {}, type?: string): Promise<Reply> {
    return this.reply(this.sendEvent(page, event, value, type));
  }

  /** Sends a heartbeat and waits for its reply: the server has then read everything sent before. */
  heartbeat(): Promise<Reply> {
    return this.call(null, "phoenix", "heartbeat");
  }

  /** Waits for the close code. */
  code(): Promise<number> {
    return within(this.closed, "the close of the socket");
  }

  get open(): boolean {
    return this.ws.readyState === WebSocket.OPEN;
  }

  terminate(): void {
    this.ws.terminate();
  }
}

function handshake(base: string, options: HandshakeOptions): { url: URL; headers: Record<string, string> } {
  const { cookie, csrf, origin = new URL(base).origin, vsn = "2.0.0", path = "/live/websocket" } = options;
  const url = new URL(path, base);
  if (vsn !== null) url.searchParams.set("vsn", vsn);
  if (csrf !== undefined) url.searchParams.set("_csrf_token", csrf);
  const headers: Record<string, string> = { ...options.headers };
  if (cookie !== undefined && cookie !== "") headers["cookie"] = cookie;
  if (origin !== null) headers["origin"] = origin;
  return { url, headers };
}

/** The HTTP status of a handshake; 101 if it is accepted. */
export function handshakeStatus(base: string, options: HandshakeOptions = {}): Promise<number> {
  const { url, headers } = handshake(base, options);
  return within(new Promise<number>((resolve, reject) => {
    const outgoing = request(url, {
      headers: {
        ...headers, connection: "Upgrade", upgrade: "websocket",
        "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      },
    });
    outgoing.on("upgrade", (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    outgoing.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on("error", reject);
    outgoing.end();
  }), "an answer to the handshake");
}
