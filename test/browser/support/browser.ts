import type { BrowserContext, Page, WebSocket } from "playwright-core";
import { expect } from "vitest";

/** A page with all its complaints and every frame that it received. */
export interface Watched {
  readonly page: Page;
  /** Console warnings and errors, uncaught exceptions, dialogs, violations of the Content-Security-Policy. */
  readonly complaints: string[];
  /** The received text frames, parsed, in order. */
  readonly frames: unknown[][];
  /** Its sockets, with their URLs and close codes. */
  readonly sockets: WebSocket[];
  /** How many documents were requested, not counting redirects. */
  loads(): number;
}

/** Opens a tab and listens to it from the first byte on. */
export async function watch(context: BrowserContext): Promise<Watched> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  const frames: unknown[][] = [];
  const sockets: WebSocket[] = [];
  let loads = 0;
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  // Counted at the request: a test may look at the result before the document is complete.
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame() && request.redirectedFrom() === null) loads++;
  });
  page.on("websocket", (socket) => {
    sockets.push(socket);
    socket.on("framereceived", ({ payload }) => {
      // A development server's own messages are objects.
      const frame: unknown = typeof payload === "string" ? JSON.parse(payload) : undefined;
      if (Array.isArray(frame)) frames.push(frame);
    });
  });
  await page.exposeFunction("complain", (text: string) => void complaints.push(text));
  await page.addInitScript(() => {
    // The client puts nothing on the window, so its LiveSocket is found through the views, which it keeps on their elements.
    Object.defineProperty(window, "liveSocket", {
      configurable: true,
      get() {
        const element = document.querySelector("[data-phx-session]") as { phxPrivate?: { view?: { liveSocket: object } } } | null;
        return element?.phxPrivate?.view?.liveSocket;
      },
    });
    document.addEventListener("securitypolicyviolation", (event) => {
      (window as unknown as { complain(text: string): void }).complain(`csp: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, complaints, frames, sockets, loads: () => loads };
}

/** Resolves when the page's live view has joined. */
export async function connected(page: Page): Promise<void> {
  await page.waitForSelector("[data-phx-main].phx-connected");
}

/**
 * Loses the page's connection, as a failing network would: the client's own `disconnect` stops listening before a slow socket
 * has closed. Resolves once the client has reconnected; its views may not have joined yet.
 */
export async function loseConnection(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { liveSocket } = window as unknown as {
      liveSocket: { getSocket(): { conn: globalThis.WebSocket; isConnected(): boolean; onOpen(job: () => void): string; off(refs: string[]): void } };
    };
    const socket = liveSocket.getSocket();
    const opened = (): Promise<void> => new Promise((resolve) => {
      const ref = socket.onOpen(() => {
        socket.off([ref]);
        resolve();
      });
    });
    // A connection that is still being opened cannot be lost.
    if (!socket.isConnected()) await opened();
    const again = opened();
    socket.conn.close();
    await again;
  });
}

/** Loses the page's connection, and waits until the client has reconnected. */
export async function reconnect(page: Page): Promise<void> {
  await loseConnection(page);
  await connected(page);
}

/**
 * From the second large chunk of a file on, this connection carries no more of them, like a dead network whose loss is not
 * noticed yet. The client's latency simulator does not fit: it also delays answers beyond the end of their connection, and then
 * patches them into a page that has mounted again.
 */
export async function stallUploads(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { conn } = (window as unknown as { liveSocket: { getSocket(): { conn: globalThis.WebSocket } } }).liveSocket.getSocket();
    const send = conn.send.bind(conn);
    let large = 0;
    conn.send = (data) => {
      if (data instanceof ArrayBuffer && data.byteLength > 10_000 && ++large > 1) return;
      send(data);
    };
  });
}

/**
 * Does something that ends a view, and waits until another has joined in its place. It counts joins, because the client's mark
 * of a view without a connection may come and go between two checks.
 *
 * @param topic how the view's topic begins
 */
export async function rejoins({ frames }: Watched, act: () => Promise<unknown>, topic = "lv:"): Promise<void> {
  const joins = (): number => frames.filter(([joinRef, ref, of, event]) =>
    joinRef === ref && event === "phx_reply" && String(of).startsWith(topic)).length;
  const before = joins();
  await act();
  await expect.poll(joins).toBeGreaterThan(before);
}

/**
 * Holds back what the server sends to a page, so that a test can look at the page before it arrives. Everything keeps its order, but
 * only answers are counted: a page that changes by itself sends diffs in between.
 */
export class HeldBack {
  #waiting: { readonly send: () => void; readonly counts: boolean }[] = [];
  /** How many more answers are let through. */
  #free = Infinity;

  /** Call it before the page is opened. */
  static async of(page: Page): Promise<HeldBack> {
    const held = new HeldBack();
    await page.routeWebSocket(/\/live\/websocket/, (route) => {
      route.connectToServer().onMessage((message) => {
        // The answers to heartbeats belong to no view.
        if (/^\[[^[{]*,"phoenix",/.test(String(message))) return route.send(message);
        held.#pass(() => route.send(message), !/^\[[^[{]*,"diff",/.test(String(message)));
      });
    });
    return held;
  }

  /** From now on only the next `free` answers are let through. */
  hold(free = 0): void {
    this.#free = free;
  }

  /** Lets the next answer through, whether it is waiting or still to come. */
  next(): void {
    for (let message = this.#waiting.shift(); message !== undefined; message = this.#waiting.shift()) {
      message.send();
      if (message.counts) return;
    }
    this.#free++;
  }

  /** Lets all messages through, waiting and future ones. */
  release(): void {
    this.#free = Infinity;
    for (const { send } of this.#waiting.splice(0)) send();
  }

  /** Loses what waits. */
  dropAll(): void {
    this.#waiting.length = 0;
  }

  #pass(send: () => void, counts: boolean): void {
    if (this.#free === 0) return void this.#waiting.push({ send, counts });
    if (counts) this.#free--;
    send();
  }
}

/** Clicks an element once its previous click has been answered: until then the client ignores another one. */
export async function clickAnswered(page: Page, selector: string): Promise<void> {
  await page.locator(selector).and(page.locator(":not([data-phx-ref-src])")).first().click();
}

/**
 * The complaints without those about a server that could not be reached. No page can prevent them: the browser prints some, and
 * half a minute later the npm client logs the pushes that were lost with a connection.
 */
export function withoutNetwork(complaints: readonly string[]): string[] {
  return complaints.filter((text) => !/net::ERR_(?:(?:SOCKS_)?CONNECTION_(?:REFUSED|RESET|FAILED)|SOCKET_NOT_CONNECTED|EMPTY_RESPONSE)|Connection closed before receiving a handshake response|\{error: push timeout, /.test(text));
}
