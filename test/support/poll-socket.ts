import { request } from "node:http";
import type { Browser, Page } from "./browser.js";
import type { Frame, Reply } from "./raw-socket.js";
import { within } from "./wait.js";

/** The body of an answer. */
export interface PollAnswer {
  readonly http: number;
  readonly status: number;
  readonly token?: string | null;
  readonly messages?: readonly string[];
  readonly code?: number;
  readonly reason?: string;
}

export interface PollOptions {
  path?: string;
  csrf?: string;
  vsn?: string;
  /** Further headers; `null`: without this one. */
  headers?: Readonly<Record<string, string | null>>;
}

/** A socket over long poll that can send anything, as raw HTTP. */
export class PollSocket {
  readonly frames: Frame[] = [];
  readonly joinRefs = new Map<string, string>();
  token: string | null = null;
  /** Where requests go; set it to another node's URL to act as a load balancer. */
  base: string;
  readonly #browser: Browser;
  readonly #options: PollOptions;
  #ref = 0;

  constructor(browser: Browser, options: PollOptions = {}) {
    this.#browser = browser;
    this.#options = options;
    this.base = browser.base;
  }

  /** Opens a socket as the browser's last page would. */
  static async open(browser: Browser, options: PollOptions = {}): Promise<PollSocket> {
    const socket = new PollSocket(browser, options);
    const answer = await socket.begin();
    if (answer.status !== 410 || typeof answer.token !== "string") throw new Error(`not opened: ${JSON.stringify(answer)}`);
    return socket;
  }

  /** The first request, without a token. */
  async begin(): Promise<PollAnswer> {
    const answer = await this.request("GET", { token: null });
    this.token = answer.token ?? null;
    return answer;
  }

  /** One request, by default with the last token. */
  async request(
    method: string,
    { token = this.token, body, headers = {}, signal }: { token?: string | null; body?: BodyInit; headers?: Readonly<Record<string, string | null>>; signal?: AbortSignal } = {},
  ): Promise<PollAnswer> {
    const { path = "/live/longpoll", csrf = this.#browser.csrf, vsn = "2.0.0" } = this.#options;
    const url = new URL(path, this.base);
    url.searchParams.set("vsn", vsn);
    url.searchParams.set("_csrf_token", csrf);
    if (token !== null) url.searchParams.set("token", token);
    const all: Record<string, string | null> = { origin: this.#browser.base, ...this.#options.headers, ...headers };
    const sent = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null));
    const response = await within(this.#browser.fetch(url.href, { method, headers: sent, ...(body !== undefined && { body, duplex: "half" }), ...(signal && { signal }) }), `an answer to ${method}`);
    const text = await response.text();
    return { http: response.status, ...(text === "" ? { status: 0 } : JSON.parse(text) as { status: number }) };
  }

  /** One poll; its messages are added to the frames. */
  async poll(options: { token?: string | null; headers?: Readonly<Record<string, string | null>>; signal?: AbortSignal } = {}): Promise<PollAnswer> {
    const answer = await this.request("GET", options);
    if (answer.status === 200 || answer.status === 204) this.token = answer.token ?? null;
    for (const message of answer.messages ?? []) this.frames.push(JSON.parse(message) as Frame);
    return answer;
  }

  /** Ends the socket with a malformed message, so that a test leaves nothing on the server. */
  async close(): Promise<void> {
    await this.request("POST", { body: "!" });
  }

  /** Aborts a waiting poll, as a closed tab does. */
  async leave(): Promise<void> {
    const { path = "/live/longpoll" } = this.#options;
    const url = new URL(path, this.base);
    url.searchParams.set("token", this.token ?? "");
    const outgoing = request(url, { headers: { origin: this.#browser.base, cookie: this.#browser.cookie } });
    await new Promise<void>((resolve) => {
      outgoing.on("error", () => {});
      outgoing.on("close", resolve);
      outgoing.on("response", () => outgoing.destroy());
      // Once it is sent, the server has it before it sees its end.
      outgoing.end(() => outgoing.destroy());
    });
  }

  /** Polls until the socket ends; returns the last answer. */
  async ended(): Promise<PollAnswer> {
    for (;;) {
      const answer = await this.poll();
      if (answer.status !== 200 && answer.status !== 204) return answer;
    }
  }

  /** Sends messages as the npm client does, one on each line. */
  post(...messages: string[]): Promise<PollAnswer> {
    return this.request("POST", { body: messages.join("\n"), headers: { "content-type": "application/x-ndjson" } });
  }

  ref(): string {
    return String(++this.#ref);
  }

  /** The page's join, with its ref. */
  joinMessage(page: Page, changes: Record<string, unknown> = {}): { ref: string; text: string } {
    const ref = this.ref();
    this.joinRefs.set(page.topic, ref);
    return { ref, text: JSON.stringify([ref, ref, page.topic, "phx_join", {
      url: page.url, params: { _csrf_token: page.csrf, _mounts: 0, _mount_attempts: 0 }, session: page.session,
      static: page.static, sticky: false, ...changes,
    }]) };
  }

  /** An event of a joined page, with its ref. */
  eventMessage(page: Page, event: unknown, value: unknown = {}, type = "click"): { ref: string; text: string } {
    const ref = this.ref();
    return { ref, text: JSON.stringify([this.joinRefs.get(page.topic) ?? null, ref, page.topic, "event", { type, event, value }]) };
  }

  /** Polls until the reply to a ref has arrived. */
  async reply(ref: string): Promise<Reply> {
    for (;;) {
      const found = this.frames.find(([, r, , event]) => r === ref && event === "phx_reply");
      if (found !== undefined) return found[4] as Reply;
      const answer = await this.poll();
      if (answer.status !== 200 && answer.status !== 204) throw new Error(`ended before the reply to ${ref}: ${JSON.stringify(answer)}`);
    }
  }

  async join(page: Page, changes: Record<string, unknown> = {}): Promise<Reply> {
    const { ref, text } = this.joinMessage(page, changes);
    await this.#taken(text);
    return this.reply(ref);
  }

  async event(page: Page, event: unknown, value: unknown = {}, type?: string): Promise<Reply> {
    const { ref, text } = this.eventMessage(page, event, value, type);
    await this.#taken(text);
    return this.reply(ref);
  }

  async call(joinRef: string | null, topic: string, event: string, payload: unknown = {}): Promise<Reply> {
    const ref = this.ref();
    await this.#taken(JSON.stringify([joinRef ?? ref, ref, topic, event, payload]));
    return this.reply(ref);
  }

  async #taken(text: string): Promise<void> {
    const answer = await this.post(text);
    if (answer.status !== 200) throw new Error(`not taken: ${JSON.stringify(answer)}`);
  }
}
