import type { Endpoint } from "holdfast";
import { RawSocket } from "./raw-socket.js";
import { DEADLINE_MS } from "./wait.js";

/** A page, with what its socket needs. */
export interface Page {
  readonly status: number;
  readonly html: string;
  readonly location: string | null;
  /** The full URL that it was fetched from. */
  readonly url: string;
  readonly csrf: string;
  /** The topic of its view, `lv:<id>`. */
  readonly topic: string;
  readonly session: string;
  /** The `static` token that the client sends; null if the page has none. */
  readonly static: string | null;
}

/** What a browser adds to requests, cookies and the CSRF token, without what it would hide from a test. */
export class Browser {
  readonly base: string;
  readonly cookies = new Map<string, string>();
  /** The CSRF token of the last page. */
  csrf = "";
  readonly #sockets: RawSocket[];

  constructor(base: string, sockets: RawSocket[] = []) {
    this.base = base;
    this.#sockets = sockets;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** A thief: another browser with a copy of this one's cookies. Its sockets are closed with this one's. */
  copy(): Browser {
    const thief = new Browser(this.base, this.#sockets);
    for (const [name, value] of this.cookies) thief.cookies.set(name, value);
    thief.csrf = this.csrf;
    return thief;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0 && !headers.has("cookie")) headers.set("cookie", this.cookie);
    const response = await fetch(new URL(path, this.base), { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0\b/i.test(line)) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  async get(path: string): Promise<Page> {
    const response = await this.fetch(path);
    const html = await response.text();
    const attribute = (name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(html)?.[1] ?? "";
    const csrf = /name="csrf-token" content="([^"]*)"/.exec(html)?.[1] ?? "";
    if (csrf !== "") this.csrf = csrf;
    return {
      status: response.status, html, csrf, location: response.headers.get("location"),
      url: new URL(path, this.base).href,
      topic: `lv:${/<div id="([^"]+)" data-phx-main/.exec(html)?.[1] ?? ""}`,
      session: attribute("data-phx-session"), static: attribute("data-phx-static") || null,
    };
  }

  /** Posts a form with the CSRF token of the last page, unless `fields` has another. */
  post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, {
      method: "POST", headers, body: new URLSearchParams({ _csrf_token: this.csrf, ...fields }),
    });
  }

  /** Opens a socket as this browser's last page would. */
  async socket(options: { path?: string; csrf?: string; headers?: Readonly<Record<string, string>> } = {}): Promise<RawSocket> {
    const socket = await RawSocket.connect(this.base, { cookie: this.cookie, csrf: this.csrf, ...options });
    this.#sockets.push(socket);
    return socket;
  }

  /** Gets a page, opens a socket and joins the page's view. */
  async open(path: string): Promise<{ page: Page; socket: RawSocket }> {
    const page = await this.get(path);
    const socket = await this.socket();
    const reply = await socket.join(page);
    if (reply.status !== "ok") throw new Error(`join refused: ${JSON.stringify(reply)}`);
    return { page, socket };
  }

  /** Cuts its open sockets. */
  close(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}

/** The browsers of one test at an endpoint, which are cut together. */
export class Browsers {
  readonly #endpoint: Endpoint;
  readonly #base: string;
  readonly #open: Browser[] = [];

  constructor(endpoint: Endpoint, base: string) {
    this.#endpoint = endpoint;
    this.#base = base;
  }

  /** Opens one without cookies. */
  open(): Browser {
    const browser = new Browser(this.#base);
    this.#open.push(browser);
    return browser;
  }

  /** Closes all of them, and waits until the endpoint has no connection left. */
  async cut(): Promise<void> {
    for (const browser of this.#open.splice(0)) browser.close();
    const until = Date.now() + DEADLINE_MS;
    while (this.#endpoint.connections > 0 && Date.now() < until) await new Promise((resolve) => setImmediate(resolve));
  }
}
